import type { Fault } from '../faults/fault.mts';
import type { FaultScript } from '../faults/faultScript.mts';
import type { LoggedRequest, RequestLog } from '../http/requestLog.mts';
import { deliverTo } from '../mail/deliver.mts';
import { parseMime } from '../mail/parse.mts';
import type { Exchange, SentThing } from '../store/exchange.mts';
import type { Folder } from '../store/folder.mts';
import { itemId } from '../store/ids.mts';
import type { Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';

/** What a test may do besides speaking EWS. */
export class Control {
	readonly exchange: Exchange;
	readonly faults: FaultScript;
	/** Milliseconds every answer is late. */
	latency = 0;
	private readonly log: RequestLog;

	constructor(exchange: Exchange, log: RequestLog, faults: FaultScript) {
		this.exchange = exchange;
		this.log = log;
		this.faults = faults;
	}

	/** The requests served since the last `clearRequests`. */
	requests(): LoggedRequest[] {
		return this.log.all();
	}

	clearRequests(): void {
		this.log.clear();
	}

	/** Everything the server sent to anybody. */
	outbox(): readonly SentThing[] {
		return this.exchange.outbox;
	}

	/** Faults to come; see faults/fault.mts. */
	inject(...faults: readonly Fault[]): void {
		this.faults.inject(...faults);
	}

	mailbox(address: string): Mailbox {
		const mailbox = this.exchange.mailboxOf(address);
		if (!mailbox) throw new Error(`there is no mailbox ${address}`);
		return mailbox;
	}

	/** A folder by distinguished id or by path below the top (`Inbox/Projekte`). */
	folder(address: string, name: string): Folder {
		const mailbox = this.mailbox(address);
		const distinguished = mailbox.distinguished.get(name);
		if (distinguished) return distinguished;
		let at = mailbox.folderNamed('msgfolderroot');
		for (const part of name.split('/')) {
			const next = mailbox.childrenOf(at).find(({ displayName }) => displayName === part);
			if (!next) throw new Error(`mailbox ${address} has no folder ${name}`);
			at = next;
		}
		return at;
	}

	/** Delivers a message as the internet would: into the Inbox or another folder. */
	async deliver(address: string, mime: string | Buffer, folder = 'inbox'): Promise<Item> {
		const bytes = Buffer.from(typeof mime === 'string' ? mime.replace(/\r?\n/g, '\r\n') : mime);
		const content = await parseMime(bytes, this.exchange.clock.now());
		return deliverTo(this.exchange, this.mailbox(address), content, this.folder(address, folder));
	}

	/** The EWS id of an item. */
	idOf(address: string, item: Item): string {
		return itemId(this.mailbox(address).guid, item.number);
	}
}
