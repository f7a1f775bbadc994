import { EwsError } from './ews-error';

/** How far a request had come when its caller gave up. */
export interface GivenUpRequest {
	/** It may have left, so that the server may carry it out. */
	mayBeSent: boolean;
	requestId?: string;
}

/** The error of a caller who gave up: it cancelled, or its time was over (the signal is one of `AbortSignal.timeout`). */
export function givenUp(signal: AbortSignal, { mayBeSent, requestId }: GivenUpRequest): EwsError {
	const by = isTimeOut(signal.reason) ? 'deadline' : 'caller';
	return new EwsError({ kind: 'aborted', by }, by === 'caller' ? 'The request was cancelled.' : 'The time for the request ran out.', { outcomeUnknown: mayBeSent, ...(requestId !== undefined && { requestId }) });
}

/**
 * Does something as long as its caller waits for it. Meant for what takes note of the signal late or not at all, such as a connection that is being opened or a token that
 * is asked for: nobody waits for that any more, and whatever becomes of it is nobody's.
 *
 * @throws what `work` throws, and {@link givenUp}
 */
export async function whileWaitedFor<T>(signal: AbortSignal | undefined, left: GivenUpRequest, work: () => Promise<T>): Promise<T> {
	if (signal === undefined) return await work();
	if (signal.aborted) throw givenUp(signal, { ...left, mayBeSent: false });
	let leave = (): void => {};
	const abandoned = new Promise<never>((_resolve, reject) => {
		leave = () => reject(givenUp(signal, left));
	});
	signal.addEventListener('abort', leave, { once: true });
	try {
		return await Promise.race([work(), abandoned]);
	} finally {
		// A signal may outlive many requests.
		signal.removeEventListener('abort', leave);
	}
}

/** What `AbortSignal.timeout` gives as its reason. */
function isTimeOut(reason: unknown): boolean {
	return reason instanceof Error && reason.name === 'TimeoutError';
}
