import type { Dispatcher } from 'undici';

import { inPace } from './answer-pace';

/** An answer whose headers are there and whose body is on its way, unpacked. Its connection serves nobody else until the body was read or left. */
export interface HttpResponse {
	readonly status: number;
	/** Names in lower case; lines of the same name joined by commas. */
	readonly headers: Readonly<Record<string, string>>;
	/** Who leaves it early gives up the connection, so that the rest is not received. */
	readonly body: AsyncIterable<Uint8Array>;
}

/** @param limitMs see {@link inPace}; undefined: the answer may come as slowly as it likes */
export function httpResponse({ statusCode, headers, body }: Dispatcher.ResponseData, limitMs: number | undefined): HttpResponse {
	return {
		status: statusCode,
		headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]]))),
		body: limitMs === undefined ? body : inPace(body, limitMs),
	};
}
