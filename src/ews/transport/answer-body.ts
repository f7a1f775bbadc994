import { EwsError } from '../errors/ews-error';
import type { HttpResponse } from './http-response';

/** Takes an answer while it arrives, so that it never stands in memory as a whole. */
export interface AnswerReader {
	/** Whether an answer that begins so is taken; any other is wanted as text. */
	takes(beginning: string): boolean;
	/** Takes the next bytes, in UTF-8, torn anywhere. They are the reader's: it may give back their memory. The answer is read on when this is done. An error of its own ends the request. */
	write(bytes: Uint8Array): Promise<void>;
}

/** Enough to tell one answer from another. */
const BEGINNING_BYTES = 512;

/**
 * Text of an answer, decompressed and decoded, never more than `limitBytes` of it.
 * @throws EwsError `tooLarge`; whatever the connection fails with
 */
export async function readAnswerText(response: HttpResponse, limitBytes: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of answerBytes(response, limitBytes)) chunks.push(chunk);
	return decoderOf(response).decode(Buffer.concat(chunks));
}

/**
 * Gives an answer to `reader` while it arrives, where that takes it and it is in UTF-8. What is left as text is empty then, otherwise as {@link readAnswerText} has it.
 * @throws EwsError `tooLarge`; whatever the connection fails with; what the reader throws
 */
export async function readAnswer(response: HttpResponse, limitBytes: number, reader: AnswerReader): Promise<string> {
	const held: Uint8Array[] = [];
	let size = 0;
	let taken: boolean | undefined;
	for await (const chunk of answerBytes(response, limitBytes)) {
		if (taken === true) {
			await reader.write(chunk);
			continue;
		}
		held.push(chunk);
		size += chunk.byteLength;
		if (taken === undefined && size >= BEGINNING_BYTES) taken = await begun(response, held, reader);
	}
	taken ??= await begun(response, held, reader);
	return taken ? '' : decoderOf(response).decode(Buffer.concat(held));
}

/** Whether the reader takes the answer; it is given what has arrived then. */
async function begun(response: HttpResponse, held: Uint8Array[], reader: AnswerReader): Promise<boolean> {
	if (decoderOf(response).encoding !== 'utf-8' || !reader.takes(beginningOf(held))) return false;
	for (const chunk of held.splice(0)) await reader.write(chunk);
	return true;
}

function beginningOf(chunks: readonly Uint8Array[]): string {
	return Buffer.concat(chunks.map((chunk) => chunk.subarray(0, BEGINNING_BYTES))).toString('utf8', 0, BEGINNING_BYTES);
}

/** Leaving the loop cancels the stream, so the rest is not received. */
async function* answerBytes(response: HttpResponse, limitBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
	let size = 0;
	for await (const bytes of response.body) {
		size += bytes.byteLength;
		if (size > limitBytes) throw new EwsError({ kind: 'tooLarge', limitBytes }, 'The answer is larger than what is taken in.', { outcomeUnknown: true });
		yield bytes;
	}
}

/** What arrived is not what the protocol says; the request may have been carried out. @param what is wrong, in words that complete "cannot be read:" */
export function cannotBeRead(what: string): EwsError {
	return new EwsError({ kind: 'malformedAnswer', text: what }, `The server's answer cannot be read: ${what}.`, { outcomeUnknown: true });
}

/** Hands an answer on as it arrives, characters whole. */
export async function streamAnswerText(response: HttpResponse, onText: (text: string) => void): Promise<void> {
	for await (const text of answerTexts(response)) onText(text);
}

/** An answer as it arrives, characters whole. Who leaves it early cancels what is still to come. */
export async function* answerTexts(response: HttpResponse): AsyncGenerator<string, void, undefined> {
	const decoder = decoderOf(response);
	for await (const bytes of response.body) yield decoder.decode(bytes, { stream: true });
	yield decoder.decode();
}

/** Reads off a short answer so that its connection can be used again. */
export async function discard(response: HttpResponse): Promise<void> {
	await readAnswerText(response, 1024 * 1024);
}

function decoderOf(response: HttpResponse): InstanceType<typeof TextDecoder> {
	const charset = /charset="?([\w-]+)/i.exec(response.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
	try {
		return new TextDecoder(charset);
	} catch {
		return new TextDecoder('utf-8');
	}
}
