import { composeMessage } from '../../mime/compose-message';
import { independentMessage } from '../../mime/independent-message';
import type { RecordKind } from '../../records/common-fields';
import type { EmailRecord } from '../../records/email';
import { RecordError } from '../../records/record-error';
import { type ItemResult, MailboxFault } from '../../sync/fault';
import type { ItemReference, NewItem } from '../../sync/mailbox';
import { smimeClassOf } from '../mapping/smime-class';
import { newEmail } from '../mapping/new-email';
import { referenceOf } from '../mapping/stored-item';
import { type XmlElement, element } from '../mapping/xml-element';
import type { ServerVersion } from '../transport/connection-settings';
import { callMany, faultIn } from './call';
import { folderId } from './item-shape';
import type { MailboxContext } from './mailbox-context';
import { onlyItem } from './read-items';
import { inSlices } from './sliced';

/** Requests stay at this size, for to write one holds the event loop; a single larger item goes alone. */
const REQUEST_BYTES = 1_000_000;
const ITEMS_PER_REQUEST = 50;
/** What a mail takes beside its MIME, about. */
const PROPERTIES_BYTES = 2_000;

/** A new item, ready to be written: what it looks like depends on the version of the server's schema. */
export interface Draft {
	readonly folderId: string;
	readonly bytes: number;
	readonly write: (version: ServerVersion) => XmlElement;
}

/**
 * Creates items in few requests. A result `unavailable` may mean that the item is there and only the answer got lost: whoever asks looks for the
 * stamp before asking again.
 */
export async function createDrafts(context: MailboxContext, kind: RecordKind, drafts: ReadonlyArray<ItemResult<Draft>>): Promise<Array<ItemResult<ItemReference>>> {
	const results: Array<ItemResult<ItemReference>> = drafts.map((draft) => (draft.ok ? lost() : draft));
	let refused: MailboxFault | undefined;
	await Promise.all(
		packages(drafts).map(async (places) => {
			const parts = places.flatMap((place) => {
				const draft = drafts[place];
				return draft?.ok === true ? [draft.value] : [];
			});
			let answers: Array<ItemResult<ItemReference>>;
			try {
				answers = await createPackage(context, kind, parts);
			} catch (error) {
				const fault = faultIn(error);
				refused = fault;
				answers = parts.map(() => ({ ok: false, fault }));
			}
			answers.forEach((answer, index) => {
				const place = places[index];
				if (place !== undefined) results[place] = answer;
			});
		}),
	);
	// What was created must be known, even where the mailbox refused the rest.
	if (refused !== undefined && !results.some((result) => result.ok)) throw refused;
	return results;
}

async function createPackage(context: MailboxContext, kind: RecordKind, parts: readonly Draft[]): Promise<Array<ItemResult<ItemReference>>> {
	return await callMany(
		context,
		{ name: 'CreateItem', repeatable: false },
		parts,
		parts.length,
		(items, version) => ({
			attributes: createAttributes(kind),
			body: [
				element('SavedItemFolderId', [folderId(parts[0]?.folderId ?? '')]),
				element(
					'Items',
					items.map((item) => item.write(version)),
				),
			],
		}),
		(message) => referenceOf(onlyItem(message)),
	);
}

/** Nothing is sent to anybody. */
function createAttributes(kind: RecordKind): Record<string, string> {
	switch (kind) {
		case 'email':
			return { MessageDisposition: 'SaveOnly' };
		case 'appointment':
			return { SendMeetingInvitations: 'SendToNone' };
		case 'task':
			return {};
	}
}

/** Places of the drafts that go together: one folder, within the size. */
function packages(drafts: ReadonlyArray<ItemResult<Draft>>): number[][] {
	const open = new Map<string, { places: number[]; bytes: number }>();
	const full: number[][] = [];
	drafts.forEach((draft, place) => {
		if (!draft.ok) return;
		const { folderId: folder, bytes } = draft.value;
		let current = open.get(folder);
		if (current !== undefined && (current.places.length >= ITEMS_PER_REQUEST || current.bytes + bytes > REQUEST_BYTES)) {
			full.push(current.places);
			current = undefined;
		}
		if (current === undefined) {
			current = { places: [], bytes: 0 };
			open.set(folder, current);
		}
		current.places.push(place);
		current.bytes += bytes;
	});
	return [...full, ...[...open.values()].map(({ places }) => places)];
}

function lost(): ItemResult<never> {
	return {
		ok: false,
		fault: new MailboxFault({
			reason: 'malformedAnswer',
			scope: 'item',
			retry: { can: false },
			message: 'The server gave no answer for this item.',
		}),
	};
}

/** Emails into their folders, with their dates, sender and read state, never as drafts. */
export async function createEmails(context: MailboxContext, items: ReadonlyArray<NewItem<'email'>>): Promise<Array<ItemResult<ItemReference>>> {
	const results: Array<ItemResult<ItemReference>> = [];
	// Composed in pieces: the attachments of a thousand mails need not be in memory as base64 all at once.
	for (let start = 0; start < items.length; start += ITEMS_PER_REQUEST * 4) {
		const part = items.slice(start, start + ITEMS_PER_REQUEST * 4);
		const drafts = await inSlices(part, (item) => drafted(() => emailDraft(context, item)));
		results.push(...(await createDrafts(context, 'email', drafts)));
	}
	return results;
}

/** A draft, or the record's own fault as that item's result. */
export async function drafted<D extends Draft>(make: () => D | Promise<D>): Promise<ItemResult<D>> {
	try {
		return { ok: true, value: await make() };
	} catch (error) {
		if (error instanceof MailboxFault) return { ok: false, fault: error };
		return { ok: false, fault: faultOf(error) };
	}
}

/** A record that cannot be written, as a fault of its item. Anything but a {@link RecordError} is an error of ours and goes on. */
export function faultOf(error: unknown): MailboxFault {
	if (!(error instanceof RecordError)) throw error;
	return new MailboxFault({ reason: 'itemRefused', scope: 'item', retry: { can: false }, message: error.message, code: 'RecordError' }, { cause: error });
}

async function emailDraft(context: MailboxContext, item: NewItem<'email'>): Promise<Draft> {
	const mime = await mimeOf(item.record, item.attachments ?? [], context.allowReadReceipts);
	const itemClass = smimeClassOf(mime);
	const write = (version: ServerVersion): XmlElement => newEmail({ record: item.record, mime, itemClass, stamp: item.stamp }, version);
	return { folderId: item.folderId, bytes: Math.ceil((mime.length * 4) / 3) + PROPERTIES_BYTES, write };
}

/**
 * The message of a record: its own MIME without ties to other mails, or one composed of its fields. A MIME text keeps its own request for a receipt only
 * where the record asks for one and may (rule `read-receipts`); none is put into it.
 */
export async function mimeOf(record: EmailRecord, attachments: NonNullable<NewItem<'email'>['attachments']>, allowReadReceipt: boolean): Promise<Buffer> {
	if (record.mime === undefined) return await composeMessage(record, attachments, { allowReadReceipt });
	const mime = Buffer.from(record.mime, 'base64');
	if (mime.length === 0) throw new RecordError('mime', record.mime, 'an RFC 5322 message in base64');
	return independentMessage(mime, { lineEndings: 'crlf', receiptRequests: allowReadReceipt && record.readReceipt ? 'keep' : 'takeOut' });
}

