import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Exchange, SentThing } from './exchange.mts';
import { guidOf } from './ids.mts';
import type { MailboxState } from './mailbox.mts';

interface Snapshot {
	readonly version: 1;
	/** `guid`: absent in states of old, where each mailbox had the one that follows from its address. */
	readonly mailboxes: ReadonlyArray<{ address: string; name: string; guid?: string; delegates: string[]; state: MailboxState }>;
	readonly outbox: readonly SentThing[];
}

/** Everything the server holds, as bytes. */
export function takeSnapshot(exchange: Exchange): Buffer {
	const snapshot: Snapshot = {
		version: 1,
		mailboxes: [...exchange.mailboxes.values()].map((mailbox) => ({ address: mailbox.address, name: mailbox.name, guid: mailbox.guid, delegates: [...mailbox.delegates], state: mailbox.state() })),
		outbox: exchange.outbox,
	};
	return serialize(snapshot);
}

/** `v8` gives back binary as Uint8Array: attachments and MIME are Buffers here. */
function restoreBuffers(state: MailboxState): void {
	const fix = (content: { mime?: Uint8Array; attachments: Array<{ type: string }> }): void => {
		if (content.mime) content.mime = Buffer.from(content.mime.buffer, content.mime.byteOffset, content.mime.byteLength);
		for (const attachment of content.attachments as Array<{ type: string; content?: Uint8Array; item?: Parameters<typeof fix>[0] }>) {
			if (attachment.content) attachment.content = Buffer.from(attachment.content.buffer, attachment.content.byteOffset, attachment.content.byteLength);
			if (attachment.item) fix(attachment.item);
		}
	};
	for (const folder of state.folders) for (const item of folder.items.values()) fix(item);
}

/** Puts the server back to a snapshot, as a restore from backup does: what came later is undone, sync states of that time are void. */
export function restoreSnapshot(exchange: Exchange, bytes: Buffer): void {
	const snapshot = deserialize(bytes) as Snapshot;
	for (const { address, name, guid = guidOf(address), delegates, state } of snapshot.mailboxes) {
		restoreBuffers(state);
		const mailbox = exchange.bringBack(address, name, guid);
		for (const delegate of delegates) mailbox.delegates.add(delegate);
		mailbox.load(state);
	}
	exchange.outbox.splice(0, exchange.outbox.length, ...snapshot.outbox);
}

/** Keeps a server's state in a folder: read at the start, written a little after changes and at the end. */
export class StateFolder {
	private timer: NodeJS.Timeout | undefined;
	private pause = 1_000;
	private readonly file: string;
	private readonly exchange: Exchange;

	constructor(folder: string, exchange: Exchange) {
		mkdirSync(folder, { recursive: true });
		this.file = join(folder, 'exchange.state');
		this.exchange = exchange;
	}

	/** Loads what is there; false in an empty folder. */
	load(): boolean {
		if (!existsSync(this.file)) return false;
		restoreSnapshot(this.exchange, readFileSync(this.file));
		return true;
	}

	/** Starts to watch for changes. */
	watch(): void {
		this.exchange.onMailbox((mailbox) => mailbox.onChange(() => this.saveSoon()));
	}

	/** Writes at once. */
	save(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		const started = performance.now();
		writeFileSync(`${this.file}.new`, takeSnapshot(this.exchange));
		renameSync(`${this.file}.new`, this.file);
		// A big mailbox takes its time to write: the server shall not spend more than a twentieth of its time on that.
		this.pause = Math.max(1_000, 20 * (performance.now() - started));
	}

	private saveSoon(): void {
		this.timer ??= setTimeout(() => this.save(), this.pause).unref();
	}
}
