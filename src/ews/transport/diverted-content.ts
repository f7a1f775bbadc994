import { SaxesParser } from 'saxes';

import { MailboxFault } from '../../sync/fault';
import { EwsError } from '../errors/ews-error';
import { MAX_DEPTH } from '../library/soap-object-reader';
import { answerTexts, cannotBeRead } from './answer-body';
import { decodedBase64 } from './base64-pieces';
import type { HttpResponse } from './http-response';

/** The one large content of an answer that is handed on as it arrives instead of being read into memory. */
export interface DivertedContent {
	/** Whether the element at this path (local names, from the envelope) is the content: nothing but base64. */
	isContent(path: readonly string[]): boolean;
	/** The most bytes that are taken in. */
	readonly maxBytes: number;
	/**
	 * Takes the bytes, to their end. Called once per attempt; content that ends with an error is void, and the attempt's error is that of the content. An
	 * error of its own ends the request without another attempt, as {@link ContentRefused}.
	 */
	take(content: AsyncIterable<Buffer>): Promise<void>;
}

/** Who took the content could not; its own error is the cause. */
export class ContentRefused extends MailboxFault {
	constructor(cause: unknown) {
		super({ reason: 'unknown', scope: 'item', retry: { can: false }, message: 'What the server sent could not be stored.' }, { cause });
	}
}

/**
 * Text of an answer without the content, which goes to `divert` while it arrives. What is left is the same answer with an empty element in its place, at most
 * `limitBytes` long: response codes and faults are read from it as from any other answer. Only the first content is diverted; an answer that has none
 * (a fault, a page of a gateway) comes whole.
 *
 * @throws EwsError `tooLarge`, `malformedAnswer`; {@link ContentRefused}; whatever the connection fails with
 */
export async function readDiverting(response: HttpResponse, limitBytes: number, divert: DivertedContent): Promise<string> {
	const texts = answerTexts(response);
	try {
		return await new DivertingReader(texts, limitBytes, divert).read();
	} finally {
		// Cancels what was not received.
		await texts.return();
	}
}

class DivertingReader {
	readonly #texts: AsyncGenerator<string, void, undefined>;
	readonly #limit: number;
	readonly #divert: DivertedContent;
	readonly #watch: ContentWatch;
	readonly #left: string[] = [];
	#leftLength = 0;
	/** Received, not looked at yet. */
	#ahead = '';

	constructor(texts: AsyncGenerator<string, void, undefined>, limit: number, divert: DivertedContent) {
		this.#texts = texts;
		this.#limit = limit;
		this.#divert = divert;
		this.#watch = new ContentWatch((path) => divert.isContent(path));
	}

	async read(): Promise<string> {
		do {
			while (this.#ahead !== '') {
				// The parser is fed to the end of each tag, so that it stands right before what is inside of it.
				const end = this.#watch.watches ? this.#ahead.indexOf('>') + 1 : 0;
				const piece = end === 0 ? this.#ahead : this.#ahead.slice(0, end);
				this.#ahead = end === 0 ? '' : this.#ahead.slice(end);
				this.#keep(piece);
				if (this.#watch.opensContent(piece)) await this.#handOver();
			}
		} while (await this.#receive());
		return this.#left.join('');
	}

	async #receive(): Promise<boolean> {
		const next = await this.#texts.next();
		if (next.done === true) return false;
		this.#ahead = next.value;
		return true;
	}

	#keep(piece: string): void {
		this.#leftLength += piece.length;
		if (this.#leftLength > this.#limit) throw new EwsError({ kind: 'tooLarge', limitBytes: this.#limit }, 'The answer is larger than what is taken in.', { outcomeUnknown: true });
		this.#left.push(piece);
	}

	async #handOver(): Promise<void> {
		const content = new WatchedContent(decodedBase64(this.#contentTexts(), this.#divert.maxBytes));
		const [taken] = await Promise.allSettled([this.#divert.take(content.bytes())]);
		// An error of the content reaches the taker, too, and is not the taker's.
		if (content.failure !== undefined) throw content.failure.error;
		if (taken.status === 'rejected') throw new ContentRefused(taken.reason);
		if (!content.ended) throw new ContentRefused(new TypeError('An attachment was not read to its end'));
	}

	async *#contentTexts(): AsyncGenerator<string, void, undefined> {
		for (;;) {
			const end = this.#ahead.indexOf('<');
			const text = end < 0 ? this.#ahead : this.#ahead.slice(0, end);
			this.#ahead = end < 0 ? '' : this.#ahead.slice(end);
			if (text !== '') yield text;
			if (end >= 0) break;
			if (!(await this.#receive())) throw cannotBeRead('it ends in the middle of an attachment');
		}
		const begun = this.#ahead;
		if (begun.length === 1 && (await this.#receive())) this.#ahead = begun + this.#ahead;
		if (!this.#ahead.startsWith('</')) throw cannotBeRead('the content of an attachment is not text alone');
	}
}

/** Tells an error of the content from one of whoever takes it. */
class WatchedContent {
	readonly #content: AsyncGenerator<Buffer, void, undefined>;
	failure: { error: unknown } | undefined;
	ended = false;

	constructor(content: AsyncGenerator<Buffer, void, undefined>) {
		this.#content = content;
	}

	async *bytes(): AsyncGenerator<Buffer, void, undefined> {
		for (;;) {
			const [step] = await Promise.allSettled([this.#content.next()]);
			if (step.status === 'rejected') {
				this.failure = { error: step.reason };
				throw this.failure.error;
			}
			if (step.value.done === true) {
				this.ended = true;
				return;
			}
			yield step.value.value;
		}
	}
}

/** Follows the elements of an answer up to the content. What is wrong with the XML is left to whoever reads the answer afterwards. */
class ContentWatch {
	#parser: SaxesParser | undefined = new SaxesParser({ position: false });
	#opened = false;

	constructor(isContent: (path: readonly string[]) => boolean) {
		const path: string[] = [];
		const parser = this.#parser as SaxesParser;
		parser.on('error', () => undefined);
		parser.on('opentag', (tag) => {
			path.push(tag.name.slice(tag.name.indexOf(':') + 1));
			// Whoever reads what is left refuses it.
			if (path.length > MAX_DEPTH) this.#parser = undefined;
			if (!tag.isSelfClosing && isContent(path)) this.#opened = true;
		});
		parser.on('closetag', () => void path.pop());
	}

	get watches(): boolean {
		return this.#parser !== undefined;
	}

	/** True: what follows this piece is the content. */
	opensContent(piece: string): boolean {
		this.#parser?.write(piece);
		if (!this.#opened) return false;
		this.#opened = false;
		this.#parser = undefined;
		return true;
	}
}
