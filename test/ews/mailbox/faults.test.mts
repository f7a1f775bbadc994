import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import type { Folder } from '../../../src/sync/mailbox.ts';
import { bareEmail } from '../../records/bare-email.mts';
import { ANNA, type Setup, setUp, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'both', timeZone: 'Europe/Zurich' } as const;

function email(number: number): EmailRecord {
	return bareEmail({ key: `<${number}@crm.example>`, subject: `Mail ${number}`, sentAt: '2026-03-02T08:00:00Z', receivedAt: '2026-03-02T08:00:00Z', text: `Text ${number}`, isRead: true });
}

describe('a mailbox on a bad day', () => {
	let setup: Setup;
	let inbox: Folder;

	beforeEach(async () => {
		setup = await setUp();
		inbox = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
	});
	afterEach(() => setup.close());

	async function createMany(count: number): Promise<string[]> {
		const items = Array.from({ length: count }, (_, index) => ({ record: email(index), folderId: inbox.id, stamp: `crm|${index}|` }));
		return values(await setup.mailbox.create('email', items)).map(({ id }) => id);
	}

	it.each(['ErrorItemCorrupt', 'ErrorContentConversionFailed'])('an item answered with %s is read without its body', async (code) => {
		const ids = await createMany(3);
		setup.server.control.inject({ operation: 'GetItem', do: { effect: 'item', code, indexes: [1] } });
		const stored = values(await setup.mailbox.read('email', ids, OPTIONS));
		expect(stored.map(({ record }) => [record.subject, record.text])).toEqual([
			['Mail 0', 'Text 0'],
			['Mail 1', undefined],
			['Mail 2', 'Text 2'],
		]);
	});

	it('an item that stays corrupt is refused alone', async () => {
		const ids = await createMany(2);
		setup.server.control.inject({ operation: 'GetItem', times: 2, do: { effect: 'item', code: 'ErrorItemCorrupt', indexes: [0] } });
		const [bad, good] = await setup.mailbox.read('email', ids, OPTIONS);
		expect(bad).toMatchObject({ ok: false, fault: { reason: 'itemRefused', scope: 'item' } });
		expect(good?.ok).toBe(true);
	});

	it('a batch that stops is gone on with where it stopped', async () => {
		const ids = await createMany(5);
		setup.server.control.inject({ operation: 'GetItem', do: { effect: 'batch-stopped', from: 2 } });
		expect(values(await setup.mailbox.read('email', ids, OPTIONS)).map(({ record }) => record.subject)).toEqual([0, 1, 2, 3, 4].map((n) => `Mail ${n}`));
	});

	it('a create whose answer got lost is not sent again, and is found by its stamp', async () => {
		setup.server.control.inject({ operation: 'CreateItem', do: { effect: 'drop', when: 'acted' } });
		setup.requests();
		const result = await setup.mailbox
			.create('email', [{ record: email(1), folderId: inbox.id, stamp: 'crm|lost|' }])
			.then(([first]) => (first?.ok === false ? first.fault : first))
			.catch((fault: unknown) => fault);
		expect(result).toMatchObject({ reason: 'unavailable' });
		expect(setup.requests()['CreateItem']).toBe(1);
		expect(await setup.mailbox.findStamped(['crm|lost|'], [inbox.id])).toHaveLength(1);
	});

	it('what was created is known, even where the rest is refused', async () => {
		const big = 'x'.repeat(900_000);
		setup.server.control.inject({ operation: 'CreateItem', containing: 'Mail 7', do: { effect: 'item', code: 'ErrorQuotaExceeded' } });
		const items = [1, 2, 7].map((n) => ({ record: { ...email(n), text: big, subject: `Mail ${n}`, categories: [`Mail ${n}`] }, folderId: inbox.id }));
		const results = await setup.mailbox.create('email', items);
		expect(results.map(({ ok }) => ok)).toEqual([true, true, false]);
	});

	it('a sync state that the server does not know is said to be lost', async () => {
		await expect(setup.mailbox.changes(inbox.id, 'AAAA', 100)).rejects.toMatchObject({ reason: 'syncStateLost' });
	});

	it('characters that XML forbids do not stop a page', async () => {
		const ids = await createMany(2);
		setup.server.control.inject({ operation: 'GetItem', do: { effect: 'illegal-characters' } });
		expect(values(await setup.mailbox.read('email', ids, OPTIONS))).toHaveLength(2);
	});

	it('a folder that somebody else creates at the same moment is theirs and ours', async () => {
		const other = setup.another(ANNA);
		await other.folders();
		const [one, two] = await Promise.all([setup.mailbox.createFolder('Inbox/New/Deep', 'email'), other.createFolder('inbox/new/deep', 'email')]);
		expect(one.id).toBe(two.id);
	});

	it('a folder that is not there is gone, by whatever it is named', async () => {
		await expect(setup.mailbox.folder({ by: 'path', path: 'Nowhere' })).rejects.toMatchObject({ reason: 'gone', scope: 'folder' });
		await expect(setup.mailbox.folder({ by: 'id', id: 'AAMk' })).rejects.toMatchObject({ reason: 'gone' });
	});
});
