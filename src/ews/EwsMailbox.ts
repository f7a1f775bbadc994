import type { RecordKind } from '../records/common-fields';
import type { AttachmentContent } from '../records/email';
import type { RecordOf } from '../records/record';
import type { ItemResult } from '../sync/fault';
import type {
	ChangePage,
	DeleteMode,
	Folder,
	FolderReference,
	FoundItem,
	ItemEdit,
	ItemIdentity,
	ItemReference,
	ItemTitle,
	ListFilter,
	ListedItem,
	Mailbox,
	NewItem,
	Outbox,
	OutgoingEmail,
	ReadOptions,
	StoredItem,
	WriteResult,
} from '../sync/mailbox';
import { canStream, readAttachments, takeAttachment } from './operations/attachments';
import { viewCalendar } from './operations/calendar-view';
import { valueOf } from './operations/call';
import { readChanges } from './operations/changes';
import { createItems, readKind, updateKind } from './operations/kinds';
import { deleteItems, moveItems } from './operations/delete-items';
import { findStamped, listItems } from './operations/find-items';
import { createFolderPath, findFolder, readFolders } from './operations/folders';
import { identifyItems } from './operations/identify-items';
import { AnswerSizes } from './operations/answer-sizes';
import type { MailboxContext } from './operations/mailbox-context';
import { createDraft, sendDraft, sendEmail } from './operations/outbox';
import { readAppointments } from './operations/read-appointments';
import { readMimes } from './operations/read-mime';
import { readOwnTimeZone } from './operations/own-time-zone';
import { readTitles } from './operations/read-titles';
import { respond } from './operations/respond';
import { sendInvitation } from './operations/send-invitation';
import type { SmimeOpener } from './operations/smime-opener';
import { restampItems } from './operations/update-items';
import type { CallBudget } from './transport/connection-settings';
import type { MailboxConnection } from './transport/ews-connection';

/** What an {@link EwsMailbox} may be told. */
export interface EwsMailboxOptions {
	/** How long the caller is willing to wait, for everything that is asked of this mailbox. */
	budget?: CallBudget;
	/** Opens encrypted and signed mails; without, they arrive as they are. */
	smime?: SmimeOpener;
	/** Pushed and sent mails ask for a read receipt where their record says so (rule `read-receipts`). Default: they never do. */
	allowReadReceipts?: boolean;
}

/** One mailbox of an Exchange server, behind the port of src/sync. */
export class EwsMailbox implements Mailbox, Outbox {
	readonly address: string;
	readonly #context: MailboxContext;
	#folders: Promise<Folder[]> | undefined;

	constructor(connection: MailboxConnection, options: EwsMailboxOptions = {}) {
		this.address = connection.access.address;
		this.#context = { connection, answerSizes: new AnswerSizes(), budget: options.budget, smime: options.smime, allowReadReceipts: options.allowReadReceipts ?? false };
	}

	async folders(fresh = false): Promise<Folder[]> {
		if (this.#folders === undefined || fresh) {
			const reading = readFolders(this.#context);
			this.#folders = reading;
			reading.catch(() => {
				if (this.#folders === reading) this.#folders = undefined;
			});
		}
		return await this.#folders;
	}

	async folder(reference: FolderReference): Promise<Folder> {
		return findFolder(await this.folders(), reference);
	}

	async createFolder(path: string, holds: RecordKind): Promise<Folder> {
		return await createFolderPath(this.#context, path, holds, (fresh) => this.folders(fresh));
	}

	async changes(folderId: string, syncState: string | undefined, max: number, described?: RecordKind): Promise<ChangePage> {
		return await readChanges(this.#context, folderId, syncState, max, described);
	}

	async read<K extends RecordKind>(kind: K, ids: readonly string[], options: ReadOptions): Promise<Array<ItemResult<StoredItem<K>>>> {
		return await readKind(this.#context, kind, ids, options);
	}

	async identify(ids: readonly string[]): Promise<Array<ItemResult<ItemIdentity>>> {
		return await identifyItems(this.#context, ids);
	}

	async titles(kind: RecordKind, ids: readonly string[], timeZone: string): Promise<Array<ItemResult<ItemTitle>>> {
		return await readTitles(this.#context, kind, ids, timeZone);
	}

	async findStamped(prefixes: readonly string[], folderIds: readonly string[]): Promise<FoundItem[]> {
		return await findStamped(this.#context, prefixes, folderIds);
	}

	async list(kind: RecordKind, folderId: string, filter: ListFilter, limit: number): Promise<ListedItem[]> {
		return await listItems(this.#context, kind, folderId, filter, limit);
	}

	async calendarView(folderId: string, start: string, end: string, limit: number, options: ReadOptions): Promise<Array<StoredItem<'appointment'>>> {
		const ids = await viewCalendar(this.#context, folderId, start, end, limit);
		const items = await readAppointments(this.#context, ids, options);
		// What vanished between the view and the reading is not there.
		return items.filter((item) => item.ok || item.fault.reason !== 'gone').map(valueOf);
	}

	async create<K extends RecordKind>(kind: K, items: ReadonlyArray<NewItem<K>>): Promise<WriteResult[]> {
		return await createItems(this.#context, kind, items);
	}

	async update<K extends RecordKind>(kind: K, edits: ReadonlyArray<ItemEdit<K>>): Promise<WriteResult[]> {
		return await updateKind(this.#context, kind, edits);
	}

	async restamp(kind: RecordKind, items: ReadonlyArray<{ reference: ItemReference; stamp: string }>): Promise<Array<ItemResult<ItemReference>>> {
		return await restampItems(this.#context, kind, items);
	}

	async delete(kind: RecordKind, ids: readonly string[], mode: DeleteMode): Promise<Array<ItemResult<void>>> {
		return await deleteItems(this.#context, kind, ids, mode);
	}

	async move(ids: readonly string[], folderId: string): Promise<Array<ItemResult<ItemReference>>> {
		return await moveItems(this.#context, ids, folderId);
	}

	async attachments(attachmentIds: readonly string[]): Promise<Array<ItemResult<AttachmentContent>>> {
		return await readAttachments(this.#context, attachmentIds);
	}

	canStream(attachmentId: string): boolean {
		return canStream(attachmentId);
	}

	async streamAttachment<T>(attachmentId: string, take: (content: AsyncIterable<Buffer>) => Promise<T>, maxBytes?: number): Promise<T> {
		return await takeAttachment(this.#context, attachmentId, take, maxBytes);
	}

	async mime(id: string): Promise<Buffer> {
		return valueOf((await readMimes(this.#context, [id]))[0]);
	}

	/** IANA name of the zone that the mailbox's owner chose; undefined where the server does not tell. */
	async ownTimeZone(): Promise<string | undefined> {
		return await readOwnTimeZone(this.#context);
	}

	/** The connection belongs to whoever opened it, and may serve other mailboxes. */
	async close(): Promise<void> {
		this.#folders = undefined;
	}

	async send(mail: OutgoingEmail): Promise<void> {
		await sendEmail(this.#context, mail);
	}

	async createDraft(mail: OutgoingEmail, folderId?: string): Promise<ItemReference> {
		return await createDraft(this.#context, mail, folderId);
	}

	async sendDraft(reference: ItemReference, saveCopyIn?: string): Promise<void> {
		await sendDraft(this.#context, reference, saveCopyIn);
	}

	async reply(reference: ItemReference, mail: OutgoingEmail, toAll: boolean): Promise<void> {
		await respond(this.#context, toAll ? 'ReplyAllToItem' : 'ReplyToItem', reference, mail);
	}

	async forward(reference: ItemReference, mail: OutgoingEmail): Promise<void> {
		await respond(this.#context, 'ForwardItem', reference, mail);
	}

	async sendMeetingInvitation(record: RecordOf<'appointment'>, folderId: string): Promise<ItemReference> {
		return await sendInvitation(this.#context, record, folderId);
	}
}
