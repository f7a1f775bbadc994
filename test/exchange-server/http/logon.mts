import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange, User } from '../store/exchange.mts';

/** What came of an attempt to log on. */
export type Logon =
	| { readonly result: 'user'; readonly user: User }
	/** 401 with these WWW-Authenticate values instead of the usual ones (the middle of an NTLM handshake, an OAuth error). */
	| { readonly result: 'challenge'; readonly challenges: readonly string[]; readonly headers?: Readonly<Record<string, string>> }
	/** Wrong user or password: 401 with the usual challenges. */
	| { readonly result: 'refused' };

/** One way to log on, chosen by the scheme of the Authorization header. */
export interface LogonScheme {
	/** `Basic`, `NTLM`, `Negotiate`, `Bearer`. */
	readonly scheme: string;
	/** What WWW-Authenticate says about it. */
	readonly challenge: (exchange: Exchange) => string;
	readonly logOn: (credentials: string, request: IncomingMessage, exchange: Exchange) => Logon | Promise<Logon>;
	/** Schemes such as NTLM log a connection on, not a request: the user of a socket that is through. */
	readonly userOfConnection?: (socket: Socket) => User | undefined;
}

/** Basic, RFC 7617: `address:password` or `DOMAIN\user:password`, in UTF-8. */
export const BASIC: LogonScheme = {
	scheme: 'Basic',
	challenge: () => 'Basic realm="mail.example.test"',
	logOn: (credentials, _request, exchange) => {
		const text = Buffer.from(credentials, 'base64').toString('utf8');
		const colon = text.indexOf(':');
		const user = exchange.userNamed(text.slice(0, colon));
		return user && user.password !== undefined && colon >= 0 && user.password === text.slice(colon + 1) ? { result: 'user', user } : { result: 'refused' };
	},
};

/** Finds out who sends a request. */
export async function logOn(request: IncomingMessage, exchange: Exchange, schemes: readonly LogonScheme[]): Promise<Logon> {
	const header = request.headers.authorization;
	if (header === undefined) {
		for (const { userOfConnection } of schemes) {
			const user = userOfConnection?.(request.socket);
			if (user) return { result: 'user', user };
		}
		return { result: 'refused' };
	}
	const space = header.indexOf(' ');
	const name = header.slice(0, space).toLowerCase();
	const scheme = schemes.find((each) => each.scheme.toLowerCase() === name);
	return scheme ? await scheme.logOn(header.slice(space + 1).trim(), request, exchange) : { result: 'refused' };
}
