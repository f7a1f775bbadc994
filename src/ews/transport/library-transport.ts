import type { IXHRApi, IXHROptions } from 'ews-javascript-api';

import { asciiDomain } from '../../records/ascii-domain';
import type { HttpAnswer } from '../errors/http-answer';
import { AnswerReading, type ReadAnswer } from '../library/answer-reading';
import type { StreamProgress } from '../library/streaming-repairs';
import type { MailboxAccess } from './connection-settings';
import type { DivertedContent } from './diverted-content';
import type { HttpExchange, OutgoingRequest } from './http-exchange';
import { requestBody } from './request-body';

/** What the requests of one attempt go out with. */
export interface AttemptOptions {
	signal?: AbortSignal | undefined;
	/** {@link HttpExchange.refusalsOf} the mailbox when the request was made. */
	refusals?: number;
	/** The large content of the answer, where it is handed on as it arrives. */
	divert?: DivertedContent | undefined;
}

/** The library's transport seam on top of our connection, for the requests of one attempt. */
export function libraryTransport(exchange: HttpExchange, url: URL, access: MailboxAccess, { signal, refusals = exchange.refusalsOf(access.address), divert }: AttemptOptions): IXHRApi {
	const giveUp = new AbortController();
	const signals = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
	const outgoing = (options: IXHROptions): OutgoingRequest => ({
		url,
		method: 'POST',
		body: requestBody(transport, String(options.data)),
		headers: {
			'content-type': 'text/xml; charset=utf-8',
			accept: 'text/xml',
			...anchor(access.address),
		},
		signal: signals,
		mailbox: access.address,
		refusals,
	});
	const transport: IXHRApi = {
		apiName: 'n8n-nodes-exchange-ews',
		async xhr(options) {
			return seenByLibrary(divert === undefined ? await sendReading(exchange, outgoing(options)) : await exchange.sendDiverting(outgoing(options), divert));
		},
		async xhrStream(options, onProgress) {
			const report = onProgress as unknown as (progress: StreamProgress) => void;
			const answer = await exchange.stream(
				outgoing(options),
				(headers) => report({ type: 'header', headers }),
				(data) => report({ type: 'data', data }),
			);
			if (answer.status === 200) report({ type: 'end' });
			return seenByLibrary(answer);
		},
		disconnect() {
			giveUp.abort();
		},
	};
	return transport;
}

/** Leads a request to the mailbox's server without a detour, and throttling to its own budget. A header has no form for an address beyond Latin-1: Exchange finds the mailbox without it. */
function anchor(address: string): Record<string, string> {
	const anchored = asciiDomain(address);
	return /^[\x20-\x7e\xa0-\xff]*$/.test(anchored) ? { 'x-anchormailbox': anchored } : {};
}

/** Most answers are read by the time they have arrived. */
async function sendReading(exchange: HttpExchange, request: OutgoingRequest): Promise<HttpAnswer | ReadAnswer> {
	const reading = new AnswerReading();
	return await reading.of(await exchange.sendReading(request, reading));
}

/** The seam's type is the browser's XMLHttpRequest, of which the repaired library reads what an {@link HttpAnswer} has. */
function seenByLibrary(answer: HttpAnswer): Awaited<ReturnType<IXHRApi['xhr']>> {
	return answer as unknown as Awaited<ReturnType<IXHRApi['xhr']>>;
}
