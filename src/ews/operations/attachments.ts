import { parseMessage } from '../../mime/parse-message';
import { type ItemResult, MailboxFault } from '../../sync/fault';
import type { AttachmentContent } from '../../records/email';
import { type AttachmentHandle, handleOf } from '../mapping/email-attachments';
import { invitationOf } from '../mapping/meeting-message';
import { emailOf, emailPaths } from '../mapping/email';
import { required } from '../mapping/wire-values';
import { element } from '../mapping/xml-element';
import { contentOf } from './attachment-content';
import { callMany, faultIn, valueOf } from './call';
import type { MailboxContext } from './mailbox-context';
import { ROUND } from './mailbox-context';
import { MIME_SIZES, nextSize } from './answer-sizes';
import { readItems } from './read-items';
import { readMimes } from './read-mime';
import { collectAttachment, pieces, streamAttachment, tooLarge } from './streamed-attachment';

type Handle<F extends AttachmentHandle['from']> = Extract<AttachmentHandle, { from: F }>;

/** The largest attachment that is taken in: the most that Exchange Online takes as a whole message. https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#message-limits */
const LARGEST_ATTACHMENT = 150 * 1024 * 1024;

/** Bytes of attachments, those that EWS has and those that are made from an item, in the order of the ids. */
export async function readAttachments(context: MailboxContext, ids: readonly string[]): Promise<Array<ItemResult<AttachmentContent>>> {
	const handles = ids.map(handleOf);
	const results: Array<ItemResult<AttachmentContent>> = ids.map(() => noSuch());
	const into = async <F extends AttachmentHandle['from']>(
		from: F,
		read: (handles: Array<Handle<F>>) => Promise<Array<ItemResult<AttachmentContent>>>,
	): Promise<void> => {
		const places = handles.flatMap((handle, place) => (handle.from === from ? [place] : []));
		if (places.length === 0) return;
		const answers = await read(places.map((place) => handles[place] as Handle<F>));
		answers.forEach((answer, index) => {
			const place = places[index];
			if (place !== undefined) results[place] = answer;
		});
	};
	await into('attachment', async (wanted) => {
		const wantedIds = wanted.map(({ id }) => id);
		return await largeOnesAlone(context, wantedIds, await getAttachments(context, wantedIds));
	});
	await into('invitation', (wanted) => getInvitations(context, wanted));
	await into('mime', (wanted) => getInnerParts(context, wanted));
	return results;
}

/** Whether the bytes of this attachment can be handed on as they arrive: those that are made from an item stand in memory anyway. */
export function canStream(id: string): boolean {
	return handleOf(id).from === 'attachment';
}

/** Bytes of one attachment, handed to `take` as they arrive where that can be. @throws MailboxFault; whatever `take` throws of its own */
export async function takeAttachment<T>(context: MailboxContext, id: string, take: (content: AsyncIterable<Buffer>) => Promise<T>, maxBytes = LARGEST_ATTACHMENT): Promise<T> {
	if (canStream(id)) return (await streamAttachment(context, id, take, maxBytes)).taken;
	const { content } = valueOf((await readAttachments(context, [id]))[0]);
	if (content.length > maxBytes) throw tooLarge(maxBytes);
	return await take(pieces(content));
}

/** What is too large for an answer that is read at once can still be collected as it arrives. */
async function largeOnesAlone(context: MailboxContext, ids: readonly string[], results: Array<ItemResult<AttachmentContent>>): Promise<Array<ItemResult<AttachmentContent>>> {
	const done: Array<ItemResult<AttachmentContent>> = [];
	for (const [index, result] of results.entries()) {
		done.push(result.ok || result.fault.reason !== 'tooLarge' ? result : await collectedResult(context, ids[index] ?? ''));
	}
	return done;
}

async function collectedResult(context: MailboxContext, id: string): Promise<ItemResult<AttachmentContent>> {
	try {
		return { ok: true, value: await collectAttachment(context, id, LARGEST_ATTACHMENT) };
	} catch (error) {
		return { ok: false, fault: faultIn(error) };
	}
}

async function getAttachments(context: MailboxContext, ids: readonly string[]): Promise<Array<ItemResult<AttachmentContent>>> {
	const results: Array<ItemResult<AttachmentContent>> = [];
	let size = MIME_SIZES.first;
	let bytes = 0;
	let count = 0;
	while (results.length < ids.length) {
		const answers = await callMany(
			context,
			{ name: 'GetAttachment', repeatable: true },
			ids.slice(results.length, results.length + size * ROUND),
			size,
			(part) => ({
				body: [
					element('AttachmentShape', [element('IncludeMimeContent', 'true')]),
					element(
						'AttachmentIds',
						part.map((id) => element('AttachmentId', [], { Id: id })),
					),
				],
			}),
			(message) => {
				const content = contentOf(message);
				bytes += (content.content.length * 4) / 3;
				count += 1;
				return content;
			},
		);
		results.push(...answers);
		size = nextSize(bytes, count, MIME_SIZES);
	}
	return results;
}

/** The text of an invitation is that of its mail, whatever the builder wants of bodies. */
const AS_READ = { body: 'both', timeZone: 'UTC' } as const;

async function getInvitations(context: MailboxContext, handles: ReadonlyArray<Handle<'invitation'>>): Promise<Array<ItemResult<AttachmentContent>>> {
	return await readItems(
		context,
		handles.map(({ itemId }) => itemId),
		(version) => ({ paths: emailPaths(version, false) }),
		(item) => required(invitationOf(item, emailOf(item, AS_READ).record), 'calendar:Start'),
		MIME_SIZES,
	);
}

async function getInnerParts(context: MailboxContext, handles: ReadonlyArray<Handle<'mime'>>): Promise<Array<ItemResult<AttachmentContent>>> {
	const ids = [...new Set(handles.map(({ itemId }) => itemId))];
	const mimes = await readMimes(context, ids);
	const parts = new Map<string, ItemResult<AttachmentContent[]>>();
	for (const [index, id] of ids.entries()) {
		const mime = mimes[index];
		if (mime !== undefined) parts.set(id, mime.ok ? { ok: true, value: await innerParts(context, mime.value) } : mime);
	}
	return handles.map(({ itemId, index }) => {
		const found = parts.get(itemId);
		if (found === undefined) return noSuch();
		if (!found.ok) return found;
		const part = found.value[index];
		return part === undefined ? noSuch() : { ok: true, value: part };
	});
}

async function innerParts(context: MailboxContext, mime: Buffer): Promise<AttachmentContent[]> {
	const opened = await context.smime?.open(mime);
	return (await parseMessage(opened?.mime ?? mime)).attachments;
}

function noSuch(): ItemResult<never> {
	return {
		ok: false,
		fault: new MailboxFault({ reason: 'gone', scope: 'item', retry: { can: false }, message: 'There is no such attachment (any more).' }),
	};
}
