import type { Response } from 'undici';

import { EwsError } from '../errors/ews-error';

/**
 * Text of an answer, decompressed and decoded, never more than `limitBytes` of it.
 * @throws EwsError `tooLarge`; whatever the connection fails with
 */
export async function readAnswerText(response: Response, limitBytes: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		const bytes = chunk as Uint8Array;
		size += bytes.byteLength;
		// Leaving the loop cancels the stream, so the rest is not received.
		if (size > limitBytes) throw new EwsError({ kind: 'tooLarge', limitBytes }, 'The answer is larger than what is taken in.', { outcomeUnknown: true });
		chunks.push(bytes);
	}
	return decoderOf(response).decode(Buffer.concat(chunks, size));
}

/** Hands an answer on as it arrives, characters whole. */
export async function streamAnswerText(response: Response, onText: (text: string) => void): Promise<void> {
	for await (const text of answerTexts(response)) onText(text);
}

/** An answer as it arrives, characters whole. Who leaves it early cancels what is still to come. */
export async function* answerTexts(response: Response): AsyncGenerator<string, void, undefined> {
	const decoder = decoderOf(response);
	for await (const chunk of response.body ?? []) yield decoder.decode(chunk as Uint8Array, { stream: true });
	yield decoder.decode();
}

/** Reads off a short answer so that its connection can be used again. */
export async function discard(response: Response): Promise<void> {
	await readAnswerText(response, 1024 * 1024);
}

function decoderOf(response: Response): InstanceType<typeof TextDecoder> {
	const charset = /charset="?([\w-]+)/i.exec(response.headers.get('content-type') ?? '')?.[1] ?? 'utf-8';
	try {
		return new TextDecoder(charset);
	} catch {
		return new TextDecoder('utf-8');
	}
}
