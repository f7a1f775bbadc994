import type { EmailAttachment } from '../records/email';
import { type ItemResult, MailboxFault } from './fault';
import type { Mailbox } from './mailbox';

/** What a store is told of an attachment before its bytes. */
export type StorableAttachment = Pick<EmailAttachment, 'name' | 'contentType'>;

/** An attachment that a store has taken. */
export interface StoredAttachment {
	/** What the store finds it by. */
	key: string;
	/** The store keeps the bytes in memory, so they count towards what one pull may hold. */
	inMemory: boolean;
}

/**
 * Takes the bytes of one attachment to where they are to be: small ones as a Buffer, large ones as they arrive. It reads the content to its end. A content that
 * ends with an error is void, and the store is then asked again or not; a MailboxFault of scope `item` that the store throws concerns this attachment alone, any
 * other error ends the pull and leaves the cursor where it was.
 */
export type StoreAttachment = (attachment: StorableAttachment, content: Buffer | AsyncIterable<Buffer>) => Promise<StoredAttachment>;

/** Larger ones are read as they arrive, one after the other; smaller ones share requests. */
const STREAMED_FROM_BYTES = 1024 * 1024;
/** So many bytes of small attachments are fetched at once. */
export const TOGETHER_BYTES = 8 * 1024 * 1024;

/** Whether an attachment has bytes that the mailbox can give. */
export function hasBytes(attachment: EmailAttachment): boolean {
	return attachment.type !== 'reference' && attachment.attachmentId !== undefined;
}

/** Whether an attachment is read by itself, as it arrives. The size is the server's word: who reads still has a limit of its own. */
export function isStreamed(mailbox: Mailbox, { attachmentId = '', size }: EmailAttachment): boolean {
	return size >= STREAMED_FROM_BYTES && mailbox.canStream(attachmentId);
}

/**
 * Hands attachments to a store, one large one at a time, in the order in which they are given.
 * @throws MailboxFault that concerns more than one attachment; whatever the store throws
 */
export async function storeAttachments(mailbox: Mailbox, attachments: readonly EmailAttachment[], store: StoreAttachment): Promise<Array<ItemResult<StoredAttachment>>> {
	const results: Array<ItemResult<StoredAttachment>> = [];
	while (results.length < attachments.length) {
		const group = nextGroup(mailbox, attachments.slice(results.length));
		const [first] = group;
		if (first !== undefined && isStreamed(mailbox, first)) {
			results.push(await itemResult(mailbox.streamAttachment(first.attachmentId ?? '', async (content) => await store(first, content))));
			continue;
		}
		const contents = await mailbox.attachments(group.map(({ attachmentId = '' }) => attachmentId));
		for (const [index, attachment] of group.entries()) {
			const content = contents[index];
			if (content === undefined) throw new TypeError('A mailbox gave no result');
			results.push(content.ok ? await itemResult(store(attachment, content.value.content)) : content);
		}
	}
	return results;
}

/** A large one, or the small ones that go together. */
function nextGroup(mailbox: Mailbox, attachments: readonly EmailAttachment[]): EmailAttachment[] {
	const group: EmailAttachment[] = [];
	let bytes = 0;
	for (const attachment of attachments) {
		const alone = isStreamed(mailbox, attachment);
		if (group.length > 0 && (alone || bytes + attachment.size > TOGETHER_BYTES)) break;
		group.push(attachment);
		bytes += attachment.size;
		if (alone) break;
	}
	return group;
}

/** What concerns one attachment as its result. @throws what concerns more than that */
export async function itemResult<T>(done: Promise<T>): Promise<ItemResult<T>> {
	const [settled] = await Promise.allSettled([done]);
	if (settled.status === 'fulfilled') return { ok: true, value: settled.value };
	const thrown: unknown = settled.reason;
	if (thrown instanceof MailboxFault && thrown.scope === 'item') return { ok: false, fault: thrown };
	throw thrown;
}

/** All bytes of a content. */
export async function collected(content: AsyncIterable<Buffer>): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of content) parts.push(part);
	return Buffer.concat(parts);
}
