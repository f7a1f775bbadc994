import { checkFolderPermission, seesSomeFolder } from '../auth/folder-permissions.mts';
import type { Folder } from '../store/folder.mts';
import { changeKey, decodeChangeKey, decodeId, folderId } from '../store/ids.mts';
import type { Attachment, Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, descend } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { EwsError, schemaViolation } from './errors.mts';

/** A folder and the mailbox it is in. */
export interface FolderTarget {
	readonly mailbox: Mailbox;
	readonly folder: Folder;
}

/** An item and the mailbox it is in; `occurrence` where the id means one occurrence of a series. */
export interface ItemTarget {
	readonly mailbox: Mailbox;
	readonly item: Item;
	/** The change key the request came with, where it came with one. */
	readonly givenChange: number | undefined;
	readonly occurrence?: string;
}

function opened(context: OperationContext, mailbox: Mailbox | undefined, otherwise: string): Mailbox {
	if (!mailbox) throw new EwsError(otherwise);
	if (!context.exchange.mayOpen(context.user, mailbox) && mailbox !== context.mailbox && !seesSomeFolder(mailbox, context.user)) throw new EwsError('ErrorAccessDenied');
	return mailbox;
}

/** Finds the folder a FolderId or DistinguishedFolderId means. */
export function folderTarget(reference: XmlElement | undefined, context: OperationContext, notFound = 'ErrorFolderNotFound'): FolderTarget {
	if (!reference) throw schemaViolation('a folder id is missing.');
	if (reference.name === 'DistinguishedFolderId') {
		const address = descend(reference, 'Mailbox', 'EmailAddress')?.text;
		const mailbox = address === undefined ? context.mailbox : opened(context, context.exchange.mailboxOf(address), 'ErrorNonExistentMailbox');
		const folder = mailbox.distinguished.get(reference.attributes.Id ?? '');
		if (!folder) throw new EwsError(notFound);
		checkFolderPermission(context, mailbox, folder.number, notFound);
		return { mailbox, folder };
	}
	const id = reference.attributes.Id ?? '';
	if (id === '') throw new EwsError('ErrorInvalidIdEmpty');
	const decoded = decodeId(id);
	if (!decoded) throw new EwsError('ErrorInvalidIdMalformed');
	if (decoded.type !== 'folder') throw new EwsError('ErrorCannotUseItemIdForFolderId', { text: 'Id must be a folder id.' });
	const mailbox = opened(context, context.exchange.mailboxWithGuid(decoded.mailbox), notFound);
	const folder = mailbox.folder(decoded.number);
	if (!folder) throw new EwsError(notFound);
	checkFolderPermission(context, mailbox, folder.number, notFound);
	return { mailbox, folder };
}

/** The single folder inside an element such as ToFolderId or SyncFolderId. */
export function folderIn(parent: XmlElement | undefined, context: OperationContext, notFound?: string): FolderTarget {
	return folderTarget(parent?.children[0], context, notFound);
}

/** How an id that names an occurrence is turned into an item id: registered by the calendar. */
export type OccurrenceReader = (reference: XmlElement, context: OperationContext) => { id: string; changeKey?: string };

let readOccurrence: OccurrenceReader | undefined;

/** Says how OccurrenceItemId and RecurringMasterItemId are read. */
export function registerOccurrences(reader: OccurrenceReader): void {
	readOccurrence = reader;
}

/** Finds the item an ItemId means. */
export function itemTarget(reference: XmlElement | undefined, context: OperationContext): ItemTarget {
	if (!reference) throw schemaViolation('an item id is missing.');
	const occurrence = reference.name === 'OccurrenceItemId' || reference.name === 'RecurringMasterItemId' || reference.name === 'RecurringMasterItemIdRanges';
	const named = occurrence && readOccurrence ? readOccurrence(reference, context) : { id: reference.attributes.Id ?? '', changeKey: reference.attributes.ChangeKey };
	if (named.id === '') throw new EwsError('ErrorInvalidIdEmpty');
	const decoded = decodeId(named.id);
	if (!decoded) throw new EwsError('ErrorInvalidIdMalformed');
	if (decoded.type === 'folder') throw new EwsError('ErrorCannotUseFolderIdForItemId', { text: 'Id must be an item id.' });
	if (decoded.type !== 'item') throw new EwsError('ErrorInvalidId');
	const mailbox = opened(context, context.exchange.mailboxWithGuid(decoded.mailbox), 'ErrorItemNotFound');
	const item = mailbox.item(decoded.number);
	if (!item) throw new EwsError('ErrorItemNotFound');
	checkFolderPermission(context, mailbox, item.folder, 'ErrorItemNotFound');
	const given = named.changeKey;
	const givenChange = given === undefined || given === '' ? undefined : decodeChangeKey(given);
	if (given !== undefined && given !== '' && givenChange === undefined) throw new EwsError('ErrorInvalidChangeKey');
	return { mailbox, item, givenChange, ...(decoded.occurrence !== undefined && { occurrence: decoded.occurrence }) };
}

/** Finds the attachment an AttachmentId means. */
export function attachmentTarget(reference: XmlElement | undefined, context: OperationContext): { mailbox: Mailbox; item: Item; attachment: Attachment } {
	const id = reference?.attributes.Id ?? '';
	if (id === '') throw new EwsError('ErrorInvalidIdEmpty');
	const decoded = decodeId(id);
	if (!decoded) throw new EwsError('ErrorInvalidIdMalformed');
	if (decoded.type !== 'attachment') throw new EwsError('ErrorInvalidId');
	const mailbox = opened(context, context.exchange.mailboxWithGuid(decoded.mailbox), 'ErrorItemNotFound');
	const item = mailbox.item(decoded.number);
	if (!item) throw new EwsError('ErrorItemNotFound');
	checkFolderPermission(context, mailbox, item.folder, 'ErrorItemNotFound');
	const attachment = item.attachments.find(({ number }) => number === decoded.attachment);
	if (!attachment) throw new EwsError('ErrorItemNotFound');
	return { mailbox, item, attachment };
}

/** `<t:FolderId>` of a folder. */
export function folderIdXml(mailbox: Mailbox, folder: Folder, name = 't:FolderId'): Xml {
	return element(name, '', { Id: folderId(mailbox.guid, folder.number), ChangeKey: changeKey(mailbox.guid, folder.changeKey, true) });
}

/** The folder of a SavedItemFolderId, or the one meant without it. */
export function savedItemFolder(request: XmlElement, context: OperationContext, otherwise: string): FolderTarget {
	const given = child(request, 'SavedItemFolderId');
	return given ? folderIn(given, context) : { mailbox: context.mailbox, folder: context.mailbox.folderNamed(otherwise) };
}
