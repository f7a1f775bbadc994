import type { AttachmentContent, EmailAttachment, EmailRecord } from '../../records/email';
import { collected, hasBytes, isStreamed, itemResult, TOGETHER_BYTES } from '../attachments';
import { type FaultReason, type ItemResult, MailboxFault } from '../fault';
import type { StoredItem } from '../mailbox';
import { type AccountPull, hasRoom, report } from './account-pull';
import type { PendingItem } from './cursor';
import type { PulledAttachment } from './pull-types';
import { firstStep } from './small-steps';

/** Reasons for which an attachment may still be had another time. */
const MAY_PASS: ReadonlySet<FaultReason> = new Set(['aborted', 'malformedAnswer', 'throttled', 'unavailable', 'unknown']);

/**
 * The bytes of the attachments of a page's mails: small ones fetched ahead together, for one by one each costs a round trip; large ones one after the other as
 * they arrive, into the store where there is one.
 */
export class AttachmentFetch {
	readonly #pull: AccountPull;
	readonly #items: readonly StoredItem[];
	#fetched: ReadonlyMap<string, ItemResult<AttachmentContent>> = new Map();
	/** The first small attachments, which {@link begin} has asked for. */
	#coming: Promise<void> | undefined;
	#isBegun = false;
	#bytesAhead = 0;

	/** @param items those that are to be handed over, in their order */
	constructor(pull: AccountPull, items: readonly StoredItem[]) {
		this.#pull = pull;
		this.#items = items;
	}

	/** Bytes that {@link begin} has asked for, by what the server says of their sizes. */
	get bytesAhead(): number {
		return this.#bytesAhead;
	}

	/** Asks for the first small attachments, once, which arrive while others are handled; not beside large ones, whose mail may have to wait and its small ones with it. */
	begin(): void {
		if (this.#isBegun) return;
		this.#isBegun = true;
		const first = this.#items.find((item) => this.#small(item).length > 0);
		if (first === undefined || !hasRoom(this.#pull) || this.#items.some((item) => this.#small(item).length < this.#wanted(item).length)) return;
		const together = this.#together(first, this.#small(first));
		this.#bytesAhead = together.reduce((sum, { size }) => sum + size, 0);
		this.#coming = this.#fetch(together);
		// It may fail before somebody wants them.
		this.#coming.catch(() => undefined);
	}

	/** Nothing that {@link begin} has asked for is on its way any more. */
	async settled(): Promise<void> {
		await this.#coming?.catch(() => undefined);
	}

	/** Whether there is room for the attachments of one more item. The first of a pull always has it, however large it is. */
	hasRoomFor(item: StoredItem): boolean {
		const { room, options } = this.#pull;
		if (room.bytes <= 0 || room.storedBytes <= 0) return false;
		return options.now() < room.deadline || !this.#wanted(item).some((attachment) => isStreamed(this.#pull.mailbox, attachment));
	}

	/**
	 * The attachments of an item, and in its record where they are. Undefined: one of them could not be had and may be had at the next poll, for which the item
	 * waits (rule `import-attempts`).
	 * @throws MailboxFault that concerns more than this item; whatever the store throws
	 */
	async of(item: StoredItem, pending: PendingItem): Promise<PulledAttachment[] | undefined> {
		if (!this.#pull.options.withAttachments || !isEmail(item)) return [];
		const wanted = this.#wanted(item);
		const taken = new Map<EmailAttachment, ItemResult<Taken>>();
		// Large ones first: they are what may fail, and a store cannot give back what it has taken.
		for (const attachment of wanted) if (isStreamed(this.#pull.mailbox, attachment)) taken.set(attachment, await this.#stream(attachment));
		if (this.#waits(pending, taken)) return undefined;
		const small = wanted.filter((attachment) => !taken.has(attachment));
		for (const [index, attachment] of small.entries()) {
			await this.#coming;
			this.#coming = undefined;
			if (!this.#fetched.has(attachment.attachmentId ?? '')) await this.#fetch(this.#together(item, small.slice(index)));
			taken.set(attachment, await this.#take(attachment));
		}
		if (this.#waits(pending, taken)) return undefined;
		return this.#named(item, taken);
	}

	#wanted(item: StoredItem): EmailAttachment[] {
		if (!this.#pull.options.withAttachments || !isEmail(item)) return [];
		return item.record.attachments.filter((attachment) => hasBytes(attachment) && attachment.size <= this.#largest);
	}

	#small(item: StoredItem): EmailAttachment[] {
		return this.#wanted(item).filter((attachment) => !isStreamed(this.#pull.mailbox, attachment));
	}

	get #largest(): number {
		return this.#pull.options.maxAttachmentBytes ?? Number.POSITIVE_INFINITY;
	}

	async #stream(attachment: EmailAttachment): Promise<ItemResult<Taken>> {
		const { mailbox, options } = this.#pull;
		const store = options.storeAttachment;
		const take = async (content: AsyncIterable<Buffer>): Promise<Taken> => {
			if (store === undefined) return inMemory(await collected(content));
			const counted = new CountedContent(content);
			const stored = await store(attachment, counted);
			return { stored, bytes: counted.bytes };
		};
		return await itemResult(mailbox.streamAttachment(attachment.attachmentId ?? '', take, options.maxAttachmentBytes));
	}

	/** Small attachments of an item, as many as go together, and where they are all, those of the items behind it. */
	#together(first: StoredItem, rest: readonly EmailAttachment[]): EmailAttachment[] {
		const together: EmailAttachment[] = [];
		let room = firstStep(this.#pull.state, TOGETHER_BYTES);
		for (const attachment of rest) {
			room -= attachment.size;
			if (room < 0 && together.length > 0) break;
			together.push(attachment);
		}
		for (const item of this.#items.slice(this.#items.indexOf(first) + 1)) {
			const small = this.#small(item);
			room -= small.reduce((sum, { size }) => sum + size, 0);
			if (room < 0) break;
			together.push(...small);
		}
		return together;
	}

	async #fetch(together: readonly EmailAttachment[]): Promise<void> {
		const ids = together.map(({ attachmentId = '' }) => attachmentId);
		const results = await this.#pull.mailbox.attachments(ids);
		this.#fetched = new Map(ids.flatMap((id, index) => (results[index] === undefined ? [] : [[id, results[index]]])));
	}

	async #take(attachment: EmailAttachment): Promise<ItemResult<Taken>> {
		const result = this.#fetched.get(attachment.attachmentId ?? '');
		if (result === undefined) return { ok: false, fault: new MailboxFault({ reason: 'gone', scope: 'item', retry: { can: false }, message: 'no answer' }) };
		if (!result.ok) {
			if (result.fault.scope !== 'item') throw result.fault;
			return result;
		}
		const { content } = result.value;
		// The size was the server's word.
		if (content.length > this.#largest) return { ok: false, fault: new MailboxFault({ reason: 'tooLarge', scope: 'item', retry: { can: false }, message: `it is larger than ${megabytes(this.#largest)}.` }) };
		const store = this.#pull.options.storeAttachment;
		return store === undefined ? { ok: true, value: inMemory(content) } : await itemResult(store(attachment, content).then((stored) => ({ stored, bytes: content.length })));
	}

	/** Whether the item waits for the next poll because an attachment may be had then. */
	#waits(pending: PendingItem, taken: ReadonlyMap<EmailAttachment, ItemResult<Taken>>): boolean {
		if (![...taken.values()].some((result) => !result.ok && MAY_PASS.has(result.fault.reason))) return false;
		if (pending.attempts + 1 >= this.#pull.options.importAttempts) return false;
		pending.attempts++;
		return true;
	}

	#named(item: StoredItem<'email'>, taken: ReadonlyMap<EmailAttachment, ItemResult<Taken>>): PulledAttachment[] {
		const pulled: PulledAttachment[] = [];
		for (const attachment of item.record.attachments) {
			const result = taken.get(attachment);
			if (result === undefined) {
				if (hasBytes(attachment)) this.#missing(item, attachment, `it is larger (${megabytes(attachment.size)}) than the ${megabytes(this.#largest)} that are taken in.`);
				continue;
			}
			if (!result.ok) {
				this.#missing(item, attachment, result.fault.message);
				continue;
			}
			attachment.binaryProperty = `attachment_${pulled.length}`;
			const { bytes, ...where } = result.value;
			pulled.push({ binaryProperty: attachment.binaryProperty, name: attachment.name, contentType: attachment.contentType, ...where });
			if (where.stored?.inMemory === false) this.#pull.room.storedBytes -= bytes;
			else this.#pull.room.bytes -= bytes;
		}
		return pulled;
	}

	#missing(item: StoredItem<'email'>, { name }: EmailAttachment, why: string): void {
		const record: EmailRecord = item.record;
		report(this.#pull, { outcome: 'failed', kind: 'email', exchangeId: item.reference.id, record, message: `Attachment "${name}" could not be read, its email comes without it: ${why}` });
	}
}

/** Where the bytes of an attachment are, and how many. */
type Taken = Pick<PulledAttachment, 'content' | 'stored'> & { bytes: number };

function inMemory(content: Buffer): Taken {
	return { content, bytes: content.length };
}

/** Counts on the way: the size of an attachment is the server's word. */
class CountedContent implements AsyncIterable<Buffer> {
	readonly #content: AsyncIterable<Buffer>;
	bytes = 0;

	constructor(content: AsyncIterable<Buffer>) {
		this.#content = content;
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
		for await (const piece of this.#content) {
			this.bytes += piece.length;
			yield piece;
		}
	}
}

function megabytes(bytes: number): string {
	return `${(bytes / 1048576).toFixed(bytes < 10_485_760 ? 1 : 0)} MB`;
}

/** Tells emails from items of other kinds. */
export function isEmail(item: StoredItem): item is StoredItem<'email'> {
	return item.record.kind === 'email';
}
