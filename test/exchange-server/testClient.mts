import { descend, child, childText } from './xml/element.mts';
import type { XmlElement } from './xml/element.mts';
import { parseXml } from './xml/parse.mts';
import type { RunningExchange } from './startExchange.mts';

/** Exchange writes characters XML forbids as references; every client has to live with that. */
const ILLEGAL_REFERENCES = /&#x(?:[0-8BCEF]|1[0-9A-F]);/g;

/** One response message. */
export interface TestMessage {
	readonly class: string;
	readonly code: string;
	readonly element: XmlElement;
}

/** An answer: the HTTP side and, where it is one of Exchange's, its messages or its fault. */
export interface TestAnswer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	readonly messages: readonly TestMessage[];
	/** `e:ResponseCode` of a fault. */
	readonly fault: string | undefined;
}

/** One change of a SyncFolderItems answer, in short: `Create`, the item's subject and its id. */
export interface SyncedChange {
	readonly type: string;
	readonly id: string;
	readonly subject: string | undefined;
	readonly isRead: boolean | undefined;
}

/** A client that speaks EWS by hand, for the server's own tests. */
export class TestClient {
	private readonly server: RunningExchange;
	private readonly user: string;
	private readonly password: string;

	constructor(server: RunningExchange, user = 'anna@example.test', password = 'secret') {
		this.server = server;
		this.user = user;
		this.password = password;
	}

	/** Sends the content of a SOAP body. */
	async send(body: string, header = ''): Promise<TestAnswer> {
		const envelope = `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
		const response = await fetch(this.server.url, {
			method: 'POST',
			body: envelope,
			redirect: 'manual',
			headers: { 'content-type': 'text/xml; charset=utf-8', authorization: `Basic ${Buffer.from(`${this.user}:${this.password}`).toString('base64')}` },
		});
		const text = await response.text();
		let root: XmlElement | undefined;
		try {
			root = text.startsWith('<?xml') ? parseXml(text.replace(ILLEGAL_REFERENCES, '?')) : undefined;
		} catch {
			root = undefined;
		}
		const answer = child(child(root, 'Body'), 'Fault') ? undefined : child(root, 'Body')?.children[0];
		return {
			status: response.status,
			headers: response.headers,
			text,
			messages: (child(answer, 'ResponseMessages')?.children ?? []).map((element) => ({ class: element.attributes.ResponseClass ?? '', code: childText(element, 'ResponseCode') ?? '', element })),
			fault: descend(root, 'Body', 'Fault', 'detail', 'ResponseCode')?.text,
		};
	}

	/** Sends and expects one successful message. */
	async ok(body: string, header = ''): Promise<XmlElement> {
		const { messages, text } = await this.send(body, header);
		const [message] = messages;
		if (messages.length !== 1 || !message || message.code !== 'NoError') throw new Error(`not one success: ${text.slice(0, 2_000)}`);
		return message.element;
	}

	/** Sends and returns the code of the only message or of the fault. */
	async code(body: string, header = ''): Promise<string> {
		const { messages, fault } = await this.send(body, header);
		return fault ?? messages.map(({ code }) => code).join(',');
	}

	/** One page of SyncFolderItems. */
	async sync(folder: string, state = '', max = 512): Promise<{ state: string; last: boolean; changes: SyncedChange[] }> {
		const answer = await this.ok(syncRequest(folder, state, max));
		return {
			state: childText(answer, 'SyncState') ?? '',
			last: childText(answer, 'IncludesLastItemInRange') === 'true',
			changes: (child(answer, 'Changes')?.children ?? []).map((change) => {
				const item = child(change, 'ItemId') ? change : change.children[0];
				const isRead = childText(change, 'IsRead');
				return { type: change.name, id: child(item, 'ItemId')?.attributes.Id ?? '', subject: childText(item, 'Subject'), isRead: isRead === undefined ? undefined : isRead === 'true' };
			}),
		};
	}

	/** FindItem in one folder: the subjects, in order, and RootFolder's attributes. */
	async find(inner: { view?: string; restriction?: string; sort?: string; folder?: string; shape?: string }): Promise<{ subjects: string[]; root: XmlElement }> {
		const answer = await this.ok(findRequest(inner));
		const root = child(answer, 'RootFolder');
		if (!root) throw new Error('no RootFolder');
		return { root, subjects: (child(root, 'Items')?.children ?? []).map((item) => childText(item, 'Subject') ?? '') };
	}

	/** GetItem of one item: its element. */
	async get(id: string, shape = '<t:BaseShape>AllProperties</t:BaseShape>'): Promise<XmlElement> {
		const answer = await this.ok(`<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`);
		const item = child(answer, 'Items')?.children[0];
		if (!item) throw new Error('no item');
		return item;
	}

	/** CreateItem of one message: its ItemId's attributes. */
	async create(content: string, folder = 'inbox', disposition = 'SaveOnly'): Promise<{ Id: string; ChangeKey: string }> {
		const answer = await this.ok(createRequest(content, folder, disposition));
		const { Id, ChangeKey } = descend(answer, 'Items', 'Message', 'ItemId')?.attributes ?? {};
		return { Id: Id ?? '', ChangeKey: ChangeKey ?? '' };
	}
}

export function syncRequest(folder: string, state = '', max = 512): string {
	const syncState = state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`;
	return `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SyncFolderId>${syncState}<m:MaxChangesReturned>${max}</m:MaxChangesReturned></m:SyncFolderItems>`;
}

export function findRequest({ view = '', restriction = '', sort = '', folder = 'inbox', shape = '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties>' }: { view?: string; restriction?: string; sort?: string; folder?: string; shape?: string }): string {
	const folders = folder.split(',').map((id) => `<t:DistinguishedFolderId Id="${id}"/>`).join('');
	return `<m:FindItem Traversal="Shallow"><m:ItemShape>${shape}</m:ItemShape>${view}${restriction && `<m:Restriction>${restriction}</m:Restriction>`}${sort && `<m:SortOrder>${sort}</m:SortOrder>`}<m:ParentFolderIds>${folders}</m:ParentFolderIds></m:FindItem>`;
}

export function createRequest(content: string, folder = 'inbox', disposition = 'SaveOnly'): string {
	return `<m:CreateItem MessageDisposition="${disposition}"><m:SavedItemFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SavedItemFolderId><m:Items><t:Message>${content}</t:Message></m:Items></m:CreateItem>`;
}

/** UpdateItem of one message with one SetItemField per property. */
export function updateRequest(id: { Id: string; ChangeKey?: string }, fields: Readonly<Record<string, string>>, attributes = 'ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"'): string {
	const updates = Object.entries(fields).map(([path, xml]) => `<t:SetItemField><t:FieldURI FieldURI="${path}"/><t:Message>${xml}</t:Message></t:SetItemField>`);
	const key = id.ChangeKey === undefined ? '' : ` ChangeKey="${id.ChangeKey}"`;
	return `<m:UpdateItem ${attributes}><m:ItemChanges><t:ItemChange><t:ItemId Id="${id.Id}"${key}/><t:Updates>${updates.join('')}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
}

export function deleteRequest(id: string, type = 'MoveToDeletedItems', attributes = ''): string {
	return `<m:DeleteItem DeleteType="${type}"${attributes}><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`;
}
