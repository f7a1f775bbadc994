import { EwsError } from '../errors/ews-error';
import { beginsLikeSoap, type HttpAnswer } from '../errors/http-answer';
import { type SoapObject, SoapReader } from './soap-object-reader';

/** An answer that was read while it arrived; its text is empty. */
export interface ReadAnswer extends HttpAnswer {
	readonly envelope: SoapObject;
}

/** Whether an answer was read already. */
export function isRead(answer: HttpAnswer): answer is ReadAnswer {
	return 'envelope' in answer;
}

/** Reads the SOAP of one answer while it arrives; what is no SOAP is left to whoever tells what it is by its text. The transport's AnswerReader. */
export class AnswerReading {
	#reader: SoapReader | undefined;

	takes(beginning: string): boolean {
		return beginsLikeSoap(beginning);
	}

	/** @throws EwsError `malformedAnswer` */
	async write(bytes: Uint8Array): Promise<void> {
		this.#reader ??= new SoapReader();
		const reader = this.#reader;
		await outcomeUnknown(async () => await reader.write(bytes));
	}

	/** The answer, when all of it has arrived. @throws EwsError `malformedAnswer` */
	async of(answer: HttpAnswer): Promise<HttpAnswer | ReadAnswer> {
		const reader = this.#reader;
		if (reader === undefined) return answer;
		return { ...answer, envelope: await outcomeUnknown(async () => await reader.close(), answer.requestId) };
	}
}

/** What was answered cannot be read, but the request may have been carried out. */
async function outcomeUnknown<T>(read: () => Promise<T>, requestId?: string): Promise<T> {
	try {
		return await read();
	} catch (error) {
		throw unreadable(error, requestId);
	}
}

/** As {@link outcomeUnknown} has it. */
export function unreadable(error: unknown, requestId: string | undefined): unknown {
	return error instanceof EwsError ? new EwsError(error.detail, error.message, { ...(requestId !== undefined && { requestId }), outcomeUnknown: true }) : error;
}
