import { EwsError } from '../errors/ews-error';
import type { HttpAnswer } from '../errors/http-answer';
import { readSoapAnswer } from './answer-repairs';
import { EnvelopeSplitter } from './envelope-splitter';
import type { EwsLibrary } from './ews-library';
import { replaceMethod } from './replace-method';
import type { SoapObject } from './soap-object-reader';

/** What a transport reports of an answer that arrives piece by piece. Text is decoded already, so that no character is torn. */
export type StreamProgress =
	| { type: 'header'; headers: Readonly<Record<string, string>> }
	| { type: 'data'; data: string }
	| { type: 'end' }
	| { type: 'error'; error: unknown };

interface HangingRequestInside {
	BuildXHR(): unknown;
	ValidateAndEmitRequest(request: unknown, progress: (progress: StreamProgress) => void): Promise<HttpAnswer>;
	ReadResponseXmlJsObject(envelope: SoapObject): unknown;
	Disconnect(reason: unknown, error: unknown): void;
	InternalOnConnect(): void;
	InternalOnDisconnect(reason: unknown, error: unknown): void;
	OnResponseHeader?: (headers: Readonly<Record<string, string>>) => void;
	responseHandler(response: unknown): void;
}

/**
 * W9. Of several envelopes in one piece only the first was read, a namespace prefix hid all of them, and an HTTP error was never reported. Each
 * envelope is handed on as soon as it is complete; the promise resolves when the server ends the stream and rejects with an EwsError otherwise.
 */
export function repairStreaming(library: EwsLibrary): void {
	const reasons = library.HangingRequestDisconnectReason;
	replaceMethod<HangingRequestInside, [], Promise<void>>(
		library.HangingServiceRequestBase.prototype,
		'InternalExecute',
		() =>
			async function () {
				const splitter = new EnvelopeSplitter();
				let failure: unknown;
				const take = (text: string): void => {
					for (const responseText of splitter.push(text)) {
						this.responseHandler(this.ReadResponseXmlJsObject(readSoapAnswer({ status: 200, responseText, getResponseHeader: () => null })));
					}
				};
				const answer = await this.ValidateAndEmitRequest(this.BuildXHR(), (progress) => {
					if (failure !== undefined) return;
					switch (progress.type) {
						case 'header':
							this.InternalOnConnect();
							this.OnResponseHeader?.(progress.headers);
							return;
						case 'data':
							try {
								take(progress.data);
							} catch (error) {
								failure = error;
								this.Disconnect(reasons.Exception, error);
							}
							return;
						case 'error':
							failure = progress.error;
							this.Disconnect(reasons.Exception, progress.error);
							return;
						case 'end':
							return;
					}
				});
				if (failure !== undefined) throw failure;
				if (answer.status !== 200) {
					readSoapAnswer(answer);
					throw new EwsError({ kind: 'http', status: answer.status, what: 'other' }, `The server answered with HTTP status ${answer.status}.`);
				}
				this.InternalOnDisconnect(reasons.Clean, null);
			},
	);
}
