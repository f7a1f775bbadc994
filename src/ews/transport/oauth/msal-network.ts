import type { HttpExchange } from '../http-exchange';

/** What msal-node asks its network module. */
export interface MsalNetwork {
	sendGetRequestAsync<T>(url: string, options?: { headers?: Record<string, string> }): Promise<{ headers: Record<string, string>; body: T; status: number }>;
	sendPostRequestAsync<T>(url: string, options?: { headers?: Record<string, string>; body?: string }): Promise<{ headers: Record<string, string>; body: T; status: number }>;
}

/**
 * msal-node's way out through our connection, so that proxy and certificates of the credential hold for the token endpoint too. msal wraps what is
 * thrown here into an error that says less, hence `failed` is told first.
 * @param host the only host that is talked to
 */
export function msalNetwork(exchange: HttpExchange, host: string, failed: (error: unknown) => void): MsalNetwork {
	const send = async <T>(method: 'GET' | 'POST', address: string, options: { headers?: Record<string, string>; body?: string } = {}): Promise<{ headers: Record<string, string>; body: T; status: number }> => {
		const url = new URL(address);
		if (url.host !== host || url.protocol !== 'https:') throw new Error('The token endpoint moved to another host.');
		const sent = exchange.send({ url, method, headers: lowerCased(options.headers), ...(options.body === undefined ? {} : { body: options.body }) });
		sent.catch(failed);
		const answer = await sent;
		return { headers: { ...answer.headers }, body: bodyOf<T>(answer.responseText), status: answer.status };
	};
	return {
		sendGetRequestAsync: async (url, options) => await send('GET', url, options),
		sendPostRequestAsync: async (url, options) => await send('POST', url, options),
	};
}

/** What is no JSON is an answer of something else than the token endpoint; msal then says that no token came. */
function bodyOf<T>(text: string): T {
	try {
		return JSON.parse(text) as T;
	} catch {
		return { error: 'invalid_answer', error_description: 'no JSON' } as T;
	}
}

function lowerCased(headers: Record<string, string> = {}): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
