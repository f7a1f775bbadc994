/** One connector over one memory mailbox: pull and push with a cursor that is kept. */
import type { RecordKind } from '../../src/records/common-fields.ts';
import type { AccountLink } from '../../src/sync/account-link.ts';
import { linkNamed, linkOfMailbox } from '../../src/connector/account-links.ts';
import type { Outcome } from '../../src/sync/outcome.ts';
import type { Cursor } from '../../src/sync/pull/cursor.ts';
import { pull } from '../../src/sync/pull/pull.ts';
import type { PullOptions, PullResult } from '../../src/sync/pull/pull-types.ts';
import { push } from '../../src/sync/push/push.ts';
import { pushDelete } from '../../src/sync/push/push-delete.ts';
import type { PushConnector } from '../../src/sync/push/push-job.ts';
import type { PushDelete, PushDeleteOptions, PushItem, PushOptions } from '../../src/sync/push/push-types.ts';
import { CALENDAR, INBOX_AND_SENT_ITEMS, TASKS, USUAL_PULL, USUAL_PUSH } from '../usual-connector.mts';
import { MemoryMailbox } from './memory-mailbox.mts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');

export class SyncBench {
	readonly mailboxes: MemoryMailbox[];
	readonly links: AccountLink[];
	cursor: Cursor | undefined;
	processToken = 'process-1';
	now = NOW;

	constructor(...addresses: string[]) {
		this.mailboxes = (addresses.length === 0 ? ['anna@example.test'] : addresses).map((address) => new MemoryMailbox(address));
		this.links = this.mailboxes.map((mailbox) => ({ account: mailbox.address.split('@')[0] ?? '', mailbox: mailbox.address }));
	}

	get mailbox(): MemoryMailbox {
		const [first] = this.mailboxes;
		if (first === undefined) throw new Error('no mailbox');
		return first;
	}

	options(more: Partial<PullOptions> = {}): PullOptions {
		return { ...USUAL_PULL, watches: [INBOX_AND_SENT_ITEMS, CALENDAR, TASKS], durableCursor: false, processToken: this.processToken, now: () => this.now, ...more };
	}

	/** One poll; the cursor goes through JSON, as n8n stores it. */
	async pull(more: Partial<PullOptions> = {}): Promise<PullResult> {
		const result = await pull({ name: 'Office', connectorId: 'crm', accounts: this.links }, this.links, async (link) => this.#of(link.mailbox), this.cursor, this.options(more));
		this.cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
		return result;
	}

	async push<K extends RecordKind>(kind: K, items: Array<PushItem<K> | (Omit<PushItem<K>, 'attachments'>)>, more: Partial<PushOptions> = {}): Promise<Outcome[]> {
		const outcomes = await push(this.connector(), kind, items.map((item) => ({ attachments: [], ...item }) as PushItem<K>), { ...USUAL_PUSH, now: () => this.now, ...more });
		return outcomes.flat();
	}

	async delete(kind: RecordKind, items: PushDelete[], more: Partial<PushDeleteOptions> = {}): Promise<Outcome[]> {
		return await pushDelete(this.connector(), kind, items, { mode: 'toBin', evenIfChanged: false, timeZone: 'Europe/Zurich', ...more });
	}

	connector(): PushConnector {
		return {
			name: 'Office',
			connectorId: 'crm',
			readReceiptsRequestedBy: 'otherSystem',
			link: (name) => linkNamed(this.links, name),
			linkOf: (address) => linkOfMailbox(this.links, address),
			open: async (link) => this.#of(link.mailbox),
		};
	}

	#of(address: string): MemoryMailbox {
		const found = this.mailboxes.find((mailbox) => mailbox.address === address);
		if (found === undefined) throw new Error(`no mailbox ${address}`);
		return found;
	}
}
