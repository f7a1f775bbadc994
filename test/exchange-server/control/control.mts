import { OutlookCalendar } from '../calendar/outlook-calendar.mts';
import type { Fault } from '../faults/fault.mts';
import type { FaultScript } from '../faults/faultScript.mts';
import type { LoggedRequest, RequestLog } from '../http/requestLog.mts';
import { deliverTo } from '../mail/deliver.mts';
import { parseMime } from '../mail/parse.mts';
import type { Exchange, SentThing } from '../store/exchange.mts';
import type { Item } from '../store/item.mts';
import { restoreSnapshot, takeSnapshot } from '../store/snapshot.mts';
import { OutlookTasks } from '../tasks/outlook-tasks.mts';
import type { SchemaCheck, SchemaViolation } from '../validation/schemaCheck.mts';
import { Outlook } from './outlook.mts';

/** What a test may do besides speaking EWS. */
export class Control {
	readonly exchange: Exchange;
	readonly faults: FaultScript;
	/** Milliseconds every answer is late. */
	latency = 0;
	private readonly log: RequestLog;
	private readonly schema: SchemaCheck | undefined;
	private readonly snapshots = new Map<string, Buffer>();

	constructor(exchange: Exchange, log: RequestLog, faults: FaultScript, schema: SchemaCheck | undefined) {
		this.exchange = exchange;
		this.log = log;
		this.faults = faults;
		this.schema = schema;
	}

	/** The requests served since the last `clearRequests`, oldest first. */
	requests(): LoggedRequest[] {
		return this.log.all();
	}

	clearRequests(): void {
		this.log.clear();
	}

	/** Everything the server sent to anybody: mails, receipts, invitations, reports. */
	outbox(): readonly SentThing[] {
		return this.exchange.outbox;
	}

	clearOutbox(): void {
		this.exchange.outbox.length = 0;
	}

	/** Faults to come; see faults/fault.mts. */
	inject(...faults: readonly Fault[]): void {
		this.faults.inject(...faults);
	}

	/** Removes all faults. */
	heal(): void {
		this.faults.clear();
		this.latency = 0;
	}

	/** What a user does in the mailbox of an address. */
	outlook(address: string): Outlook {
		return new Outlook(this.exchange, address);
	}

	/** What a user does in the calendar of an address. */
	calendar(address: string): OutlookCalendar {
		return new OutlookCalendar(this.exchange, address);
	}

	/** What a user does with the tasks of an address. */
	tasks(address: string): OutlookTasks {
		return new OutlookTasks(this.exchange, address);
	}

	/** Delivers a message as the internet would: RFC 5322 (LF or CRLF) into the Inbox or another folder; unread. */
	async deliver(address: string, mime: string | Buffer, folder = 'inbox'): Promise<Item> {
		const outlook = this.outlook(address);
		const bytes = Buffer.from(typeof mime === 'string' ? mime.replace(/\r?\n/g, '\r\n') : mime);
		return deliverTo(this.exchange, outlook.mailbox, await parseMime(bytes, this.exchange.clock.now()), outlook.folder(folder));
	}

	/** Remembers the server's whole state under a name. */
	backup(name = 'backup'): void {
		this.snapshots.set(name, takeSnapshot(this.exchange));
	}

	/** Puts the server back to a remembered state: what came later never was, and sync states of that time are void. */
	restoreBackup(name = 'backup'): void {
		const snapshot = this.snapshots.get(name);
		if (!snapshot) throw new Error(`there is no backup ${name}`);
		restoreSnapshot(this.exchange, snapshot);
	}

	/** Puts an empty mailbox in the place of one: other ids for everything. A backup of before brings the old one back, under its ids. */
	replaceMailbox(address: string): void {
		this.exchange.replaceMailbox(address);
	}

	/** Lets all logons of a user end with an HTTP status (403: EWS switched off, 456: locked); undefined lets them in again. */
	refuse(address: string, status: number | undefined): void {
		const user = this.exchange.userNamed(address);
		if (!user) throw new Error(`there is no user ${address}`);
		if (status === undefined) delete user.refusedWith;
		else user.refusedWith = status;
	}

	setPassword(address: string, password: string): void {
		const user = this.exchange.userNamed(address);
		if (!user) throw new Error(`there is no user ${address}`);
		user.password = password;
	}

	/** Stops the clock at an instant; undefined lets it follow the machine again. */
	setClock(instant: Date | undefined): void {
		this.exchange.clock.set(instant);
	}

	advanceClock(milliseconds: number): void {
		this.exchange.clock.advance(milliseconds);
	}

	/** Whether texts are held against Microsoft's schema: asked for, and the schema is there. */
	get validates(): boolean {
		return this.schema !== undefined;
	}

	/** What Microsoft's schema does not allow in the requests and answers so far. Empty where nothing is validated. */
	async schemaViolations(): Promise<readonly SchemaViolation[]> {
		return (await this.schema?.violations()) ?? [];
	}

	clearSchemaViolations(): void {
		this.schema?.clear();
	}
}
