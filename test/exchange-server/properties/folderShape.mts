import { schemaViolation } from '../operations/errors.mts';
import type { Folder } from '../store/folder.mts';
import { changeKey, folderId } from '../store/ids.mts';
import type { ExtendedValue } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { childText, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import type { ExtendedPath } from './extended.mts';
import { extendedXml, parseExtendedPath } from './extended.mts';
import { effectiveRightsXml } from './itemProperties.mts';

/** A FolderShape of a request. */
export interface FolderShape {
	readonly base: 'IdOnly' | 'Default' | 'AllProperties';
	readonly additional: ReadonlySet<string>;
	readonly extended: readonly ExtendedPath[];
}

/** The shape of write answers: the id alone. */
export const FOLDER_ID_ONLY: FolderShape = { base: 'IdOnly', additional: new Set(), extended: [] };

/** Reads a FolderShape. */
export function parseFolderShape(shape: XmlElement | undefined): FolderShape {
	const base = childText(shape, 'BaseShape') ?? 'AllProperties';
	if (base !== 'IdOnly' && base !== 'Default' && base !== 'AllProperties') throw schemaViolation(`The 'BaseShape' element is invalid - The value '${base}' is invalid.`);
	const paths = listOf(shape, 'AdditionalProperties');
	return {
		base,
		additional: new Set(paths.filter(({ name }) => name === 'FieldURI').map((path) => path.attributes.FieldURI ?? '')),
		extended: paths.filter(({ name }) => name === 'ExtendedFieldURI').map((path) => parseExtendedPath(path)),
	};
}

const PR_FOLDER_PATHNAME = 0x66b5;
const PR_CONTENT_COUNT = 0x3602;
const PR_SUBFOLDERS = 0x360a;
const PR_ATTR_HIDDEN = 0x10f4;
const PR_MESSAGE_SIZE = 0x0e08;

/** What a folder holds under an extended path. */
export function folderExtendedValue(mailbox: Mailbox, folder: Folder, path: ExtendedPath): ExtendedValue | undefined {
	switch (path.tag) {
		case PR_FOLDER_PATHNAME:
			return { type: path.type, value: folderPath(mailbox, folder) };
		case PR_CONTENT_COUNT:
			return { type: path.type, value: String(folder.items.size - folder.hidden) };
		case PR_SUBFOLDERS:
			return { type: path.type, value: String(mailbox.childrenOf(folder).length > 0) };
		case PR_ATTR_HIDDEN:
			return folder.extended[path.key] ?? { type: path.type, value: 'false' };
		case PR_MESSAGE_SIZE:
			return { type: path.type, value: String(folder.items.size * 10_000) };
		default:
			return folder.extended[path.key];
	}
}

function folderPath(mailbox: Mailbox, folder: Folder): string {
	const parent = folder.parent === undefined ? undefined : mailbox.folder(folder.parent);
	return !parent || folder.distinguished === 'msgfolderroot' ? '' : `${folderPath(mailbox, parent)}\ufffe${folder.displayName}`;
}

/** A folder's property as a plain value, for restrictions. */
export function folderProperty(mailbox: Mailbox, folder: Folder, path: string): string | number | undefined {
	switch (path) {
		case 'folder:FolderId':
			return folderId(mailbox.guid, folder.number);
		case 'folder:DisplayName':
			return folder.displayName;
		case 'folder:FolderClass':
			return folder.folderClass;
		case 'folder:TotalCount':
			return folder.items.size - folder.hidden;
		case 'folder:UnreadCount':
			return folder.unread;
		case 'folder:ChildFolderCount':
			return mailbox.childrenOf(folder).length;
		default:
			return undefined;
	}
}

/** The folder's element with what the shape asks for, in the schema's order. */
export function renderFolder(mailbox: Mailbox, folder: Folder, shape: FolderShape): Xml {
	const wants = (path: string, inDefault: boolean): boolean => shape.additional.has(path) || shape.base === 'AllProperties' || (inDefault && shape.base === 'Default');
	const parent = folder.parent === undefined ? undefined : mailbox.folder(folder.parent);
	let written = element('t:FolderId', '', { Id: folderId(mailbox.guid, folder.number), ChangeKey: changeKey(mailbox.guid, folder.changeKey, true) });
	if (wants('folder:ParentFolderId', false) && parent) written += element('t:ParentFolderId', '', { Id: folderId(mailbox.guid, parent.number), ChangeKey: changeKey(mailbox.guid, parent.changeKey, true) });
	if (wants('folder:FolderClass', false) && folder.folderClass !== '') written += leaf('t:FolderClass', folder.folderClass);
	if (wants('folder:DisplayName', true)) written += leaf('t:DisplayName', folder.displayName);
	if (wants('folder:TotalCount', true)) written += leaf('t:TotalCount', folder.items.size - folder.hidden);
	if (wants('folder:ChildFolderCount', true)) written += leaf('t:ChildFolderCount', mailbox.childrenOf(folder).length);
	for (const path of shape.extended) {
		const value = folderExtendedValue(mailbox, folder, path);
		if (value) written += extendedXml(path, value, false);
	}
	if (wants('folder:EffectiveRights', false)) written += effectiveRightsXml(true);
	if (wants('folder:DistinguishedFolderId', false) && folder.distinguished) written += leaf('t:DistinguishedFolderId', folder.distinguished);
	if (wants('folder:UnreadCount', true) && (folder.kind === 'Folder' || folder.kind === 'TasksFolder')) written += leaf('t:UnreadCount', folder.unread);
	return element(`t:${folder.kind}`, written);
}
