/** Looks into Deleted Items that fail are made up for: what is restored from there would pass for new. */
import { describe, expect, it } from 'vitest';

import { MailboxFault, type FaultDetails } from '../../src/sync/fault.ts';
import { told } from '../usual-connector.mts';
import type { MemoryItem } from './memory-mailbox.mts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const INBOX = 'folder-Inbox';
const BROKEN: FaultDetails = { reason: 'unknown', scope: 'account', retry: { can: false }, message: 'The server is out of order.', code: 'ErrorInternalServerError' };

/** A mail was binned, which was told; the look into the bin after it failed, `more` more will. */
async function afterFailedLook(more = 0): Promise<{ bench: SyncBench; binned: MemoryItem; mail: MemoryItem }> {
	const bench = new SyncBench();
	const mail = bench.mailbox.put(INBOX, email());
	await bench.pull();
	const binned = bench.mailbox.binItem(mail.id);
	bench.mailbox.faults.set('identify', Array.from({ length: 1 + more }, () => BROKEN));
	const result = await bench.pull();
	expect(told(result)).toEqual([`deleted ${mail.id}`]);
	expect(result.failedAccounts).toHaveLength(1);
	return { bench, binned, mail };
}

describe('a look into Deleted Items that failed', () => {
	it('restore-not-synced: is made up for at the next poll', async () => {
		const { bench, binned } = await afterFailedLook();
		expect(await bench.pull()).toMatchObject({ events: [], outcomes: [] });
		bench.mailbox.moveItem(binned.id, INBOX);
		const result = await bench.pull();
		expect(result.events).toEqual([]);
		expect(result.outcomes).toMatchObject([{ outcome: 'skipped', rule: 'restore-not-synced', subject: 'Offer' }]);
	});

	it('is made up for once: an idle poll asks the bin no more', async () => {
		const { bench } = await afterFailedLook();
		await bench.pull();
		bench.mailbox.calls.length = 0;
		await bench.pull();
		expect(bench.mailbox.calls).toEqual(['changes', 'changes', 'changes', 'changes']);
		expect(bench.cursor?.state.accounts['anna@example.test']).not.toHaveProperty('binDue');
	});

	it('restore-not-synced: is made up for also where a folder behind the delete ended the poll', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		await bench.pull();
		const binned = bench.mailbox.binItem(mail.id);
		const changes = bench.mailbox.changes.bind(bench.mailbox);
		bench.mailbox.changes = async (folderId, ...rest) => {
			if (folderId === 'folder-Tasks') bench.mailbox.faults.set('changes', [BROKEN]);
			return await changes(folderId, ...rest);
		};
		expect(told(await bench.pull())).toEqual([`deleted ${mail.id}`]);
		bench.mailbox.changes = changes;
		await bench.pull();
		bench.mailbox.moveItem(binned.id, INBOX);
		expect((await bench.pull()).outcomes).toMatchObject([{ rule: 'restore-not-synced' }]);
	});

	it('holds up the account for as many polls as an item has attempts, then is given up where all else works, and said so once', async () => {
		const { bench, binned } = await afterFailedLook(9);
		bench.mailbox.moveItem(binned.id, INBOX);
		for (let poll = 1; poll < 3; poll++) expect(await bench.pull()).toMatchObject({ events: [], failedAccounts: [{ mailbox: 'anna@example.test' }] });
		const result = await bench.pull();
		expect(told(result)).toEqual(['created Offer']);
		expect(result.failedAccounts).toEqual([]);
		expect(result.outcomes).toMatchObject([{ outcome: 'failed', code: BROKEN.code, message: expect.stringContaining('Deleted Items') }]);
		bench.mailbox.calls.length = 0;
		expect(await bench.pull()).toMatchObject({ events: [], outcomes: [] });
		expect(bench.mailbox.calls).not.toContain('identify');
	});

	it('restore-not-synced: is due also where the server gave a part of what lies there', async () => {
		const bench = new SyncBench();
		const mails = ['One', 'Two'].map((subject) => bench.mailbox.put(INBOX, email({ subject, key: `<${subject}@example.test>` })));
		await bench.pull();
		const binned = mails.map(({ id }) => bench.mailbox.binItem(id));
		const identify = bench.mailbox.identify.bind(bench.mailbox);
		// As a connection answers that breaks between two requests.
		bench.mailbox.identify = async (ids) => (await identify(ids)).map((result, index) => (index === 0 ? result : { ok: false, fault: new MailboxFault({ ...BROKEN, reason: 'unavailable' }) }));
		expect(await bench.pull()).toMatchObject({ events: [{ envelope: { event: 'deleted' } }, { envelope: { event: 'deleted' } }], failedAccounts: [{ mailbox: 'anna@example.test' }] });
		bench.mailbox.identify = identify;
		await bench.pull();
		for (const { id } of binned) bench.mailbox.moveItem(id, INBOX);
		expect((await bench.pull()).outcomes).toMatchObject([{ rule: 'restore-not-synced' }, { rule: 'restore-not-synced' }]);
	});

	it('restore-not-synced: of items that the server did not reach it is due, and holds nobody up', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		await bench.pull();
		const binned = bench.mailbox.binItem(mail.id);
		const identify = bench.mailbox.identify.bind(bench.mailbox);
		bench.mailbox.identify = async (ids) => ids.map(() => ({ ok: false, fault: new MailboxFault({ ...BROKEN, scope: 'item', reason: 'unavailable' }) }));
		expect(await bench.pull()).toMatchObject({ events: [{ envelope: { event: 'deleted' } }], outcomes: [], failedAccounts: [] });
		bench.mailbox.identify = identify;
		await bench.pull();
		bench.mailbox.moveItem(binned.id, INBOX);
		expect((await bench.pull()).outcomes).toMatchObject([{ rule: 'restore-not-synced' }]);
	});

	it('is not given up while nothing else works either', async () => {
		const { bench, binned } = await afterFailedLook();
		bench.mailbox.faults.set('changes', Array.from({ length: 40 }, () => BROKEN));
		for (let poll = 0; poll < 6; poll++) expect((await bench.pull()).failedAccounts).toHaveLength(1);
		bench.mailbox.faults.clear();
		await bench.pull();
		bench.mailbox.moveItem(binned.id, INBOX);
		expect((await bench.pull()).outcomes).toMatchObject([{ rule: 'restore-not-synced' }]);
	});
});
