import { collected } from '../../sync/attachments';
import { changedFault, faultFrom, type ItemResult, MailboxFault } from '../../sync/fault';
import type { AttachmentContent } from '../../records/email';
import { element } from '../mapping/xml-element';
import { ContentRefused, type DivertedContent } from '../transport/diverted-content';
import { contentOf } from './attachment-content';
import { callMany, valueOf } from './call';
import type { MailboxContext } from './mailbox-context';

const CONTAINER = ['Envelope', 'Body', 'GetAttachmentResponse', 'ResponseMessages', 'GetAttachmentResponseMessage', 'Attachments'].join('/');
const EMPTY = Buffer.alloc(0);
/** A stream that is begun has this time at least: the first attempt at anything is always made. */
const SHORTEST_TIME_MS = 10_000;
/** Longest time that AbortSignal.timeout takes. */
const LONGEST_TIME_MS = 2 ** 31 - 1;

/** What was taken of an attachment, and what else the server said of it. */
export interface StreamedAttachment<T> {
	taken: T;
	described: Omit<AttachmentContent, 'content'>;
}

/**
 * Hands the bytes of an attachment that the server keeps to `take` as they arrive: those of a file, or the message of an attached item. `take` is called
 * again where the server is asked again; what it took before is then void, for its content ended with an error.
 *
 * @param maxBytes beyond it the fault is `tooLarge`
 * @throws MailboxFault; whatever `take` throws of its own
 */
export async function streamAttachment<T>(context: MailboxContext, id: string, take: (content: AsyncIterable<Buffer>) => Promise<T>, maxBytes: number): Promise<StreamedAttachment<T>> {
	let taken: { value: T } | undefined;
	const divert: DivertedContent = {
		isContent,
		maxBytes,
		take: async (content) => {
			taken = undefined;
			taken = { value: await take(content) };
		},
	};
	const [result] = await inOwnTime(context, async (timed) =>
		await callMany(
			timed,
			{ name: 'GetAttachment', repeatable: true, divert },
			[id],
			1,
			([only = '']) => ({
				body: [element('AttachmentShape', [element('IncludeMimeContent', 'true')]), element('AttachmentIds', [element('AttachmentId', [], { Id: only })])],
			}),
			(message) => contentOf(message, taken === undefined ? undefined : EMPTY),
		),
	);
	if (result?.ok === false && result.fault instanceof ContentRefused) throw result.fault.cause;
	const { content, ...described } = valueOf(result);
	// An empty file has an empty element, or none at all.
	taken ??= { value: await take(pieces(content)) };
	return { taken: taken.value, described };
}

/** A whole attachment in memory, streamed because its answer is larger than what is read at once. @throws MailboxFault */
export async function collectAttachment(context: MailboxContext, id: string, maxBytes: number): Promise<AttachmentContent> {
	const { taken, described } = await streamAttachment(context, id, collected, maxBytes);
	return { ...described, content: taken };
}

/** Bytes that are in memory, as a content. */
export async function* pieces(content: Buffer): AsyncGenerator<Buffer, void, undefined> {
	if (content.length > 0) yield content;
}

/** A fault for an attachment above the limit. */
export function tooLarge(maxBytes: number): MailboxFault {
	return new MailboxFault({
		reason: 'tooLarge',
		scope: 'item',
		retry: { can: false },
		message: `The attachment is larger than ${Math.round(maxBytes / 1048576)} MB, the most that is taken in.`,
	});
}

function isContent(path: readonly string[]): boolean {
	const [type, ...inside] = path.slice(6);
	if (type === undefined || path.slice(0, 6).join('/') !== CONTAINER) return false;
	return type === 'FileAttachment' ? inside.length === 1 && inside[0] === 'Content' : type === 'ItemAttachment' && inside.length === 2 && inside[1] === 'MimeContent';
}

/**
 * Asks for an attachment until no further attempt would be made: unlike other requests it may take as long as the line is slow. When that time is over it is the attachment that
 * takes too long; when the caller gives up everything, it is not.
 */
async function inOwnTime<R>(context: MailboxContext, ask: (timed: MailboxContext) => Promise<Array<ItemResult<R>>>): Promise<Array<ItemResult<R>>> {
	const { budget } = context;
	if (budget?.deadlineAt === undefined) return await ask(context);
	const timeOut = AbortSignal.timeout(Math.min(LONGEST_TIME_MS, Math.max(SHORTEST_TIME_MS, budget.deadlineAt - Date.now())));
	try {
		return await ask({ ...context, budget: { ...budget, signal: budget.signal === undefined ? timeOut : AbortSignal.any([budget.signal, timeOut]) } });
	} catch (error) {
		const fault = faultFrom(error);
		if (fault.reason !== 'aborted' || budget.signal?.aborted === true) throw fault;
		throw changedFault(fault, { scope: 'item', retry: { can: false }, message: 'The time given for GetAttachment ran out.' });
	}
}
