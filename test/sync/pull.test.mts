import { describe, expect, it } from 'vitest';

import { email, appointment, series, task } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';
import { INBOX_AND_SENT_ITEMS, TASKS as TASK_FOLDER, told } from '../usual-connector.mts';
import type { EmailFacts } from '../../src/rules/facts.ts';

const INBOX = 'folder-Inbox';
const SENT = 'folder-Sent Items';
const CALENDAR = 'folder-Calendar';
const TASKS = 'folder-Tasks';

describe('first run', () => {
	it('hands over everything from the beginning, then only what changes', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		bench.mailbox.put(CALENDAR, appointment());
		bench.mailbox.put(TASKS, task());
		expect(told(await bench.pull())).toEqual(['created Offer', 'created Meeting', 'created Write the report']);
		expect(told(await bench.pull())).toEqual([]);
		bench.mailbox.change(mail.id, (item) => (item.record.categories = ['Red']));
		expect(told(await bench.pull())).toEqual(['updated Offer']);
	});

	it('hands over nothing that was there before when it begins from now on', async () => {
		const bench = new SyncBench();
		const old = bench.mailbox.put(INBOX, email());
		const firstRun = { from: 'now' } as const;
		expect(told(await bench.pull({ firstRun }))).toEqual([]);
		expect(bench.mailbox.calls).not.toContain('read');
		bench.mailbox.put(INBOX, email({ subject: 'New' }));
		bench.mailbox.destroy(old.id);
		expect(told(await bench.pull({ firstRun }))).toEqual(['created New', `deleted ${old.id}`]);
	});

	it('begins at a date: of older mails only the ids are asked for', async () => {
		const bench = new SyncBench();
		bench.mailbox.put(INBOX, email({ subject: 'Old', receivedAt: '2025-12-31T23:00:00Z' }));
		bench.mailbox.put(INBOX, email({ subject: 'Young', receivedAt: '2026-01-02T00:00:00Z' }));
		bench.mailbox.put(CALENDAR, appointment({ subject: 'Past', start: '2025-11-01T08:00:00Z', end: '2025-11-01T09:00:00Z' }));
		bench.mailbox.put(CALENDAR, appointment({ subject: 'Present' }));
		const firstRun = { from: 'date', date: '2026-01-01T00:00:00Z' } as const;
		expect(told(await bench.pull({ firstRun }))).toEqual(['created Young', 'created Present']);
	});
});

describe('slices', () => {
	it('drains a backlog in polls of a few events each, each item once', async () => {
		const bench = new SyncBench();
		for (let n = 1; n <= 25; n++) bench.mailbox.put(INBOX, email({ subject: `Mail ${n}` }));
		const seen: string[] = [];
		let polls = 0;
		for (let more = true; more; polls++) {
			const result = await bench.pull({ maxEvents: 4 });
			expect(result.events.length).toBeLessThanOrEqual(4);
			seen.push(...told(result));
			more = result.summary.moreToCome;
		}
		expect(seen).toHaveLength(25);
		expect(new Set(seen).size).toBe(25);
		expect(polls).toBeLessThanOrEqual(8);
	});

	it('a long backlog in one folder does not hold up the others, nor they it', async () => {
		const bench = new SyncBench();
		for (let n = 0; n < 40; n++) bench.mailbox.put('folder-Inbox', email({ key: `<a${n}>`, subject: `Inbox ${n}` }));
		for (let n = 0; n < 25; n++) bench.mailbox.put('folder-Sent Items', email({ key: `<b${n}>`, subject: `Sent ${n}` }));
		bench.mailbox.put('folder-Tasks', task({ subject: 'Task' }));
		const polls: string[] = [];
		const seen: string[] = [];
		for (let more = true; more; ) {
			const { events, summary } = await bench.pull({ watches: [INBOX_AND_SENT_ITEMS, TASK_FOLDER], maxEvents: 10 });
			polls.push([...new Set(events.map(({ envelope }) => envelope.folder))].join(', '));
			seen.push(...events.map(({ envelope }) => envelope.exchangeId));
			more = summary.moreToCome;
		}
		expect(polls).toEqual(['Inbox', 'Sent Items', 'Tasks, Inbox', 'Sent Items', 'Inbox', 'Sent Items, Inbox', 'Inbox']);
		expect(new Set(seen).size).toBe(66);
		expect(seen).toHaveLength(66);
	});

	it('a poll of many accounts hands over about as many events as it may, not as many for each', async () => {
		const bench = new SyncBench(...Array.from({ length: 8 }, (_, n) => `user${n}@example.test`));
		for (const mailbox of bench.mailboxes) for (let n = 0; n < 300; n++) mailbox.put('folder-Inbox', email({ key: `<${mailbox.address}-${n}>` }));
		const seen = new Set<string>();
		for (let more = true; more; ) {
			const { events, summary } = await bench.pull({ maxEvents: 500 });
			// One of each account may be under way.
			expect(events.length).toBeLessThanOrEqual(504);
			for (const { envelope } of events) seen.add(`${envelope.mailbox} ${envelope.exchangeId}`);
			more = summary.moreToCome;
		}
		expect(seen.size).toBe(2_400);
	});

	it('begins nothing new after its budget', async () => {
		const bench = new SyncBench();
		for (let n = 1; n <= 5; n++) bench.mailbox.put(INBOX, email({ subject: `Mail ${n}` }));
		const result = await bench.pull({ budgetMs: 0 });
		expect(result.events).toEqual([]);
		expect(result.summary.moreToCome).toBe(true);
		expect(told(await bench.pull())).toHaveLength(5);
	});

	it('hands the last batch over again after a restart, and not with durable cursors', async () => {
		for (const durableCursor of [false, true]) {
			const bench = new SyncBench();
			await bench.pull({ durableCursor });
			bench.mailbox.put(INBOX, email());
			expect(told(await bench.pull({ durableCursor }))).toEqual(['created Offer']);
			bench.processToken = 'process-2';
			expect(told(await bench.pull({ durableCursor }))).toEqual(durableCursor ? [] : ['created Offer']);
			expect(told(await bench.pull({ durableCursor }))).toEqual([]);
		}
	});

	it('shows a move between watched folders as create with the same key, then delete of the old id', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		await bench.pull();
		bench.mailbox.moveItem(mail.id, 'folder-Sent Items');
		const { events } = await bench.pull();
		expect(events.map(({ envelope }) => envelope.event)).toEqual(['created', 'deleted']);
		expect(events[0]?.record?.key).toBe(mail.record.key);
		expect(events[1]?.envelope.exchangeId).toBe(mail.id);
	});

	it('refuses a cursor of a later version', async () => {
		const bench = new SyncBench();
		await bench.pull();
		(bench.cursor as { version: number }).version = 99;
		await expect(bench.pull()).rejects.toThrow(/newer version/);
	});
});

describe('rules on pull', () => {
	it('drafts-not-synced: a draft is left out, and said so', async () => {
		const bench = new SyncBench();
		const facts: EmailFacts = { kind: 'email', nature: 'message', isDraft: true, itemClass: 'IPM.Note' };
		bench.mailbox.put(INBOX, email(), { facts });
		const result = await bench.pull();
		expect(result.events).toEqual([]);
		expect(result.outcomes).toMatchObject([{ outcome: 'skipped', rule: 'drafts-not-synced', subject: 'Offer', mailbox: 'anna@example.test', account: 'anna', connector: 'Office' }]);
	});

	it('contacts-not-supported: a contact folder is refused by name', async () => {
		const bench = new SyncBench();
		await expect(bench.pull({ watches: [{ kind: 'email', folders: [{ by: 'path', path: 'contacts' }], includeSubfolders: false }] })).rejects.toThrow(/contacts-not-supported/);
	});

	it('restore-not-synced: what comes back from Deleted Items is left out for good', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		await bench.pull();
		const binned = bench.mailbox.binItem(mail.id);
		expect(told(await bench.pull())).toEqual([`deleted ${mail.id}`]);
		const restored = bench.mailbox.moveItem(binned.id, INBOX);
		const result = await bench.pull();
		expect(result.events).toEqual([]);
		expect(result.outcomes).toMatchObject([{ outcome: 'skipped', rule: 'restore-not-synced', exchangeId: restored.id }]);
		bench.mailbox.change(restored.id, (item) => (item.record.subject = 'Offer, changed'));
		expect((await bench.pull()).events).toEqual([]);
		bench.mailbox.destroy(restored.id);
		expect((await bench.pull()).events).toEqual([]);
	});

	it('restore-not-synced: also after the bin was emptied', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		await bench.pull();
		const binned = bench.mailbox.binItem(mail.id);
		await bench.pull();
		bench.mailbox.destroy(binned.id);
		await bench.pull();
		bench.mailbox.put(INBOX, binned.record, { searchKey: binned.searchKey });
		expect((await bench.pull()).outcomes).toMatchObject([{ rule: 'restore-not-synced' }]);
	});

	it('restore-not-synced: deleted and restored between two polls looks like a move and loses nothing', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		await bench.pull();
		bench.mailbox.moveItem(bench.mailbox.binItem(mail.id).id, INBOX);
		expect(told(await bench.pull())).toEqual(['created Offer', `deleted ${mail.id}`]);
	});

	it('invitation-restored: a restored invitation is handed over again', async () => {
		const bench = new SyncBench();
		const facts = { kind: 'appointment', isMeeting: true, isOrganizer: false, isSeries: false, exceptionCount: 0, pattern: '' } as const;
		const meeting = bench.mailbox.put(CALENDAR, appointment(), { facts });
		await bench.pull();
		const binned = bench.mailbox.binItem(meeting.id);
		await bench.pull();
		bench.mailbox.moveItem(binned.id, CALENDAR);
		expect(told(await bench.pull())).toEqual(['created Meeting']);
	});

	it('series-deleted-permanently: the delete of a series says permanent, any other does not', async () => {
		const bench = new SyncBench();
		const jourFixe = bench.mailbox.put(CALENDAR, series());
		const single = bench.mailbox.put(CALENDAR, appointment());
		await bench.pull();
		bench.mailbox.binItem(jourFixe.id);
		bench.mailbox.binItem(single.id);
		const { events } = await bench.pull();
		expect(events.map(({ envelope }) => [envelope.exchangeId, envelope.permanent])).toEqual([
			[jourFixe.id, true],
			[single.id, false],
		]);
	});

	it('series-pattern-changed: the series is excluded, reported once, without a delete, until the operator lifts it', async () => {
		const bench = new SyncBench();
		const jourFixe = bench.mailbox.put(CALENDAR, series());
		await bench.pull();
		bench.mailbox.change(jourFixe.id, (item) => item.record.kind === 'appointment' && (item.record.recurrence = { rrule: 'FREQ=DAILY;COUNT=5', exceptions: [], deleted: [] }));
		const first = await bench.pull();
		expect(first.events).toEqual([]);
		expect(first.outcomes).toMatchObject([{ outcome: 'skipped', rule: 'series-pattern-changed' }]);
		bench.mailbox.change(jourFixe.id, (item) => (item.record.subject = 'Again'));
		const second = await bench.pull();
		expect(second.events).toEqual([]);
		expect(second.outcomes).toEqual([]);
		expect(second.summary.excluded).toEqual({ 'series-pattern-changed': 1 });
		await bench.pull({ clearExclusions: 'monday' });
		bench.mailbox.change(jourFixe.id, (item) => (item.record.subject = 'Back'));
		expect(told(await bench.pull({ clearExclusions: 'monday' }))).toEqual(['updated Back']);
	});

	it('series-too-many-exceptions: 20 are synced, 21 exclude the series', async () => {
		const exceptions = Array.from({ length: 20 }, (_, n) => ({ originalStart: `2026-03-${String(n + 2).padStart(2, '0')}T08:00:00Z`, subject: `Exception ${n}` }));
		const bench = new SyncBench();
		const daily = bench.mailbox.put(CALENDAR, series({ recurrence: { rrule: 'FREQ=DAILY;COUNT=60', exceptions, deleted: [] } }));
		expect(told(await bench.pull())).toEqual(['created Jour fixe']);
		bench.mailbox.change(daily.id, (item) => item.record.kind === 'appointment' && item.record.recurrence?.exceptions.push({ originalStart: '2026-04-01T07:00:00Z', subject: 'One more' }));
		expect((await bench.pull()).outcomes).toMatchObject([{ rule: 'series-too-many-exceptions' }]);
		bench.mailbox.destroy(daily.id);
		expect((await bench.pull()).events).toEqual([]);
	});
});

describe('bad items', () => {
	it('import-attempts: tried again on the next polls, then reported once and left; the others go on', async () => {
		const bench = new SyncBench();
		const bad = bench.mailbox.put(INBOX, email({ subject: 'Bad' }));
		bench.mailbox.put(INBOX, email({ subject: 'Good' }));
		bench.mailbox.unreadable.set(bad.id, { reason: 'itemRefused', scope: 'item', retry: { can: false }, message: 'The item is damaged.', code: 'ErrorItemCorrupt' });
		expect(told(await bench.pull())).toEqual(['created Good']);
		expect((await bench.pull()).outcomes).toEqual([]);
		expect((await bench.pull()).outcomes).toMatchObject([{ outcome: 'failed', rule: 'import-attempts', exchangeId: bad.id, code: 'ErrorItemCorrupt' }]);
		expect((await bench.pull()).outcomes).toEqual([]);
		expect(bench.mailbox.calls.filter((call) => call === 'read').length).toBeLessThanOrEqual(4);
	});

	it('import-attempts: an item that can be read in time arrives', async () => {
		const bench = new SyncBench();
		const bad = bench.mailbox.put(INBOX, email({ subject: 'Late' }));
		bench.mailbox.unreadable.set(bad.id, { reason: 'unknown', scope: 'item', retry: { can: false }, message: 'Not now.' });
		await bench.pull();
		bench.mailbox.unreadable.clear();
		expect(told(await bench.pull())).toEqual(['created Late']);
	});

	it('import-attempts: an item that is given up beside others is reported, also where a fault of the account ends the poll before', async () => {
		const bench = new SyncBench();
		const attachments = [{ name: 'a.txt', contentType: 'text/plain', size: 3, type: 'file' as const, inline: false, attachmentId: 'att-1' }];
		const bad = bench.mailbox.put(INBOX, email({ subject: 'Bad' }));
		bench.mailbox.put(INBOX, email({ subject: 'Good', attachments }));
		bench.mailbox.unreadable.set(bad.id, { reason: 'itemRefused', scope: 'item', retry: { can: false }, message: 'The item is damaged.', code: 'ErrorItemCorrupt' });
		bench.mailbox.faults.set('attachments', [{ reason: 'unavailable', scope: 'account', retry: { can: true, afterMs: 0 }, message: 'Gone for now.' }]);
		const polls = [await bench.pull({ importAttempts: 1, withAttachments: true }), await bench.pull({ importAttempts: 1, withAttachments: true }), await bench.pull({ importAttempts: 1, withAttachments: true })];
		expect(polls.flatMap(told)).toEqual(['created Good']);
		expect(polls[0]?.failedAccounts).toHaveLength(1);
		expect(polls.flatMap(({ outcomes }) => outcomes).filter(({ exchangeId }) => exchangeId !== undefined)).toMatchObject([{ outcome: 'failed', rule: 'import-attempts', exchangeId: bad.id }]);
	});

	it('a mail that vanishes between sync and read is dropped without a word', async () => {
		const bench = new SyncBench();
		const mail = bench.mailbox.put(INBOX, email());
		bench.mailbox.unreadable.set(mail.id, { reason: 'gone', scope: 'item', retry: { can: false }, message: 'gone' });
		const result = await bench.pull();
		expect(result.events).toEqual([]);
		expect(result.outcomes).toEqual([]);
	});

	it('continue-on-error off: an unexpected fault pauses the whole connector for five minutes', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		bench.mailboxes[0]?.put(INBOX, email());
		bench.mailboxes[0]?.faults.set('read', [{ reason: 'unknown', scope: 'account', retry: { can: false }, message: 'Out of order.' }]);
		const result = await bench.pull({ continueOnError: false });
		expect(Object.keys(result.summary.pausedUntil).sort()).toEqual(['anna@example.test', 'bert@example.test']);
		const calls = bench.mailboxes[1]?.calls.length;
		bench.now += 4 * 60_000;
		expect((await bench.pull({ continueOnError: false })).events).toEqual([]);
		expect(bench.mailboxes[1]?.calls.length).toBe(calls);
		bench.now += 2 * 60_000;
		expect(told(await bench.pull({ continueOnError: false }))).toEqual(['created Offer']);
	});
});

describe('faults of accounts and folders', () => {
	it('one failing account does not hold up the others', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		bench.mailboxes[0]?.faults.set('changes', Array.from({ length: 9 }, () => ({ reason: 'accessDenied' as const, scope: 'account' as const, retry: { can: false as const }, message: 'Access denied.' })));
		bench.mailboxes[1]?.put(INBOX, email({ subject: 'For Bert' }));
		const result = await bench.pull();
		expect(told(result)).toEqual(['created For Bert']);
		expect(result.failedAccounts.map(({ mailbox }) => mailbox)).toEqual(['anna@example.test']);
		expect(result.outcomes).toMatchObject([{ outcome: 'failed', mailbox: 'anna@example.test', message: expect.stringContaining('Access denied.') }]);
	});

	it('a folder that holds something else in one mailbox does not hold up the others', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		const [anna, bert] = bench.mailboxes;
		anna?.addFolder('Projects', 'contact');
		bert?.put(bert.addFolder('Projects', 'email').id, email({ subject: 'For Bert' }));
		const watches = [{ kind: 'email' as const, folders: [{ by: 'path' as const, path: 'Projects' }], includeSubfolders: false }];
		const result = await bench.pull({ watches, continueOnError: false });
		expect(told(result)).toEqual(['created For Bert']);
		expect(result.failedAccounts).toMatchObject([{ mailbox: 'anna@example.test', fault: { code: 'InvalidRecord' } }]);
		expect(result.outcomes).toMatchObject([{ outcome: 'failed', mailbox: 'anna@example.test', code: 'InvalidRecord', message: expect.stringMatching(/^anna@example\.test could not be pulled: Field "folders" is "Projects".*contacts-not-supported/) }]);
		// It is no fault of the server, for which all would pause.
		expect(result.summary.pausedUntil).toEqual({});
		await expect(bench.pull({ watches: [{ kind: 'task', folders: [{ by: 'path', path: 'Projects' }], includeSubfolders: false }] })).rejects.toThrow(/Field "folders" is "Projects"/);
	});

	it('throttling pauses the account for as long as the server asks and loses nothing', async () => {
		const bench = new SyncBench();
		await bench.pull();
		bench.mailbox.put(INBOX, email());
		bench.mailbox.faults.set('changes', [{ reason: 'throttled', scope: 'account', retry: { can: true, afterMs: 120_000 }, message: 'Busy.' }]);
		expect((await bench.pull()).summary.pausedUntil).toEqual({ 'anna@example.test': new Date(NOW + 120_000).toISOString() });
		const calls = bench.mailbox.calls.length;
		bench.now += 119_000;
		await bench.pull();
		expect(bench.mailbox.calls.length).toBe(calls);
		bench.now += 1_000;
		expect(told(await bench.pull())).toEqual(['created Offer']);
	});

	it('a fault in the middle keeps what was pulled before it and repeats nothing', async () => {
		const bench = new SyncBench();
		await bench.pull();
		bench.mailbox.put(INBOX, email());
		bench.mailbox.put(CALENDAR, appointment());
		bench.mailbox.faults.set('read', []);
		const queue = bench.mailbox.faults.get('read') ?? [];
		const original = bench.mailbox.read.bind(bench.mailbox);
		bench.mailbox.read = async (kind, ids, options) => {
			if (kind === 'appointment') queue.push({ reason: 'unavailable', scope: 'account', retry: { can: true, afterMs: 0 }, message: 'Gone for now.' });
			return await original(kind, ids, options);
		};
		expect(told(await bench.pull())).toEqual(['created Offer']);
		bench.mailbox.read = original;
		expect(told(await bench.pull())).toEqual(['created Meeting']);
	});

	it('more deletes at once than allowed stop the folder and ask, once', async () => {
		const bench = new SyncBench();
		const items = Array.from({ length: 30 }, (_, n) => bench.mailbox.put(CALENDAR, appointment({ subject: `A ${n}`, key: `uid-${n}` })));
		await bench.pull();
		for (const item of items) bench.mailbox.destroy(item.id);
		bench.mailbox.put(INBOX, email());
		const first = await bench.pull({ maxDeletesPerPoll: 10 });
		expect(told(first)).toEqual(['created Offer']);
		expect(first.outcomes).toMatchObject([{ outcome: 'failed', code: 'TooManyDeletes' }]);
		const second = await bench.pull({ maxDeletesPerPoll: 10 });
		expect(second.events).toEqual([]);
		expect(second.outcomes).toEqual([]);
		expect((await bench.pull({ maxDeletesPerPoll: 100 })).events).toHaveLength(30);
	});

	it('what push wrote into a folder that is stopped does not become news because of a delete in another one', async () => {
		const bench = new SyncBench();
		const firstRun = { from: 'now' } as const;
		await bench.pull({ firstRun });
		const gone = [INBOX, INBOX, INBOX, SENT].map((folder, n) => bench.mailbox.put(folder, email({ subject: `Gone ${n}`, key: `gone-${n}` })));
		expect((await bench.pull({ firstRun })).events).toHaveLength(4);
		await bench.push('email', [{ externalId: 'm1', record: { ...email() } }], { folder: { by: 'role', role: 'inbox' } });
		for (const { id } of gone) bench.mailbox.destroy(id);
		bench.mailbox.largestPage = 1;
		expect(told(await bench.pull({ firstRun, maxDeletesPerPoll: 2 }))).toEqual([`deleted ${gone[3]?.id}`]);
		expect(bench.cursor?.state.accounts['anna@example.test']?.folders[INBOX]).toMatchObject({ stopped: 'tooManyDeletes' });
		expect(bench.cursor?.state.accounts['anna@example.test']?.folders[INBOX]).not.toHaveProperty('pending');
	});

	it('a lost sync state yields exact creates, updates and deletes of appointments and tasks', async () => {
		const bench = new SyncBench();
		const kept = bench.mailbox.put(CALENDAR, appointment({ subject: 'Kept', key: 'a' }));
		const changed = bench.mailbox.put(CALENDAR, appointment({ subject: 'Changed', key: 'b' }));
		const gone = bench.mailbox.put(CALENDAR, appointment({ subject: 'Gone', key: 'c' }));
		const goneTask = bench.mailbox.put(TASKS, task());
		await bench.pull();
		await bench.pull();
		bench.mailbox.change(changed.id, (item) => (item.record.subject = 'Changed indeed'));
		bench.mailbox.destroy(gone.id);
		bench.mailbox.destroy(goneTask.id);
		bench.mailbox.put(CALENDAR, appointment({ subject: 'New', key: 'd' }));
		bench.mailbox.loseSyncStates();
		const seen = [...told(await bench.pull()), ...told(await bench.pull()), ...told(await bench.pull())];
		expect(seen.sort()).toEqual(['created New', 'updated Changed indeed', `deleted ${gone.id}`, `deleted ${goneTask.id}`].sort());
		expect(kept.record.subject).toBe('Kept');
	});

	it('a lost sync state of a mail folder reads again what changed since the last look, not everything', async () => {
		const bench = new SyncBench();
		for (let n = 0; n < 20; n++) bench.mailbox.put(INBOX, email({ subject: `Old ${n}` }));
		bench.now = bench.mailbox.now + 60 * 60_000;
		await bench.pull();
		bench.mailbox.now = bench.now;
		bench.mailbox.put(INBOX, email({ subject: 'New' }));
		bench.mailbox.loseSyncStates();
		const seen = [...told(await bench.pull()), ...told(await bench.pull())];
		expect(seen).toEqual(['updated New']);
	});

	it('an idle poll asks each watched folder once, and nothing else', async () => {
		const bench = new SyncBench();
		await bench.pull();
		bench.mailbox.calls.length = 0;
		await bench.pull();
		expect(bench.mailbox.calls).toEqual(['changes', 'changes', 'changes', 'changes']);
	});
});

describe('attachments', () => {
	it('come with their names in the record and stop the poll when they are too much at once', async () => {
		const bench = new SyncBench();
		const attachments = [{ name: 'a.txt', contentType: 'text/plain', size: 3, type: 'file' as const, inline: false, attachmentId: 'att-1' }];
		bench.mailbox.put(INBOX, email({ attachments }));
		const { events } = await bench.pull({ withAttachments: true });
		expect(events[0]?.attachments.map(({ binaryProperty, name }) => [binaryProperty, name])).toEqual([['attachment_0', 'a.txt']]);
		expect(events[0]?.record).toMatchObject({ attachments: [{ binaryProperty: 'attachment_0' }] });
	});
});
