import { describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../src/records/email.ts';
import { appointment, email, series, task } from './records.mts';
import { SyncBench } from './sync-bench.mts';
import { told } from '../usual-connector.mts';

type Loose = Record<string, unknown>;
const loose = (record: object): Loose => ({ ...record });

describe('push', () => {
	it('creates, then finds its item by the stamp and leaves it alone', async () => {
		const bench = new SyncBench();
		const item = { externalId: 'crm-1', record: loose(email()) };
		expect(await bench.push('email', [item])).toMatchObject([{ outcome: 'created', externalId: 'crm-1', exchangeId: expect.any(String), subject: 'Offer' }]);
		bench.mailbox.calls.length = 0;
		expect(await bench.push('email', [item])).toMatchObject([{ outcome: 'unchanged' }]);
		expect(bench.mailbox.calls).toEqual(['folders', 'findStamped']);
		expect(bench.mailbox.items.size).toBe(1);
	});

	it('updates what the other system changed', async () => {
		const bench = new SyncBench();
		await bench.push('appointment', [{ externalId: '1', record: loose(appointment()) }]);
		expect(await bench.push('appointment', [{ externalId: '1', record: loose(appointment({ subject: 'Moved' })) }])).toMatchObject([{ outcome: 'updated' }]);
		expect(bench.mailbox.itemsIn('calendar').map((item) => item.record.subject)).toEqual(['Moved']);
	});

	it('its own write comes back from no pull', async () => {
		const bench = new SyncBench();
		await bench.pull();
		await bench.push('appointment', [{ externalId: '1', record: loose(appointment()) }]);
		await bench.push('task', [{ externalId: '2', record: loose(task()) }]);
		const result = await bench.pull();
		expect(result.events).toEqual([]);
		expect(result.summary.echoes).toBe(2);
	});

	it("a change back to what the stamp says is no echo when the other system was given something else", async () => {
		const bench = new SyncBench();
		await bench.pull();
		await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'A' })) }]);
		await bench.pull();
		const [item] = bench.mailbox.itemsIn('tasks');
		bench.mailbox.change(item?.id ?? '', (target) => (target.record.subject = 'B'));
		expect(told(await bench.pull())).toEqual(['updated B']);
		bench.mailbox.change(item?.id ?? '', (target) => (target.record.subject = 'A'));
		expect(told(await bench.pull())).toEqual(['updated A']);
		expect(told(await bench.pull())).toEqual([]);
	});

	it("a user's copy of a stamped item is a new item of its own", async () => {
		const bench = new SyncBench();
		await bench.pull();
		await bench.push('appointment', [{ externalId: '1', record: loose(appointment()) }]);
		await bench.pull();
		const [item] = bench.mailbox.itemsIn('calendar');
		const copy = bench.mailbox.copyItem(item?.id ?? '', 'folder-Calendar');
		const { events } = await bench.pull();
		expect(events).toMatchObject([{ envelope: { event: 'created', exchangeId: copy.id } }]);
		expect(events[0]?.envelope.externalId).toBeUndefined();
		bench.mailbox.change(copy.id, (target) => (target.record.subject = 'Copy, changed'));
		const [event] = (await bench.pull()).events;
		expect(event?.envelope).toMatchObject({ event: 'updated', exchangeId: copy.id });
		expect(event?.envelope.externalId).toBeUndefined();
	});

	it('finds its item after the user moved it to another folder', async () => {
		const bench = new SyncBench();
		bench.mailbox.addFolder('Projects', 'email');
		await bench.push('email', [{ externalId: '1', record: loose(email()) }]);
		const [item] = bench.mailbox.itemsIn('inbox');
		bench.mailbox.moveItem(item?.id ?? '', 'folder-Projects');
		expect(await bench.push('email', [{ externalId: '1', record: loose(email({ isRead: true })) }])).toMatchObject([{ outcome: 'updated' }]);
		expect(bench.mailbox.items.size).toBe(1);
	});

	it('a record with an exchange id adopts the item', async () => {
		const bench = new SyncBench();
		const item = bench.mailbox.put('folder-Tasks', task());
		expect(await bench.push('task', [{ externalId: '1', exchangeId: item.id, changeKey: item.changeKey, record: loose(task({ subject: 'Report, changed' })) }])).toMatchObject([{ outcome: 'updated', exchangeId: item.id }]);
		expect(await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Report, changed' })) }])).toMatchObject([{ outcome: 'unchanged', exchangeId: item.id }]);
	});

	it('an exchange id that is gone is skipped, not created anew', async () => {
		const bench = new SyncBench();
		const item = bench.mailbox.put('folder-Tasks', task());
		bench.mailbox.binItem(item.id);
		expect(await bench.push('task', [{ externalId: '1', exchangeId: item.id, record: loose(task()) }])).toMatchObject([{ outcome: 'skipped', rule: 'restore-not-synced' }]);
	});

	it('names the field of a record that cannot be taken, and takes the others', async () => {
		const bench = new SyncBench();
		const outcomes = await bench.push('appointment', [
			{ externalId: '1', record: { ...appointment(), end: '2026-03-01T08:00:00Z' } },
			{ externalId: '2', record: loose(appointment()) },
			{ record: loose(appointment()) },
		]);
		expect(outcomes).toMatchObject([
			{ outcome: 'failed', code: 'InvalidRecord', message: expect.stringMatching(/^Appointment ".+" \(2026-.+\) cannot be taken: Field "end" is .+, but must be .+\.$/), subject: expect.any(String), date: expect.stringMatching(/^2026-/) },
			{ outcome: 'created' },
			{ outcome: 'failed', message: expect.stringContaining('externalId') },
		]);
	});

	it('the same record twice in one batch becomes one item with the later content', async () => {
		const bench = new SyncBench();
		expect(await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'First' })) }, { externalId: '1', record: loose(task({ subject: 'Second' })) }])).toMatchObject([{ outcome: 'created' }, { outcome: 'updated' }]);
		expect(bench.mailbox.itemsIn('tasks').map((item) => item.record.subject)).toEqual(['Second']);
	});
});

describe('rules on push', () => {
	it('drafts-not-synced, archived-not-pushed, absences-not-pushed, recurring-tasks-not-synced: skipped with their rule, nothing is asked', async () => {
		const bench = new SyncBench();
		const outcomes = [
			...(await bench.push('email', [{ externalId: '1', record: { ...email(), isDraft: true } }, { externalId: '2', record: { ...email(), archived: true } }])),
			...(await bench.push('appointment', [{ externalId: '3', record: { ...appointment(), type: 'absence' } }])),
			...(await bench.push('task', [{ externalId: '4', record: { ...task(), recurring: true } }])),
		];
		expect(outcomes.map(({ outcome, rule }) => [outcome, rule])).toEqual([
			['skipped', 'drafts-not-synced'],
			['skipped', 'archived-not-pushed'],
			['skipped', 'absences-not-pushed'],
			['skipped', 'recurring-tasks-not-synced'],
		]);
		expect(bench.mailbox.calls).toEqual([]);
	});

	it('archived-not-pushed: the copy in Exchange stays', async () => {
		const bench = new SyncBench();
		await bench.push('email', [{ externalId: '1', record: loose(email()) }]);
		await bench.push('email', [{ externalId: '1', record: { ...email(), archived: true } }]);
		expect(bench.mailbox.itemsIn('inbox')).toHaveLength(1);
	});

	it('relations-not-synced: links to other objects that a record comes with reach nothing', async () => {
		const bench = new SyncBench();
		const links = { inReplyTo: '<other@example.test>', references: ['<other@example.test>'], conversationId: 'c-1', parentId: 'p-1', seriesId: 's-1', attendees: ['bert@example.test'], organizer: 'bert@example.test' };
		await bench.push('email', [{ externalId: '1', record: { ...email(), ...links } }]);
		await bench.push('appointment', [{ externalId: '2', record: { ...appointment(), ...links } }]);
		await bench.push('task', [{ externalId: '3', record: { ...task(), ...links } }]);
		for (const item of bench.mailbox.items.values()) expect(Object.keys(item.record).filter((field) => field in links)).toEqual([]);
		expect(bench.mailbox.items.size).toBe(3);
	});

	it('restore-not-synced: a record whose item lies in Deleted Items is skipped', async () => {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: loose(task()) }]);
		bench.mailbox.binItem(bench.mailbox.itemsIn('tasks')[0]?.id ?? '');
		expect(await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Again' })) }])).toMatchObject([{ outcome: 'skipped', rule: 'restore-not-synced' }]);
		expect(bench.mailbox.itemsIn('tasks')).toEqual([]);
	});

	it('invitation-restored: an invitation in Deleted Items is not pushed', async () => {
		const bench = new SyncBench();
		await bench.push('appointment', [{ externalId: '1', record: loose(appointment()) }]);
		const [item] = bench.mailbox.itemsIn('calendar');
		if (item?.facts.kind === 'appointment') item.facts = { ...item.facts, isMeeting: true, isOrganizer: false };
		bench.mailbox.binItem(item?.id ?? '');
		expect(await bench.push('appointment', [{ externalId: '1', record: loose(appointment()) }])).toMatchObject([{ outcome: 'skipped', rule: 'invitation-restored' }]);
	});

	it('read-receipts: asked for by the side that asks', async () => {
		const bench = new SyncBench();
		await bench.push('email', [{ externalId: '1', record: { ...email(), readReceipt: true } }]);
		expect((bench.mailbox.itemsIn('inbox')[0]?.record as EmailRecord).readReceipt).toBe(true);
	});

	it('meeting-as-appointment: one independent appointment in the mailbox of each mapped participant', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test', 'cora@example.test');
		const record = { ...appointment(), participants: [{ name: 'Bert', address: 'BERT@example.test' }, { name: 'Guest', address: 'guest@elsewhere.test' }] };
		const outcomes = await bench.push('appointment', [{ account: 'anna', externalId: '1', record }]);
		expect(outcomes.map(({ outcome, mailbox }) => [outcome, mailbox])).toEqual([['created', 'anna@example.test'], ['created', 'bert@example.test']]);
		expect(bench.mailboxes.map((mailbox) => mailbox.itemsIn('calendar').length)).toEqual([1, 1, 0]);
	});

	it('delegation-not-synced: a task with an assignee is a normal task of the assignee', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		expect(await bench.push('task', [{ account: 'anna', externalId: '1', record: { ...task(), assignee: { name: '', address: 'bert@example.test' } } }])).toMatchObject([{ outcome: 'created', mailbox: 'bert@example.test' }]);
	});

	it('task-saved-before-delegation: the creator keeps a copy of its own', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		await bench.push('task', [{ account: 'anna', externalId: '1', record: loose(task()) }]);
		await bench.push('task', [{ account: 'anna', externalId: '1', record: { ...task(), assignee: { name: '', address: 'bert@example.test' } } }]);
		expect(bench.mailboxes.map((mailbox) => mailbox.itemsIn('tasks').length)).toEqual([1, 1]);
	});

	it('series-pattern-changed: a series whose pattern was changed in Exchange is pushed no longer', async () => {
		const bench = new SyncBench();
		await bench.push('appointment', [{ externalId: '1', record: loose(series()) }]);
		bench.mailbox.change(bench.mailbox.itemsIn('calendar')[0]?.id ?? '', (item) => item.record.kind === 'appointment' && (item.record.recurrence = { rrule: 'FREQ=DAILY;COUNT=5', exceptions: [], deleted: [] }));
		expect(await bench.push('appointment', [{ externalId: '1', record: loose(series({ subject: 'New title' })) }])).toMatchObject([{ outcome: 'skipped', rule: 'series-pattern-changed' }]);
	});

	it('series-pattern-changed: a pattern changed by the other system is our own write for the pull', async () => {
		const bench = new SyncBench();
		await bench.pull();
		await bench.push('appointment', [{ externalId: '1', record: loose(series()) }]);
		await bench.pull();
		expect(await bench.push('appointment', [{ externalId: '1', record: loose(series({ recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=12', exceptions: [], deleted: [] } })) }])).toMatchObject([{ outcome: 'updated' }]);
		expect((await bench.pull()).outcomes).toEqual([]);
		bench.mailbox.change(bench.mailbox.itemsIn('calendar')[0]?.id ?? '', (item) => (item.record.subject = 'Renamed'));
		expect(told(await bench.pull())).toEqual(['updated Renamed']);
	});
});

describe('conflicts', () => {
	async function conflict(policy: 'exchangeWins' | 'otherSystemWins' | 'newerWins' | 'report', modifiedAt?: string) {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Base' })) }]);
		bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Of Exchange'));
		const [outcome] = await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Of the other' })), ...(modifiedAt && { modifiedAt }) }], { conflictPolicy: policy });
		return { outcome, subject: bench.mailbox.itemsIn('tasks')[0]?.record.subject };
	}

	it('Exchange wins: its version stays and both are told', async () => {
		expect(await conflict('exchangeWins')).toMatchObject({ subject: 'Of Exchange', outcome: { outcome: 'conflict', exchangeVersion: { subject: 'Of Exchange' }, otherVersion: { subject: 'Of the other' } } });
	});
	it('the other system wins', async () => {
		expect(await conflict('otherSystemWins')).toMatchObject({ subject: 'Of the other', outcome: { outcome: 'updated' } });
	});
	it('the newer wins', async () => {
		expect((await conflict('newerWins', '2099-01-01T00:00:00Z')).subject).toBe('Of the other');
		expect((await conflict('newerWins', '2000-01-01T00:00:00Z')).subject).toBe('Of Exchange');
		expect((await conflict('newerWins')).subject).toBe('Of Exchange');
	});
	it('report: nothing is written', async () => {
		expect(await conflict('report')).toMatchObject({ subject: 'Of Exchange', outcome: { outcome: 'conflict' } });
	});
	it('the same change on both sides is none', async () => {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Base' })) }]);
		bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Same'));
		expect(await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Same' })) }])).toMatchObject([{ outcome: 'unchanged' }]);
		expect(await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Next' })) }])).toMatchObject([{ outcome: 'updated' }]);
	});
	it('a delete against a change: the change wins', async () => {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Base' })) }]);
		bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Changed'));
		expect(await bench.delete('task', [{ externalId: '1' }])).toMatchObject([{ outcome: 'conflict' }]);
		expect(bench.mailbox.itemsIn('tasks')).toHaveLength(1);
		expect(await bench.delete('task', [{ externalId: '1' }], { evenIfChanged: true })).toMatchObject([{ outcome: 'deleted' }]);
		expect(bench.mailbox.itemsIn('deletedItems')).toHaveLength(1);
		expect(await bench.delete('task', [{ externalId: '1' }])).toMatchObject([{ outcome: 'unchanged' }]);
	});
});

describe('bad days', () => {
	it('export-attempts: a create whose answer got lost is found again by its stamp', async () => {
		const bench = new SyncBench();
		const original = bench.mailbox.create.bind(bench.mailbox);
		let first = true;
		bench.mailbox.create = async (kind, items) => {
			const results = await original(kind, items);
			if (!first) return results;
			first = false;
			const { fault } = await import('./memory-mailbox.mts');
			return results.map(() => ({ ok: false, fault: fault({ reason: 'unavailable', scope: 'item', retry: { can: true, afterMs: 0 }, message: 'No answer.' }) }));
		};
		expect(await bench.push('task', [{ externalId: '1', record: loose(task()) }])).toMatchObject([{ outcome: 'created' }]);
		expect(bench.mailbox.itemsIn('tasks')).toHaveLength(1);
	});

	it('two workers that create the same record at the same moment end with one item, and the later content', async () => {
		const bench = new SyncBench();
		let entered = false;
		bench.mailbox.beforeWrite = async (call) => {
			if (call !== 'create' || entered) return;
			entered = true;
			await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Of the first' })) }]);
		};
		const [outcome] = await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Of the second' })) }]);
		expect(outcome?.outcome).toBe('updated');
		expect(bench.mailbox.itemsIn('tasks').map((item) => item.record.subject)).toEqual(['Of the second']);
	});

	it('an item changed while it is being pushed is looked at again', async () => {
		const bench = new SyncBench();
		await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Base' })) }]);
		let entered = false;
		bench.mailbox.beforeWrite = (call) => {
			if (call !== 'update' || entered) return;
			entered = true;
			bench.mailbox.change(bench.mailbox.itemsIn('tasks')[0]?.id ?? '', (item) => (item.record.subject = 'Meanwhile'));
		};
		expect(await bench.push('task', [{ externalId: '1', record: loose(task({ subject: 'Pushed' })) }])).toMatchObject([{ outcome: 'conflict' }]);
		expect(bench.mailbox.itemsIn('tasks').map((item) => item.record.subject)).toEqual(['Meanwhile']);
	});

	it('a mailbox that cannot be worked with fails its own items only', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		bench.mailboxes[0]?.faults.set('folders', [{ reason: 'accessDenied', scope: 'account', retry: { can: false }, message: 'Access denied.', code: 'ErrorAccessDenied' }]);
		expect(await bench.push('task', [{ account: 'anna', externalId: '1', record: loose(task()) }, { account: 'bert', externalId: '2', record: loose(task()) }])).toMatchObject([
			{ outcome: 'failed', code: 'ErrorAccessDenied', message: expect.stringContaining('Access denied.') },
			{ outcome: 'created' },
		]);
	});

	it('a record written again and again over changes of Exchange is left alone for a while; without such changes it is not, and does not count', async () => {
		const bench = new SyncBench();
		const push = async (subject: string) => (await bench.push('task', [{ externalId: '1', record: loose(task({ subject })) }], { conflictPolicy: 'otherSystemWins' }))[0];
		for (let n = 0; n < 25; n++) expect(await push(`Alone ${n}`)).toMatchObject({ outcome: n === 0 ? 'created' : 'updated' });
		const { id = '' } = bench.mailbox.itemsIn('tasks')[0] ?? {};
		const turn = async (n: number) => {
			bench.mailbox.change(id, (item) => (item.record.subject = `Of Exchange ${n}`));
			bench.now += 60_000;
			return await push(`Turn ${n}`);
		};
		for (let n = 0; n < 10; n++) expect(await turn(n)).toMatchObject({ outcome: 'updated' });
		expect(await turn(10)).toMatchObject({ outcome: 'failed', code: 'PingPong', exchangeId: id, exchangeVersion: { subject: 'Of Exchange 10' }, otherVersion: { subject: 'Turn 10' } });
		bench.now += 60 * 60_000;
		expect(await turn(11)).toMatchObject({ outcome: 'updated' });
	});
});

describe('invitations', () => {
	const record = { ...appointment(), participants: [{ name: 'Bert', address: 'bert@example.test' }] };

	it('invitation-as-email: each participant finds an ordinary mail with invite.ics, once for each version', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		const bert = bench.mailboxes[1];
		const push = async (subject: string) => await bench.push('appointment', [{ account: 'anna', externalId: '1', record: { ...record, subject } }], { deliverInvitations: true });
		expect((await push('Kick-off')).map(({ outcome, kind, mailbox }) => [outcome, kind, mailbox])).toEqual([
			['created', 'appointment', 'anna@example.test'],
			['created', 'appointment', 'bert@example.test'],
			['created', 'email', 'bert@example.test'],
		]);
		bench.now += 60_000;
		expect((await push('Kick-off')).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
		await push('Kick-off, later');
		expect(bert?.itemsIn('inbox').map((item) => item.record.subject)).toEqual(['Invitation: Kick-off', 'Invitation: Kick-off, later']);
		expect(bert?.itemsIn('inbox')[0]?.record).toMatchObject({ from: { address: 'anna@example.test' }, isRead: false, attachments: [{ name: 'invite.ics' }] });
	});

	it('invitation-as-email: an appointment that is moved there and back is told each time, and once', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		const push = async (subject: string) => (await bench.push('appointment', [{ account: 'anna', externalId: '1', record: { ...record, subject } }], { deliverInvitations: true }))[2]?.outcome;
		const told: Array<string | undefined> = [];
		for (const subject of ['At nine', 'At ten', 'At nine', 'At nine', 'At ten', 'At ten']) told.push(await push(subject));
		expect(told).toEqual(['created', 'created', 'created', 'unchanged', 'created', 'unchanged']);
		const mails = bench.mailboxes[1]?.itemsIn('inbox') ?? [];
		expect(mails.map((item) => item.record.subject)).toEqual(['At nine', 'At ten', 'At nine', 'At ten'].map((subject) => `Invitation: ${subject}`));
		expect(new Set(mails.map((item) => item.record.key)).size).toBe(4);
	});

	it('invitation-as-email: what a participant changes and the other system puts back is not told again', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		const push = async () => (await bench.push('appointment', [{ account: 'anna', externalId: '1', record }], { deliverInvitations: true, conflictPolicy: 'otherSystemWins' })).map(({ outcome }) => outcome);
		await push();
		const [own] = bench.mailboxes[1]?.itemsIn('calendar') ?? [];
		bench.mailboxes[1]?.change(own?.id ?? '', (item) => (item.record.subject = 'Mine'));
		expect((await push())[2]).toBe('unchanged');
		expect(bench.mailboxes[1]?.itemsIn('inbox')).toHaveLength(1);
	});

	it('invitation-as-email: one that could not be delivered is delivered by the next push of the same version', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		const push = async (subject: string, deliverInvitations = true) => (await bench.push('appointment', [{ account: 'anna', externalId: '1', record: { ...record, subject } }], { deliverInvitations }))[2]?.outcome;
		expect([await push('At nine'), await push('At ten'), await push('At nine', false), await push('At nine'), await push('At nine')]).toEqual(['created', 'created', undefined, 'created', 'unchanged']);
	});

	it('invitation-as-email: an external id may be as long as any, and names its invitations alone', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		const push = async (last: string) => await bench.push('appointment', [{ account: 'anna', externalId: `${'x'.repeat(999)}${last}`, record }], { deliverInvitations: true });
		expect((await push('a')).map(({ outcome, message }) => [outcome, message])).toEqual(Array(3).fill(['created', expect.any(String)]));
		expect((await push('a')).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
		expect((await push('b')).map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);
		expect(bench.mailboxes[1]?.itemsIn('inbox')).toHaveLength(2);
	});

	it('invitation-as-email: nothing is told unless it is switched on, and the own account is never told', async () => {
		const bench = new SyncBench('anna@example.test', 'bert@example.test');
		await bench.push('appointment', [{ account: 'anna', externalId: '1', record }]);
		expect(bench.mailboxes.flatMap((mailbox) => mailbox.itemsIn('inbox'))).toEqual([]);
	});
});
