import type { Dispatcher } from 'undici';

/** An answer whose headers are there and whose body is on its way, unpacked. Its connection serves nobody else until the body was read or left. */
export interface HttpResponse {
	readonly status: number;
	/** Names in lower case; lines of the same name joined by commas. */
	readonly headers: Readonly<Record<string, string>>;
	/** Who leaves it early gives up the connection, so that the rest is not received. */
	readonly body: AsyncIterable<Uint8Array>;
}

export function httpResponse({ statusCode, headers, body }: Dispatcher.ResponseData): HttpResponse {
	return {
		status: statusCode,
		headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]]))),
		body,
	};
}
