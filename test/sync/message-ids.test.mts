import { describe, expect, it } from 'vitest';

import { isDerivedEmailKey } from '../../src/records/email-key.ts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const INBOX = 'folder-Inbox';
const SENT = 'folder-Sent Items';

async function keysOf(bench: SyncBench): Promise<Record<string, string>> {
	const { events } = await bench.pull();
	return Object.fromEntries(events.filter(({ record }) => record !== undefined).map(({ envelope, record }) => [envelope.exchangeId, record?.key ?? '']));
}

describe('two mails with one Message-ID', () => {
	it('the first keeps it, the second gets a key derived from what Exchange knows it by; both keep theirs through changes, moves and restarts', async () => {
		const bench = new SyncBench();
		const direct = bench.mailbox.put(INBOX, email({ subject: 'Offer' }));
		const list = bench.mailbox.put(INBOX, email({ subject: '[list] Offer' }));
		const first = await keysOf(bench);
		expect(first[direct.id]).toBe('<one@example.test>');
		const derived = first[list.id] ?? '';
		expect(isDerivedEmailKey(derived)).toBe(true);

		bench.mailbox.change(list.id, (item) => (item.record.categories = ['Red']));
		bench.mailbox.change(direct.id, (item) => (item.record.subject = 'Offer, edited'));
		expect(await keysOf(bench)).toEqual({ [direct.id]: '<one@example.test>', [list.id]: derived });

		const moved = bench.mailbox.moveItem(list.id, SENT);
		expect(await keysOf(bench)).toEqual({ [moved.id]: derived });
		bench.processToken = 'process-2';
		expect(await keysOf(bench)).toEqual({ [moved.id]: derived });

		bench.mailbox.destroy(direct.id);
		bench.mailbox.setRead(moved.id, true);
		expect(await keysOf(bench)).toEqual({ [moved.id]: derived });
	});

	it('also where the words are the same: a copy in Sent Items is a mail of its own', async () => {
		const bench = new SyncBench();
		const [received, sent] = [bench.mailbox.put(INBOX, email()), bench.mailbox.put(SENT, email())];
		const keys = await keysOf(bench);
		expect(keys[received.id]).toBe('<one@example.test>');
		expect(isDerivedEmailKey(keys[sent.id] ?? '')).toBe(true);
	});

	it('a mail that push wrote keeps its Message-ID, one that comes in later with the same gets another key', async () => {
		const bench = new SyncBench();
		await bench.pull();
		await bench.push('email', [{ externalId: 'm1', record: { ...email() } }]);
		await bench.pull();
		const second = bench.mailbox.put(INBOX, email({ subject: 'Other words' }));
		expect(isDerivedEmailKey((await keysOf(bench))[second.id] ?? '')).toBe(true);
	});

	it('a moved mail keeps its key, and the same Message-ID in two mailboxes is no repetition', async () => {
		const bench = new SyncBench('anna@example.test', 'ben@example.test');
		const items = bench.mailboxes.map((mailbox) => mailbox.put(INBOX, email()));
		expect(Object.values(await keysOf(bench))).toEqual(['<one@example.test>', '<one@example.test>']);
		const moved = bench.mailboxes[0]!.moveItem(items[0]!.id, SENT);
		expect(await keysOf(bench)).toEqual({ [moved.id]: '<one@example.test>' });
	});

	it('what is remembered is bounded, and a repeated Message-ID is remembered longest', async () => {
		const bench = new SyncBench();
		bench.mailbox.put(INBOX, email({ key: '<twice@x>' }));
		const second = bench.mailbox.put(INBOX, email({ key: '<twice@x>', subject: 'Other words' }));
		const derived = (await keysOf(bench))[second.id];
		for (let n = 0; n < 2_500; n++) bench.mailbox.put(INBOX, email({ key: `<${n}@x>` }));
		for (let poll = 0; poll < 6; poll++) await bench.pull();
		expect(JSON.stringify(bench.cursor?.state.accounts['anna@example.test']?.messageIds).length).toBeLessThanOrEqual(24_000);
		bench.mailbox.change(second.id, (item) => (item.record.categories = ['Red']));
		expect((await keysOf(bench))[second.id]).toBe(derived);
	});
});

describe('push of two records with one Message-ID', () => {
	it('they are two items, each found by its external id', async () => {
		const bench = new SyncBench();
		const records = ['Offer', '[list] Offer'].map((subject, index) => ({ externalId: `m${index}`, record: { ...email({ subject }) } }));
		expect(await bench.push('email', records)).toMatchObject([{ outcome: 'created' }, { outcome: 'created' }]);
		expect(await bench.push('email', records)).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
		await bench.push('email', [{ externalId: 'm1', record: { ...email({ subject: '[list] Offer', isRead: true }) } }]);
		expect(bench.mailbox.itemsIn('inbox').map(({ record }) => [record.subject, record.kind === 'email' && record.isRead])).toEqual([['Offer', false], ['[list] Offer', true]]);
	});
});
