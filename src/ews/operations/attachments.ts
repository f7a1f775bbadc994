import { safeAttachmentName } from '../../mime/attachment-name';
import { parseMessage } from '../../mime/parse-message';
import { type ItemResult, MailboxFault } from '../../sync/fault';
import type { AttachmentContent } from '../../sync/mailbox';
import { type AttachmentHandle, handleOf } from '../mapping/email-attachments';
import { invitationOf } from '../mapping/meeting-message';
import { emailOf, emailPaths } from '../mapping/email';
import { type WireNode, child, elements, flag, text } from '../mapping/wire-node';
import { required } from '../mapping/wire-values';
import { element } from '../mapping/xml-element';
import { callMany } from './call';
import type { MailboxContext } from './mailbox-context';
import { ROUND } from './mailbox-context';
import { MIME_SIZES, nextSize } from './answer-sizes';
import { readItems } from './read-items';
import { readMimes } from './read-mime';

type Handle<F extends AttachmentHandle['from']> = Extract<AttachmentHandle, { from: F }>;

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
	await into('attachment', (wanted) =>
		getAttachments(
			context,
			wanted.map(({ id }) => id),
		),
	);
	await into('invitation', (wanted) => getInvitations(context, wanted));
	await into('mime', (wanted) => getInnerParts(context, wanted));
	return results;
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

/** One attachment of GetAttachmentResponseMessage. @throws MailboxFault */
export function contentOf(message: WireNode): AttachmentContent {
	const found = elements(child(message, 'Attachments'))[0];
	const node = required(found?.node, 'Attachments');
	const name = text(node, 'Name') ?? '';
	switch (found?.name) {
		case 'FileAttachment': {
			const contentType = (text(node, 'ContentType') ?? '').split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';
			return {
				...described(node, name, contentType),
				// An empty file has an empty element, or none at all.
				content: Buffer.from(text(node, 'Content') ?? '', 'base64'),
			};
		}
		case 'ItemAttachment': {
			const item = elements(node).find(({ node: inner }) => child(inner, 'MimeContent') !== undefined)?.node;
			return {
				...described(node, /\.eml$/i.test(name) ? name : `${name || 'message'}.eml`, 'message/rfc822'),
				content: Buffer.from(required(text(item, 'MimeContent'), 'item:MimeContent of the attached message'), 'base64'),
			};
		}
		default:
			throw new MailboxFault({
				reason: 'itemRefused',
				scope: 'item',
				retry: { can: false },
				message: 'This attachment is a link to a file in the cloud: Exchange does not have its bytes.',
			});
	}
}

function described(node: WireNode, name: string, contentType: string): Omit<AttachmentContent, 'content'> {
	const contentId = (text(node, 'ContentId') ?? '').trim().replace(/^<|>$/g, '');
	return {
		name: safeAttachmentName(name, contentType),
		contentType,
		...(contentId === '' ? {} : { contentId }),
		inline: flag(node, 'IsInline') ?? false,
	};
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
