/**
 * A mailbox in memory behind the sync's port, with the change semantics of Exchange: net changes since a sync state, ids that change on a move, change
 * keys that change with each change, a bin, stamps that are copied along. Faults can be queued.
 */
import { MailboxFault, type FaultDetails, type ItemResult } from '../../src/sync/fault.ts';
import type { ChangedItem, ChangePage, DeleteMode, Folder, FolderChange, FolderReference, FolderRole, FoundItem, ItemEdit, ItemIdentity, ItemReference, ItemTitle, ListedItem, ListFilter, Mailbox, NewItem, ReadOptions, StoredItem } from '../../src/sync/mailbox.ts';
import type { AttachmentContent } from '../../src/records/email.ts';
import type { RecordKind } from '../../src/records/common-fields.ts';
import { recordTitle } from '../../src/records/record-title.ts';
import type { ExchangeRecord, RecordOf } from '../../src/records/record.ts';
import type { FactsByKind } from '../../src/rules/facts.ts';

export interface MemoryItem {
	id: string;
	changeKey: string;
	folderId: string;
	record: ExchangeRecord;
	facts: FactsByKind[RecordKind];
	stamp?: string;
	searchKey: string;
	createdAt: string;
	modifiedAt: string;
}

interface FolderEntry {
	id: string;
	/** Change numbers; 0: not. */
	created: number;
	changed: number;
	readChanged: number;
	deleted: number;
}

const FOLDERS: Array<[FolderRole, string, Folder['holds']]> = [
	['inbox', 'Inbox', 'email'],
	['sentItems', 'Sent Items', 'email'],
	['deletedItems', 'Deleted Items', 'email'],
	['drafts', 'Drafts', 'email'],
	['calendar', 'Calendar', 'appointment'],
	['tasks', 'Tasks', 'task'],
	['contacts', 'Contacts', 'contact'],
];

export class MemoryMailbox implements Mailbox {
	readonly address: string;
	readonly items = new Map<string, MemoryItem>();
	/** Names of the calls so far, for counting. */
	readonly calls: string[] = [];
	/** Thrown by the next call of that name, first in first out. */
	readonly faults = new Map<string, FaultDetails[]>();
	/** Faults of single items on read, by id. */
	readonly unreadable = new Map<string, FaultDetails>();
	/** The server acts, the caller never hears of it: creates whose answer is lost. */
	loseAnswersOfCreates = 0;
	/** Called right before a write takes effect: what another worker does meanwhile. */
	beforeWrite: ((call: string) => Promise<void> | void) | undefined;
	epoch = 1;
	/** A server may give fewer changes at once than it is asked for. */
	largestPage = 512;
	now = Date.parse('2026-03-01T08:00:00Z');
	#folders: Folder[] = [];
	#entries = new Map<string, Map<string, FolderEntry>>();
	#change = 0;
	#serial = 0;

	constructor(address = 'anna@example.test') {
		this.address = address;
		for (const [role, name, holds] of FOLDERS) this.addFolder(name, holds, { role });
	}

	addFolder(path: string, holds: Folder['holds'], more: { role?: FolderRole; parentId?: string } = {}): Folder {
		const folder: Folder = { id: `folder-${path}`, name: path.split('/').at(-1) ?? path, path, parentId: more.parentId ?? 'root', holds, itemCount: 0, ...(more.role && { role: more.role }) };
		this.#folders.push(folder);
		this.#entries.set(folder.id, new Map());
		return folder;
	}

	folderId(role: FolderRole): string {
		return this.#folders.find((folder) => folder.role === role)?.id ?? '';
	}

	/** What a user of Outlook does. */
	put(folderId: string, record: ExchangeRecord, more: Partial<Pick<MemoryItem, 'facts' | 'stamp' | 'searchKey' | 'createdAt'>> = {}): MemoryItem {
		const serial = ++this.#serial;
		const item: MemoryItem = {
			id: `item-${this.address}-${String(serial).padStart(6, '0')}`,
			changeKey: `ck-${serial}-1`,
			folderId,
			record: structuredClone(record),
			facts: more.facts ?? factsOf(record),
			searchKey: more.searchKey ?? `sk-${serial}`,
			createdAt: more.createdAt ?? this.#instant(),
			modifiedAt: this.#instant(),
			...(more.stamp !== undefined && { stamp: more.stamp }),
		};
		this.items.set(item.id, item);
		this.#entryOf(item).created = ++this.#change;
		return item;
	}

	change(id: string, change: (item: MemoryItem) => void): MemoryItem {
		const item = this.#item(id);
		change(item);
		if (item.record.kind === 'appointment') item.facts = { ...item.facts, ...factsOf(item.record) } as MemoryItem['facts'];
		this.#touch(item);
		return item;
	}

	setRead(id: string, isRead: boolean): void {
		const item = this.#item(id);
		if (item.record.kind !== 'email') throw new TypeError('only mails are read');
		item.record.isRead = isRead;
		item.changeKey = `ck-${this.#serial}-${++this.#change}`;
		this.#entryOf(item).readChanged = this.#change;
	}

	moveItem(id: string, folderId: string): MemoryItem {
		const item = this.#item(id);
		this.#vanish(item);
		return this.put(folderId, item.record, { facts: item.facts, searchKey: item.searchKey, createdAt: item.createdAt, ...(item.stamp !== undefined && { stamp: item.stamp }) });
	}

	copyItem(id: string, folderId: string): MemoryItem {
		const item = this.#item(id);
		return this.put(folderId, item.record, { facts: item.facts, ...(item.stamp !== undefined && { stamp: item.stamp }) });
	}

	binItem(id: string): MemoryItem {
		return this.moveItem(id, this.folderId('deletedItems'));
	}

	destroy(id: string): void {
		this.#vanish(this.#item(id));
	}

	/** An item that was destroyed is there again, as from a backup. */
	bringBack(item: MemoryItem): void {
		this.items.set(item.id, item);
		const entry = this.#entryOf(item);
		entry.deleted = 0;
		entry.created = ++this.#change;
	}

	itemsIn(role: FolderRole): MemoryItem[] {
		return [...this.items.values()].filter((item) => item.folderId === this.folderId(role));
	}

	/** The server loses all sync states, as after a move of the mailbox. */
	loseSyncStates(): void {
		this.epoch++;
	}

	// -- the port ---------------------------------------------------------

	async folders(): Promise<Folder[]> {
		this.#called('folders');
		return this.#folders;
	}

	async folder(reference: FolderReference): Promise<Folder> {
		const found = this.#folders.find((folder) => {
			switch (reference.by) {
				case 'role':
					return folder.role === reference.role;
				case 'id':
					return folder.id === reference.id;
				case 'path':
					return folder.path.toLowerCase() === reference.path.toLowerCase();
			}
		});
		if (found === undefined) throw fault({ reason: 'gone', scope: 'folder', message: `There is no folder ${JSON.stringify(reference)}.` });
		return found;
	}

	async createFolder(path: string, holds: RecordKind): Promise<Folder> {
		this.#called('createFolder');
		return this.addFolder(path, holds);
	}

	async changes(folderId: string, syncState: string | undefined, max: number, described?: RecordKind): Promise<ChangePage> {
		this.#called('changes');
		const [epoch, since = 0] = (syncState ?? `${this.epoch}:0`).split(':').map(Number);
		if (epoch !== this.epoch) throw fault({ reason: 'syncStateLost', scope: 'folder', message: 'The sync state is not known.' });
		const entries = this.#entries.get(folderId);
		if (entries === undefined) throw fault({ reason: 'gone', scope: 'folder', message: 'The folder is gone.' });
		const net: Array<{ at: number; change: FolderChange }> = [];
		for (const entry of entries.values()) {
			const last = Math.max(entry.created, entry.changed, entry.readChanged, entry.deleted);
			if (last <= since) continue;
			const change = this.#netChange(entry, since, described !== undefined);
			if (change !== undefined) net.push({ at: last, change });
		}
		net.sort((a, b) => a.at - b.at);
		const page = net.slice(0, Math.min(max, this.largestPage));
		const complete = page.length === net.length;
		const reached = complete ? this.#change : (page.at(-1)?.at ?? since);
		return { changes: page.map(({ change }) => change), syncState: `${this.epoch}:${reached}`, complete };
	}

	async read<K extends RecordKind>(kind: K, ids: readonly string[], _options: ReadOptions): Promise<Array<ItemResult<StoredItem<K>>>> {
		this.#called('read');
		return ids.map((id) => {
			const item = this.items.get(id);
			const bad = this.unreadable.get(id);
			if (bad !== undefined) return { ok: false, fault: new MailboxFault(bad) };
			if (item === undefined || item.record.kind !== kind) return { ok: false, fault: fault({ reason: 'gone', scope: 'item', message: 'The item is gone.' }) };
			return {
				ok: true,
				value: structuredClone({
					reference: { id: item.id, changeKey: item.changeKey },
					folderId: item.folderId,
					record: item.record as RecordOf<K>,
					facts: item.facts as FactsByKind[K],
					lastModifiedAt: item.modifiedAt,
					searchKey: item.searchKey,
					...(item.stamp !== undefined && { stamp: item.stamp }),
				}),
			};
		});
	}

	async identify(ids: readonly string[]): Promise<Array<ItemResult<ItemIdentity>>> {
		this.#called('identify');
		return ids.map((id) => {
			const item = this.items.get(id);
			if (item === undefined) return { ok: false, fault: fault({ reason: 'gone', scope: 'item', message: 'The item is gone.' }) };
			const isInvitation = item.facts.kind === 'appointment' && item.facts.isMeeting && !item.facts.isOrganizer;
			return { ok: true, value: { reference: referenceOf(item), kind: item.record.kind, key: item.record.key, searchKey: item.searchKey, isInvitation, ...(item.stamp !== undefined && { stamp: item.stamp }) } };
		});
	}

	async titles(_kind: RecordKind, ids: readonly string[]): Promise<Array<ItemResult<ItemTitle>>> {
		this.#called('titles');
		return ids.map((id) => {
			const item = this.items.get(id);
			return item === undefined ? { ok: false, fault: fault({ reason: 'gone', scope: 'item', message: 'The item is gone.' }) } : { ok: true, value: recordTitle(item.record) };
		});
	}

	async findStamped(prefixes: readonly string[], folderIds: readonly string[]): Promise<FoundItem[]> {
		this.#called('findStamped');
		return [...this.items.values()]
			.filter((item) => folderIds.includes(item.folderId) && prefixes.some((prefix) => item.stamp?.startsWith(prefix)))
			.map((item) => ({ reference: referenceOf(item), folderId: item.folderId, kind: item.record.kind, createdAt: item.createdAt, lastModifiedAt: item.modifiedAt, ...(item.stamp !== undefined && { stamp: item.stamp }) }));
	}

	async list(_kind: RecordKind, folderId: string, filter: ListFilter, limit: number): Promise<ListedItem[]> {
		this.#called('list');
		return [...this.items.values()]
			.filter((item) => item.folderId === folderId)
			.filter((item) => filter.modifiedAfter === undefined || item.modifiedAt >= filter.modifiedAfter)
			.filter((item) => filter.receivedAfter === undefined || (item.record.kind === 'email' && (item.record.receivedAt ?? '') >= filter.receivedAfter))
			.slice(0, limit)
			.map((item) => ({ reference: referenceOf(item), key: item.record.key, searchKey: item.searchKey }));
	}

	async calendarView(): Promise<Array<StoredItem<'appointment'>>> {
		throw new Error('not part of the sync');
	}

	async create<K extends RecordKind>(_kind: K, items: ReadonlyArray<NewItem<K>>): Promise<Array<ItemResult<ItemReference>>> {
		await this.beforeWrite?.('create');
		this.#called('create');
		const created = items.map((item) => this.put(item.folderId, stored(item.record), item.stamp === undefined ? {} : { stamp: item.stamp }));
		if (this.loseAnswersOfCreates > 0) {
			this.loseAnswersOfCreates--;
			throw fault({ reason: 'unavailable', scope: 'item', message: 'The connection broke before the answer came.' });
		}
		return created.map((item) => ({ ok: true, value: referenceOf(item) }));
	}

	async update<K extends RecordKind>(_kind: K, edits: ReadonlyArray<ItemEdit<K>>): Promise<Array<ItemResult<ItemReference>>> {
		await this.beforeWrite?.('update');
		this.#called('update');
		return edits.map((edit) => {
			const item = this.items.get(edit.stored.reference.id);
			if (item === undefined) return { ok: false, fault: fault({ reason: 'gone', scope: 'item', message: 'The item is gone.' }) };
			if (edit.ifChanged === 'refuse' && item.changeKey !== edit.stored.reference.changeKey) return { ok: false, fault: fault({ reason: 'changedMeanwhile', scope: 'item', message: 'The item was changed.' }) };
			this.change(item.id, (target) => {
				target.record = { ...writtenOver(target.record, stored(edit.record)), key: target.record.key };
				if (edit.stamp !== undefined) target.stamp = edit.stamp;
			});
			return { ok: true, value: referenceOf(item) };
		});
	}

	async restamp(_kind: RecordKind, items: ReadonlyArray<{ reference: ItemReference; stamp: string }>): Promise<Array<ItemResult<ItemReference>>> {
		this.#called('restamp');
		return items.map(({ reference, stamp }) => {
			const item = this.items.get(reference.id);
			if (item === undefined) return { ok: false, fault: fault({ reason: 'gone', scope: 'item', message: 'The item is gone.' }) };
			this.change(item.id, (target) => (target.stamp = stamp));
			return { ok: true, value: referenceOf(item) };
		});
	}

	async delete(_kind: RecordKind, ids: readonly string[], mode: DeleteMode): Promise<Array<ItemResult<void>>> {
		await this.beforeWrite?.('delete');
		this.#called('delete');
		return ids.map((id) => {
			if (!this.items.has(id)) return { ok: false, fault: fault({ reason: 'gone', scope: 'item', message: 'The item is gone.' }) };
			if (mode === 'toBin') this.binItem(id);
			else this.destroy(id);
			return { ok: true, value: undefined };
		});
	}

	async move(ids: readonly string[], folderId: string): Promise<Array<ItemResult<ItemReference>>> {
		return ids.map((id) => ({ ok: true, value: referenceOf(this.moveItem(id, folderId)) }));
	}

	async attachments(ids: readonly string[]): Promise<Array<ItemResult<AttachmentContent>>> {
		this.#called('attachments');
		return ids.map((id) => ({ ok: true, value: { name: `${id}.txt`, contentType: 'text/plain', inline: false, content: Buffer.from(`bytes of ${id}`) } }));
	}

	canStream(): boolean {
		return true;
	}

	async streamAttachment<T>(id: string, take: (content: AsyncIterable<Buffer>) => Promise<T>): Promise<T> {
		this.#called('streamAttachment');
		const [result] = await this.attachments([id]);
		if (result?.ok !== true) throw result?.fault ?? new Error('no attachment');
		const { content } = result.value;
		return await take(
			(async function* () {
				yield content;
			})(),
		);
	}

	async mime(): Promise<Buffer> {
		throw new Error('not part of the sync');
	}

	async close(): Promise<void> {}

	#called(name: string): void {
		this.calls.push(name);
		const queued = this.faults.get(name)?.shift();
		if (queued !== undefined) throw new MailboxFault(queued);
	}

	#netChange(entry: FolderEntry, since: number, described: boolean): FolderChange | undefined {
		const item = this.items.get(entry.id);
		if (entry.deleted > 0) return entry.created <= since ? { type: 'deleted', id: entry.id } : undefined;
		if (item === undefined) return undefined;
		const more = described ? describedItem(item) : {};
		if (entry.created > since) return { type: 'created', id: entry.id, changeKey: item.changeKey, ...more };
		if (entry.changed > since) return { type: 'updated', id: entry.id, changeKey: item.changeKey, ...more };
		return { type: 'readState', id: entry.id, isRead: item.record.kind === 'email' && item.record.isRead };
	}

	#item(id: string): MemoryItem {
		const item = this.items.get(id);
		if (item === undefined) throw new Error(`There is no item ${id}`);
		return item;
	}

	#entryOf(item: MemoryItem): FolderEntry {
		const entries = this.#entries.get(item.folderId);
		if (entries === undefined) throw new Error(`There is no folder ${item.folderId}`);
		const entry = entries.get(item.id) ?? { id: item.id, created: 0, changed: 0, readChanged: 0, deleted: 0 };
		entries.set(item.id, entry);
		return entry;
	}

	#touch(item: MemoryItem): void {
		item.changeKey = `ck-${item.id}-${++this.#change}`;
		item.modifiedAt = this.#instant();
		this.#entryOf(item).changed = this.#change;
	}

	#vanish(item: MemoryItem): void {
		this.#entryOf(item).deleted = ++this.#change;
		this.items.delete(item.id);
	}

	#instant(): string {
		this.now += 1_000;
		return new Date(this.now).toISOString();
	}
}

/** A fault that does not pass. */
export function fault(details: Omit<FaultDetails, 'retry'> & Partial<Pick<FaultDetails, 'retry'>>): MailboxFault {
	return new MailboxFault({ retry: { can: false }, ...details });
}

function describedItem({ record, facts, createdAt, modifiedAt }: MemoryItem): ChangedItem {
	return { arrivedAt: record.kind === 'email' ? (record.receivedAt ?? createdAt) : createdAt, lastModifiedAt: modifiedAt, isSeries: facts.kind === 'appointment' && facts.isSeries };
}

function referenceOf(item: MemoryItem): ItemReference {
	return { id: item.id, changeKey: item.changeKey };
}

/** Fields that only go into Sync are not kept. */
function stored(record: ExchangeRecord): ExchangeRecord {
	const { participants: _p, assignee: _a, archived: _r, isDraft: _d, mime: _m, recurring: _t, type: _y, ...rest } = structuredClone(record) as unknown as Record<string, unknown>;
	return rest as unknown as ExchangeRecord;
}

/** What is history of an email that is there stays as it is. */
function writtenOver(before: ExchangeRecord, record: ExchangeRecord): ExchangeRecord {
	if (before.kind !== 'email' || record.kind !== 'email') return record;
	const { subject, isRead, importance, categories, flag } = record;
	const { text: _text, html: _html, ...kept } = before;
	const { text, html } = record.text === undefined && record.html === undefined ? before : record;
	return { ...kept, subject, isRead, importance, categories, flag, ...(text !== undefined && { text }), ...(html !== undefined && { html }) };
}

function factsOf(record: ExchangeRecord): FactsByKind[RecordKind] {
	switch (record.kind) {
		case 'email':
			return { kind: 'email', nature: 'message', isDraft: false, itemClass: 'IPM.Note' };
		case 'appointment':
			return {
				kind: 'appointment',
				isMeeting: false,
				isOrganizer: true,
				isSeries: record.recurrence !== undefined,
				exceptionCount: record.recurrence?.exceptions.length ?? 0,
				pattern: record.recurrence === undefined ? '' : `${record.recurrence.rrule}@${record.start.slice(0, 10)}`,
			};
		case 'task':
			return { kind: 'task', delegation: 'none', isRecurring: false, isDetachedOccurrence: false };
	}
}
