import { describe, expect, it } from 'vitest';

import { email, task } from '../../sync/records.mts';
import { ANNA, BEN, type ConnectorBench, NOW, onlyEvent, PASSWORD, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();
const BOTH = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];
const DAY = 24 * 3_600_000;

async function deliver(office: ConnectorBench, subject: string, address = ANNA, folder = 'inbox'): Promise<void> {
	await office.control.deliver(address, `From: Bert <bert@example.org>\nTo: ${address}\nSubject: ${subject}\nMessage-ID: <${subject}@x>\n\nText\n`, folder);
}

describe('the first poll', () => {
	it('from now on: nothing that was there before, but its deletes and changes', async () => {
		const office = await bench();
		await deliver(office, 'Old');
		const firstRun = { from: 'now' } as const;
		expect(told(await office.pull({ firstRun }))).toEqual([]);
		expect(office.operations()['GetItem']).toBeUndefined();
		await deliver(office, 'New');
		office.outlook().edit(office.outlook().items('inbox')[0]!.id, { categories: ['Red'] });
		expect(told(await office.pull({ firstRun })).sort()).toEqual(['created New', 'updated Old']);
	});

	it('from a date: mails received since, appointments not over, tasks still open', async () => {
		const office = await bench();
		office.control.setClock(new Date(NOW - 40 * DAY));
		await deliver(office, 'Old');
		const tasks = office.control.tasks(ANNA);
		tasks.complete(tasks.create({ subject: 'Done long ago' }));
		tasks.create({ subject: 'Open' });
		office.control.setClock(new Date(NOW));
		await deliver(office, 'Young');
		const calendar = office.control.calendar(ANNA);
		calendar.create({ subject: 'Past', start: '2026-01-05T09:00:00', end: '2026-01-05T10:00:00' });
		calendar.create({ subject: 'To come', start: '2026-04-05T09:00:00', end: '2026-04-05T10:00:00' });
		const firstRun = { from: 'date', date: '2026-02-15T00:00:00Z' } as const;
		expect(told(await office.pull({ firstRun })).sort()).toEqual(['created Open', 'created To come', 'created Young']);
		expect(told(await office.pull({ firstRun }))).toEqual([]);
	});
});

describe('between polls', () => {
	it('a process that was restarted hands its last batch over once more, and loses nothing', async () => {
		const office = await bench();
		await office.pull({ durableCursor: false });
		const [mail] = [await deliver(office, 'One'), office.control.tasks(ANNA).create({ subject: 'Two' })];
		expect(mail).toBeUndefined();
		expect(told(await office.pull({ durableCursor: false }))).toEqual(['created One', 'created Two']);
		office.processToken = 'process-2';
		expect(told(await office.pull({ durableCursor: false }))).toEqual(['created One', 'created Two']);
		expect(told(await office.pull({ durableCursor: false }))).toEqual([]);
	});

	it('a flood of deletes stops its folder until somebody says it is meant', async () => {
		const office = await bench();
		for (let n = 1; n <= 6; n++) await deliver(office, `No ${n}`);
		await office.pull();
		for (const { id } of office.outlook().items('inbox')) office.outlook().remove(id, 'hard');
		office.control.tasks(ANNA).create({ subject: 'Elsewhere' });
		const stopped = await office.pull({ maxDeletesPerPoll: 5 });
		expect(told(stopped)).toEqual(['created Elsewhere']);
		expect(stopped.outcomes).toMatchObject([{ outcome: 'failed', code: 'TooManyDeletes' }]);
		expect((await office.pull({ maxDeletesPerPoll: 5 })).outcomes).toEqual([]);
		expect((await office.pull({ maxDeletesPerPoll: 0 })).events.map(({ envelope }) => envelope.event)).toEqual(Array(6).fill('deleted'));
	});

	it('subfolders by switch, also those that are made later; a folder that is gone does not hold up the others', async () => {
		const office = await bench();
		const watches = [{ kind: 'email' as const, folders: [{ by: 'role' as const, role: 'inbox' as const }], includeSubfolders: true }];
		office.outlook().createFolder('Inbox/Projects');
		await office.pull({ watches });
		await deliver(office, 'Below', ANNA, 'Inbox/Projects');
		expect(onlyEvent(await office.pull({ watches })).envelope).toMatchObject({ event: 'created', folder: 'Inbox/Projects' });
		office.outlook().createFolder('Inbox/Later');
		await deliver(office, 'Late', ANNA, 'Inbox/Later');
		office.advance(2 * 3_600_000);
		expect(onlyEvent(await office.pull({ watches })).envelope.folder).toBe('Inbox/Later');
	});

	it('a watched folder that was renamed or deleted and comes back: what it held does not come again, what changed meanwhile comes', async () => {
		const office = await bench();
		const projects = office.outlook().createFolder('Inbox/Projects');
		const watches = [{ kind: 'email' as const, folders: [{ by: 'path' as const, path: 'Inbox/Projects' }, { by: 'role' as const, role: 'inbox' as const }], includeSubfolders: false }];
		await deliver(office, 'Known', ANNA, 'Inbox/Projects');
		expect(told(await office.pull({ watches }))).toEqual(['created Known']);
		projects.displayName = 'Elsewhere';
		office.advance(2 * 3_600_000);
		expect((await office.pull({ watches })).outcomes).toMatchObject([{ outcome: 'failed', code: 'ErrorFolderNotFound', message: expect.stringContaining('Inbox/Projects') }]);
		await deliver(office, 'Meanwhile', ANNA, 'Inbox/Elsewhere');
		projects.displayName = 'Projects';
		office.advance(2 * 3_600_000);
		expect(told(await office.pull({ watches }))).toEqual(['created Meanwhile']);
	});

	it('only the events that are asked for', async () => {
		const office = await bench();
		const events = ['deleted'] as const;
		await deliver(office, 'One');
		expect(told(await office.pull({ events }))).toEqual([]);
		const { id } = office.outlook().items('inbox')[0]!;
		office.outlook().edit(id, { categories: ['Red'] });
		expect(told(await office.pull({ events }))).toEqual([]);
		office.outlook().remove(id);
		expect(told(await office.pull({ events }))).toEqual([`deleted ${id}`]);
	});
});

describe('several accounts', () => {
	it('continue-on-error: a fault of one account leaves the others alone, or pauses all for five minutes', async () => {
		const office = await bench({ accounts: BOTH });
		await office.pull();
		office.control.refuse(ANNA, 403);
		await deliver(office, 'For Ben', BEN);
		const on = await office.pull();
		expect([told(on), on.failedAccounts.map(({ account }) => account)]).toEqual([['created For Ben'], ['anna']]);

		await deliver(office, 'More for Ben', BEN);
		const off = await office.pull({ continueOnError: false });
		expect(off.failedAccounts.map(({ account }) => account)).toEqual(['anna']);
		expect(Object.keys(off.summary.pausedUntil).sort()).toEqual([ANNA, BEN]);
		office.control.refuse(ANNA, undefined);
		office.requests();
		await deliver(office, 'During the pause', BEN);
		expect(told(await office.pull({ continueOnError: false }))).toEqual([]);
		expect(office.requests()).toEqual([]);
		office.advance(5 * 60_000 + 1_000);
		const seen = [...told(off), ...told(await office.pull({ continueOnError: false }))];
		expect(seen.sort()).toEqual(['created During the pause', 'created More for Ben']);
	});

	it('continue-on-error: a pause is that of one credential, also where another one has its name, server and connector id', async () => {
		const office = await bench();
		await office.pull();
		office.control.refuse(ANNA, 403);
		expect((await office.pull({ continueOnError: false })).failedAccounts).toHaveLength(1);
		expect(office.cursor?.state.accounts[ANNA]?.pausedUntil).toBeDefined();
		const { settings } = office.connector;
		office.cursor = undefined;
		office.reopen({ ...settings, accounts: [{ account: 'ben', mailbox: BEN }], authentication: { method: 'basic', login: { user: BEN, password: PASSWORD }, loginByMailbox: {} } });
		await deliver(office, 'For Ben', BEN);
		expect(told(await office.pull({ continueOnError: false }))).toEqual(['created For Ben']);
		office.control.refuse(ANNA, undefined);
		office.requests();
		office.reopen({ ...settings, name: settings.name });
		office.cursor = undefined;
		expect(Object.keys((await office.pull({ continueOnError: false })).summary.pausedUntil)).toEqual([ANNA]);
		expect(office.requests()).toEqual([]);
	});

	it('account-one-to-one: two rows for one mailbox or one account are refused with both named', async () => {
		const office = await bench();
		const { settings } = office.connector;
		expect(() => office.reopen({ ...settings, accounts: [{ account: 'anna', mailbox: ANNA }, { account: 'other', mailbox: ANNA.toUpperCase() }] })).toThrow(/1.*2|account-one-to-one/s);
		expect(() => office.reopen({ ...settings, accounts: [{ account: 'anna', mailbox: ANNA }, { account: 'ANNA', mailbox: BEN }] })).toThrow(/1.*2|account-one-to-one/s);
	});

	it('one login with full access, or with the right to impersonate, reaches the other mailbox', async () => {
		const login = { method: 'basic' as const, login: { user: ANNA, password: PASSWORD }, loginByMailbox: {} };
		const users = [{ address: ANNA, password: PASSWORD, mayOpen: [BEN], mayImpersonate: true }, { address: BEN, password: PASSWORD }];
		for (const access of ['delegate', 'impersonation'] as const) {
			const office = await bench({ server: { users }, accounts: BOTH, settings: { access, authentication: login } });
			await deliver(office, 'For Ben', BEN);
			await deliver(office, 'For Anna');
			expect((await office.pull()).events.map(({ envelope, record }) => [envelope.account, record?.subject]).sort()).toEqual([['anna', 'For Anna'], ['ben', 'For Ben']]);
			await office.push('email', [{ account: 'ben', externalId: 'm1', record: email() }]);
			await office.push('task', [{ account: 'ben', externalId: 't1', record: task() }]);
			expect([office.outlook(BEN).items('inbox').length, office.outlook(BEN).items('tasks').length]).toEqual([2, 1]);
			expect(told(await office.pull())).toEqual([]);
		}
	});
});
