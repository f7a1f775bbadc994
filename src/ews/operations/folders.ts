import type { RecordKind } from '../../records/common-fields';
import { MailboxFault } from '../../sync/fault';
import type { Folder, FolderReference, FolderRole } from '../../sync/mailbox';
import { type WireNode, attribute, child, elements, integer, text } from '../mapping/wire-node';
import { required } from '../mapping/wire-values';
import { type XmlElement, element } from '../mapping/xml-element';
import { callMany, callOne, faultIn, valueOf } from './call';
import { folderId } from './item-shape';
import type { MailboxContext } from './mailbox-context';

/** EWS `t:DistinguishedFolderIdNameType` of each role. */
const DISTINGUISHED: Readonly<Record<FolderRole, string>> = {
	inbox: 'inbox',
	sentItems: 'sentitems',
	drafts: 'drafts',
	outbox: 'outbox',
	deletedItems: 'deleteditems',
	junkEmail: 'junkemail',
	calendar: 'calendar',
	tasks: 'tasks',
	contacts: 'contacts',
	root: 'msgfolderroot',
};

/** Folders in one answer of FindFolder. Exchange gives at most 1000 (EWSFindCountLimit). */
const PAGE = 1000;
/** More folders than any mailbox that Exchange supports has. */
export const MOST_FOLDERS = 100_000;

const FOLDER_PATHS = ['folder:DisplayName', 'folder:ParentFolderId', 'folder:FolderClass', 'folder:TotalCount'];

/** `t:DistinguishedFolderId` in the mailbox that is worked on, which may be another's (delegate access). */
export function distinguishedFolder(context: MailboxContext, role: FolderRole): XmlElement {
	const id = { Id: DISTINGUISHED[role] };
	const { address, mode } = context.connection.access;
	return mode === 'delegate'
		? element('DistinguishedFolderId', [element('Mailbox', [element('EmailAddress', address)])], id)
		: element('DistinguishedFolderId', [], id);
}

/** All folders of the mailbox below its visible root, with their roles and paths. */
export async function readFolders(context: MailboxContext): Promise<Folder[]> {
	const [byRole, found] = await Promise.all([readRoles(context), findFolders(context).catch(faultIn)]);
	const roles = new Map([...byRole].map(([role, node]) => [required(idOf(node), 'folder:FolderId'), role]));
	if (!(found instanceof MailboxFault)) return foldersOf(found, roles);
	// Whoever may open somebody's calendar alone sees neither the root nor what is below: what there is are the folders that every mailbox has. Where the
	// root can be seen, folders are missing for now: what lies in them would pass for gone and be created again.
	const mayBeAll = !byRole.has('root') && byRole.size > 0 && isNotShown(found);
	if (!mayBeAll) throw found;
	return foldersOf([...byRole.values()], roles);
}

/** A folder that is not there, or not for this login; anything else says nothing of it. */
function isNotShown(fault: MailboxFault): boolean {
	return fault.reason === 'gone' || (fault.reason === 'accessDenied' && fault.code !== undefined);
}

async function readRoles(context: MailboxContext): Promise<ReadonlyMap<FolderRole, WireNode>> {
	const roles = Object.keys(DISTINGUISHED) as FolderRole[];
	const results = await callMany(
		context,
		{ name: 'GetFolder', repeatable: true },
		roles,
		roles.length,
		(items) => ({
			body: [
				folderShape(),
				element(
					'FolderIds',
					items.map((role) => distinguishedFolder(context, role)),
				),
			],
		}),
		(message, role) => [role, required(elements(child(message, 'Folders'))[0]?.node, 'Folders')] as const,
	);
	// A mailbox without one of them (an archive, a delegate without rights) has the others all the same; one that cannot be had for now is not missing.
	const unclear = results.find((result) => !result.ok && !isNotShown(result.fault));
	if (unclear !== undefined) valueOf(unclear);
	return new Map(results.flatMap((result) => (result.ok ? [result.value] : [])));
}

function folderShape(): XmlElement {
	return element('FolderShape', [
		element('BaseShape', 'IdOnly'),
		element(
			'AdditionalProperties',
			FOLDER_PATHS.map((uri) => element('FieldURI', [], { FieldURI: uri })),
		),
	]);
}

async function findFolders(context: MailboxContext): Promise<WireNode[]> {
	const found: WireNode[] = [];
	for (let offset = 0; ; ) {
		const root = await callOne(context, { name: 'FindFolder', repeatable: true }, () => ({
			attributes: { Traversal: 'Deep' },
			body: [
				folderShape(),
				element('IndexedPageFolderView', [], { MaxEntriesReturned: String(PAGE), Offset: String(offset), BasePoint: 'Beginning' }),
				element('ParentFolderIds', [distinguishedFolder(context, 'root')]),
			],
		}));
		const page = child(root, 'RootFolder');
		const folders = elements(child(page, 'Folders')).map(({ node }) => node);
		found.push(...folders);
		const next = integer({ Offset: attribute(page, 'IndexedPagingOffset') ?? '' }, 'Offset') ?? offset + folders.length;
		if (folders.length === 0 || attribute(page, 'IncludesLastItemInRange') !== 'false') return found;
		if (next <= offset || next >= MOST_FOLDERS) throw endlessListing(found.length);
		offset = next;
	}
}

function endlessListing(folders: number): MailboxFault {
	return new MailboxFault({
		reason: 'tooLarge',
		scope: 'account',
		retry: { can: false },
		message: `The listing of the mailbox's folders does not end: ${folders} were read, at most ${MOST_FOLDERS} are taken in.`,
	});
}

function idOf(folder: WireNode | undefined): string | undefined {
	return attribute(child(folder, 'FolderId'), 'Id');
}

/** Folders with roles and paths, out of what FindFolder answered. */
export function foldersOf(found: readonly WireNode[], roles: ReadonlyMap<string, FolderRole>): Folder[] {
	const plain = found.map((node) => ({
		id: required(idOf(node), 'folder:FolderId'),
		name: text(node, 'DisplayName') ?? '',
		parentId: attribute(child(node, 'ParentFolderId'), 'Id') ?? '',
		folderClass: text(node, 'FolderClass') ?? '',
		itemCount: integer(node, 'TotalCount') ?? 0,
	}));
	const byId = new Map(plain.map((folder) => [folder.id, folder]));
	return plain.map(({ folderClass, ...folder }): Folder => {
		const role = roles.get(folder.id);
		return { ...folder, path: pathOf(folder.id, byId), holds: holdsOf(folderClass, role), ...(role === undefined ? {} : { role }) };
	});
}

function pathOf(id: string, byId: ReadonlyMap<string, { name: string; parentId: string }>): string {
	const names: string[] = [];
	const seen = new Set<string>();
	for (let folder = byId.get(id), current = id; folder !== undefined && !seen.has(current); ) {
		names.unshift(folder.name.replaceAll('/', '\\/'));
		seen.add(current);
		current = folder.parentId;
		folder = byId.get(current);
	}
	return names.join('/');
}

/** What a folder holds, by its class (MS-OXOSFLD 2.2.5); one without a class holds mails, as Outlook has it. */
export function holdsOf(folderClass: string, role?: FolderRole): Folder['holds'] {
	const name = folderClass.toLowerCase();
	const is = (prefix: string): boolean => name === prefix || name.startsWith(`${prefix}.`);
	if (is('ipf.appointment')) return 'appointment';
	if (is('ipf.task')) return 'task';
	if (is('ipf.contact')) return 'contact';
	if (is('ipf.note') || name === '') return role === 'root' ? 'other' : 'email';
	return 'other';
}

/** The names of a path, with `\/` inside a name taken as a slash. */
export function namesOf(path: string): string[] {
	return path
		.split(/(?<!\\)\//)
		.map((name) => name.replaceAll('\\/', '/').trim())
		.filter((name) => name !== '');
}

/** The folder that is meant. @throws MailboxFault `gone` */
export function findFolder(folders: readonly Folder[], reference: FolderReference): Folder {
	const found = folders.find((folder) => isMeant(folder, reference));
	if (found !== undefined) return found;
	const shown = reference.by === 'role' ? reference.role : reference.by === 'id' ? 'with this id' : `"${reference.path}"`;
	throw new MailboxFault({
		reason: 'gone',
		scope: 'folder',
		retry: { can: false },
		message: `There is no folder ${shown} in this mailbox.`,
		code: 'ErrorFolderNotFound',
	});
}

function isMeant(folder: Folder, reference: FolderReference): boolean {
	switch (reference.by) {
		case 'role':
			return folder.role === reference.role;
		case 'id':
			return folder.id === reference.id;
		case 'path':
			return samePath(folder.path, reference.path);
	}
}

/** Whether two paths name the same folder; Exchange does not tell names by case. */
export function samePath(one: string, other: string): boolean {
	const names = (path: string): string => JSON.stringify(namesOf(path).map((name) => name.toLowerCase()));
	return names(one) === names(other);
}

/** A folder of a kind; for calendars and task lists the class follows from the element. */
function newFolder(name: string, holds: RecordKind): XmlElement {
	switch (holds) {
		case 'email':
			return element('Folder', [element('FolderClass', 'IPF.Note'), element('DisplayName', name)]);
		case 'appointment':
			return element('CalendarFolder', [element('DisplayName', name)]);
		case 'task':
			return element('TasksFolder', [element('DisplayName', name)]);
	}
}

/**
 * Creates one folder.
 * @param parent undefined: at the top
 * @returns its id, or undefined where one of that name has been there already
 */
export async function createOneFolder(context: MailboxContext, parent: string | undefined, name: string, holds: RecordKind): Promise<string | undefined> {
	const [result] = await callMany(
		context,
		{ name: 'CreateFolder', repeatable: false },
		[name],
		1,
		(names) => ({
			body: [
				element('ParentFolderId', [parent === undefined ? distinguishedFolder(context, 'root') : folderId(parent)]),
				element(
					'Folders',
					names.map((displayName) => newFolder(displayName, holds)),
				),
			],
		}),
		(message) => required(idOf(elements(child(message, 'Folders'))[0]?.node), 'folder:FolderId'),
	);
	if (result?.ok === true) return result.value;
	// Somebody else was faster, or the answer of our own request got lost: it is there.
	if (result?.ok === false && (result.fault.code === 'ErrorFolderExists' || result.fault.reason === 'unavailable')) return undefined;
	return valueOf(result);
}

/** A folder by its path, with what is missing of the path created. @throws MailboxFault */
export async function createFolderPath(
	context: MailboxContext,
	path: string,
	holds: RecordKind,
	folders: (fresh: boolean) => Promise<Folder[]>,
): Promise<Folder> {
	const names = namesOf(path);
	let known = await folders(false);
	let parent: string | undefined;
	for (let depth = 1; depth <= names.length; depth++) {
		const part = names
			.slice(0, depth)
			.map((name) => name.replaceAll('/', '\\/'))
			.join('/');
		let here = known.find((folder) => samePath(folder.path, part));
		if (here === undefined) {
			const id = await createOneFolder(context, parent, names[depth - 1] ?? '', holds);
			known = await folders(true);
			here = known.find((folder) => (id === undefined ? samePath(folder.path, part) : folder.id === id));
		}
		if (here === undefined) return findFolder(known, { by: 'path', path: part });
		parent = here.id;
	}
	return findFolder(known, { by: 'path', path });
}
