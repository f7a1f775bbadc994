import { describe, expect, it } from 'vitest';

import type { AppointmentRecord } from '../../../src/records/appointment.ts';
import { sameContent } from '../../../src/records/content-hash.ts';
import { appointment, series } from '../../sync/records.mts';
import { ANNA, BEN, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();
const BOTH = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];

async function seenByAnother(office: ConnectorBench, more: Parameters<ConnectorBench['pullOptions']>[0] = {}): Promise<AppointmentRecord[]> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	return (await other.pull(undefined, office.pullOptions(more))).events.flatMap(({ record }) => (record?.kind === 'appointment' ? [record] : []));
}

describe('appointments, there and back', () => {
	it('everything the record promises comes back as it was pushed, and is neither echoed nor written again', async () => {
		const office = await bench();
		const record = appointment({
			key: 'crm-4711@example.test',
			subject: 'Review <A> & B – Größe',
			text: 'Agenda:\n1. Past\n2. Future',
			busyStatus: 'workingElsewhere',
			importance: 'high',
			sensitivity: 'private',
			reminderMinutes: null,
			categories: ['Blue', 'Red & green'],
		});
		expect(await office.pushOne('appointment', { externalId: 'a1', record })).toMatchObject({ outcome: 'created', kind: 'appointment' });
		expect(await seenByAnother(office)).toEqual([record]);
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('appointment', { externalId: 'a1', record })).toMatchObject({ outcome: 'unchanged' });
		expect(office.control.outbox()).toEqual([]);
	});

	it('changes of Exchange are pulled, changes of the other system are pushed, deletes cross', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const item = calendar.create({ subject: 'Theirs', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', zone: 'Europe/Zurich', location: 'Here', text: 'Words', busyStatus: 'Tentative' });
		const created = onlyEvent(await office.pull());
		expect(created.record).toMatchObject({ subject: 'Theirs', start: '2026-03-05T08:00:00Z', end: '2026-03-05T09:00:00Z', timeZone: 'Europe/Zurich', location: 'Here', text: 'Words', busyStatus: 'tentative', allDay: false });
		calendar.edit(item, { start: '2026-03-06T09:00:00', end: '2026-03-06T11:00:00', reminderMinutes: null });
		const changed = onlyEvent(await office.pull());
		expect(changed.envelope.event).toBe('updated');
		expect(changed.record).toMatchObject({ start: '2026-03-06T08:00:00Z', end: '2026-03-06T10:00:00Z', reminderMinutes: null });
		const ours = { ...changed.record, subject: 'Ours', location: '' } as AppointmentRecord;
		expect(await office.pushOne('appointment', { externalId: 'a1', exchangeId: changed.envelope.exchangeId, changeKey: changed.envelope.changeKey!, record: { ...ours } })).toMatchObject({ outcome: 'updated' });
		expect(told(await office.pull())).toEqual([]);
		expect((await seenByAnother(office)).every((seen) => sameContent(seen, ours))).toBe(true);
		calendar.delete(item);
		expect((await office.pull()).events.map(({ envelope }) => [envelope.event, envelope.permanent])).toEqual([['deleted', false]]);
		expect(office.control.outbox()).toEqual([]);
	});

	it('time-zone: a time without zone is read in the record\'s zone, else in the connector\'s', async () => {
		const office = await bench();
		await office.push('appointment', [
			{ externalId: 'a1', record: { subject: 'Zurich', start: '2026-07-02T09:00:00', end: '2026-07-02T10:00:00' } },
			{ externalId: 'a2', record: { subject: 'New York', start: '2026-07-02T09:00:00', end: '2026-07-02T10:00:00', timeZone: 'America/New_York' } },
		]);
		expect((await seenByAnother(office)).map(({ subject, start }) => [subject, start]).sort()).toEqual([
			['New York', '2026-07-02T13:00:00Z'],
			['Zurich', '2026-07-02T07:00:00Z'],
		]);
	});

	it('attachments-email-only, plain-text-only: formatting in Exchange survives an unrelated update, and is pulled as text', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const item = calendar.create({ subject: 'Formatted', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', html: '<p>Hello <b>you</b></p>' });
		const { envelope, record } = onlyEvent(await office.pull());
		expect(record).toMatchObject({ text: 'Hello you' });
		await office.pushOne('appointment', { externalId: 'a1', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey!, record: { ...record, subject: 'Renamed' } });
		expect(calendar.item(item).body?.content).toContain('<b>you</b>');
		await office.pushOne('appointment', { externalId: 'a1', record: { ...record, subject: 'Renamed', text: 'Other words' } });
		expect(calendar.item(item).body?.content).not.toContain('<b>');
		expect(await seenByAnother(office)).toMatchObject([{ subject: 'Renamed', text: 'Other words' }]);
	});

	it('absences-not-pushed: an absence stays; an out-of-office appointment of Exchange is an ordinary one', async () => {
		const office = await bench();
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ type: 'absence' }) })).toMatchObject({ outcome: 'skipped', rule: 'absences-not-pushed' });
		expect(office.outlook().items('calendar')).toEqual([]);
		office.control.calendar(ANNA).create({ subject: 'Away', start: '2026-03-05', end: '2026-03-08', allDay: true, zone: 'Europe/Zurich', busyStatus: 'OOF' });
		expect(onlyEvent(await office.pull()).record).toMatchObject({ subject: 'Away', busyStatus: 'oof', start: '2026-03-05', end: '2026-03-08', allDay: true });
	});

	it('private-left-out: a switch leaves private appointments out', async () => {
		const office = await bench();
		office.control.calendar(ANNA).create({ subject: 'Secret', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', sensitivity: 'Private' });
		const { events, outcomes } = await office.pull({ includePrivate: false });
		expect([events, outcomes.map(({ rule }) => rule)]).toEqual([[], ['private-left-out']]);
	});

	it('restore-not-synced: an appointment that comes back from Deleted Items is left out, and push creates none anew', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const { exchangeId } = await office.pushOne('appointment', { externalId: 'a1', record: appointment() });
		await office.pull();
		const binned = calendar.delete(exchangeId!);
		expect((await office.pull()).events.map(({ envelope }) => envelope.event)).toEqual(['deleted']);
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ subject: 'Again' }) })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
		const restored = calendar.restore(binned);
		expect(told(await office.pull())).toEqual([]);
		calendar.edit(restored, { subject: 'Changed' });
		expect(told(await office.pull())).toEqual([]);
		expect(office.outlook().items('calendar')).toHaveLength(1);
	});
});

describe('meetings', () => {
	it('meeting-as-appointment: each participant\'s mailbox gets an appointment of its own, without a hint at the others', async () => {
		const office = await bench({ accounts: BOTH });
		const participants = [{ name: 'Ben', address: BEN }, { name: 'Stranger', address: 'stranger@example.org' }];
		const outcomes = await office.push('appointment', [{ account: 'anna', externalId: 'a1', record: appointment({ participants }) }]);
		expect(outcomes.map(({ outcome, mailbox, account }) => ({ outcome, mailbox, account }))).toEqual([
			{ outcome: 'created', mailbox: ANNA, account: 'anna' },
			{ outcome: 'created', mailbox: BEN, account: 'ben' },
		]);
		for (const address of [ANNA, BEN]) {
			const [row] = office.outlook(address).items('calendar');
			const { properties } = office.control.calendar(address).item(row!.id);
			expect(properties['calendar:RequiredAttendees']).toBeUndefined();
			expect(JSON.stringify(properties)).not.toContain('stranger@example.org');
		}
		const again = await office.push('appointment', [{ account: 'anna', externalId: 'a1', record: appointment({ participants, subject: 'Moved', start: '2026-03-03T08:00:00Z', end: '2026-03-03T09:00:00Z' }) }]);
		expect(again.map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
		expect(told(await office.pull())).toEqual([]);
		expect((await office.delete('appointment', [{ account: 'ben', externalId: 'a1' }])).map(({ outcome }) => outcome)).toEqual(['deleted']);
		expect(office.outlook(ANNA).items('calendar')).toHaveLength(1);
		expect(office.control.outbox()).toEqual([]);
	});

	it('meeting-as-appointment: pull drops organizer, attendees and answers', async () => {
		const office = await bench();
		office.control.calendar(ANNA).create({ subject: 'Theirs', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', meeting: { attendees: [{ name: 'Anna', address: ANNA }, { name: 'Carl', address: 'carl@example.org' }], organizer: { name: 'Dora', address: 'dora@example.org' }, response: 'Tentative' } });
		const { record } = onlyEvent(await office.pull());
		expect(record).toMatchObject({ subject: 'Theirs' });
		expect(JSON.stringify(record)).not.toMatch(/carl|dora|organizer|attendee|response/i);
	});

	it('meeting-as-appointment: changing and deleting a meeting of Exchange tells nobody', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		calendar.create({ subject: 'Ours', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', meeting: { attendees: [{ name: 'Ben', address: BEN }] } });
		calendar.create({ subject: 'Invited', start: '2026-03-06T09:00:00', end: '2026-03-06T10:00:00', meeting: { attendees: [{ name: 'Anna', address: ANNA }], organizer: { name: 'Ben', address: BEN } } });
		const { events } = await office.pull();
		const outcomes = await office.push('appointment', events.map(({ envelope, record }, n) => ({ externalId: `a${n}`, exchangeId: envelope.exchangeId, changeKey: envelope.changeKey!, record: { ...record, start: '2026-03-07T09:00:00Z', end: '2026-03-07T10:00:00Z' } })));
		expect(outcomes.map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
		const deleted = await office.delete('appointment', [{ externalId: 'a0' }, { externalId: 'a1' }]);
		expect(deleted.map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted']);
		expect(office.control.outbox()).toEqual([]);
		expect(office.outlook(BEN).items('inbox')).toEqual([]);
	});

	it('invitation-restored: a deleted and restored invitation is emitted again, and not pushed from the time on at which push saw it in the bin', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const item = calendar.create({ subject: 'Invited', start: '2026-03-06T09:00:00', end: '2026-03-06T10:00:00', meeting: { attendees: [{ name: 'Anna', address: ANNA }], organizer: { name: 'Ben', address: BEN } } });
		const { envelope, record } = onlyEvent(await office.pull());
		expect(await office.pushOne('appointment', { externalId: 'a1', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey!, record: { ...record } })).toMatchObject({ outcome: 'unchanged' });
		await office.pull();
		const binned = calendar.delete(item);
		expect((await office.pull()).events.map(({ envelope: { event } }) => event)).toEqual(['deleted']);
		expect(await office.pushOne('appointment', { externalId: 'a1', record: { ...record, subject: 'Changed' } })).toMatchObject({ outcome: 'skipped', rule: 'invitation-restored' });
		const restored = office.outlook().idOf(calendar.restore(binned));
		expect(onlyEvent(await office.pull()).envelope).toMatchObject({ event: 'created', externalId: 'a1', exchangeId: restored });
		expect(await office.pushOne('appointment', { externalId: 'a1', record: { ...record } })).toMatchObject({ outcome: 'unchanged' });
		for (const where of [{}, { exchangeId: restored }]) {
			expect(await office.pushOne('appointment', { externalId: 'a1', ...where, record: { ...record, subject: 'Changed' } }, { conflictPolicy: 'otherSystemWins', clearExclusions: true })).toMatchObject({ outcome: 'skipped', rule: 'invitation-restored' });
		}
		expect(await office.delete('appointment', [{ externalId: 'a1' }], { evenIfChanged: true })).toMatchObject([{ outcome: 'skipped', rule: 'invitation-restored' }]);
		calendar.edit(restored, { subject: 'Theirs' });
		expect(onlyEvent(await office.pull())).toMatchObject({ envelope: { event: 'updated', externalId: 'a1' }, record: { subject: 'Theirs' } });
		expect(office.control.outbox()).toEqual([]);
	});

	it('restore-not-synced: an appointment that is no invitation is pushed again once it was restored', async () => {
		const office = await bench();
		const { exchangeId = '' } = await office.pushOne('appointment', { externalId: 'a1', record: appointment() });
		const calendar = office.control.calendar(ANNA);
		const binned = calendar.delete(exchangeId)!;
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ subject: 'Changed' }) })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
		calendar.restore(binned);
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ subject: 'Changed' }) })).toMatchObject({ outcome: 'updated' });
	});

	it('meeting-metadata: an option strips the block that Exchange puts in front of a meeting\'s text; an appointment\'s own text stays', async () => {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const text = 'When: Thursday, 5 March 2026 09:00-10:00 (UTC+01:00) Bern.\nWhere: Room 5\n\n*~*~*~*~*~*~*~*~*~*\n\nBring a cake';
		const times = { start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', text };
		calendar.create({ subject: 'Meeting', ...times, meeting: { attendees: [{ name: 'Anna', address: ANNA }], organizer: { name: 'Dora', address: 'dora@example.org' } } });
		calendar.create({ subject: 'Appointment', ...times });
		const textOf = (records: AppointmentRecord[], subject: string) => records.find((record) => record.subject === subject)?.text;
		expect(textOf(await seenByAnother(office), 'Meeting')).toContain('When: Thursday');
		const stripped = await seenByAnother(office, { stripMeetingMetadata: true });
		expect(textOf(stripped, 'Meeting')).toBe('Bring a cake');
		expect(textOf(stripped, 'Appointment')).toContain('When: Thursday');
	});

	describe('meeting-metadata: a meeting that was handed out without its block', () => {
		const block = (day: number) => `When: ${day} March 2026 09:00-10:00 (UTC+01:00) Bern.<br>Where: Room 5<br><br>*~*~*~*~*~*~*~*~*~*<br><br>`;
		const body = (day: number, text = 'cake') => `<html><body>${block(day)}Bring a <b>${text}</b></body></html>`;
		const meeting = { attendees: [{ name: 'Anna', address: ANNA }], organizer: { name: 'Dora', address: 'dora@example.org' } };
		const strip = { stripMeetingMetadata: true };

		it('is unchanged when it comes back, and keeps the formatting of its text when something else is changed', async () => {
			const office = await bench();
			const calendar = office.control.calendar(ANNA);
			const item = calendar.create({ subject: 'Meeting', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', html: body(5), meeting });
			const { envelope, record } = onlyEvent(await office.pull(strip));
			expect(record).toMatchObject({ text: 'Bring a cake' });
			const push = async (changes: Partial<AppointmentRecord>, changeKey?: string) => await office.pushOne('appointment', { externalId: 'm', exchangeId: envelope.exchangeId, changeKey, record: { ...record, ...changes } });
			const kept = await push({}, envelope.changeKey);
			expect([kept.outcome, item.body?.content]).toEqual(['unchanged', body(5)]);
			expect(await push({ location: 'Room 7' })).toMatchObject({ outcome: 'updated' });
			expect([item.properties['calendar:Location'], item.body?.content]).toEqual(['Room 7', body(5)]);
			expect([told(await office.pull(strip)), told(await office.pull())]).toEqual([[], []]);
			expect(await push({ location: 'Room 7', text: 'Bring two cakes' })).toMatchObject({ outcome: 'updated' });
			expect(item.body?.content).toBe('Bring two cakes');
			expect(told(await office.pull(strip))).toEqual([]);
			expect((await office.delete('appointment', [{ externalId: 'm' }])).map(({ outcome }) => outcome)).toEqual(['deleted']);
		});

		it('is no news where Exchange keeps something else than what was pushed', async () => {
			const office = await bench();
			office.control.calendar(ANNA).create({ subject: 'Meeting', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', html: body(5), meeting });
			const { envelope, record } = onlyEvent(await office.pull(strip));
			const push = async (location: string) => await office.pushOne('appointment', { externalId: 'm', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record: { ...record, location, cancelled: true } });
			expect(await push('Room 7')).toMatchObject({ outcome: 'updated', keptFields: ['cancelled'] });
			expect([told(await office.pull(strip)), (await push('Room 7')).outcome]).toEqual([[], 'unchanged']);
			expect((await office.delete('appointment', [{ externalId: 'm' }])).map(({ outcome }) => outcome)).toEqual(['deleted']);
		});

		it('is deleted, as nobody has changed it', async () => {
			const office = await bench();
			office.control.calendar(ANNA).create({ subject: 'Meeting', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', html: body(5), meeting });
			const { envelope, record } = onlyEvent(await office.pull(strip));
			await office.pushOne('appointment', { externalId: 'm', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record });
			expect((await office.delete('appointment', [{ externalId: 'm' }])).map(({ outcome }) => outcome)).toEqual(['deleted']);
		});

		it('keeps the texts of its exceptions, too', async () => {
			const office = await bench();
			const calendar = office.control.calendar(ANNA);
			const item = calendar.create({ subject: 'Series', zone: 'Europe/Zurich', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', html: body(5), meeting, series: { pattern: { kind: 'Daily', interval: 1 }, count: 9 } });
			calendar.editOccurrence(item, '2026-03-06', { html: body(6) });
			calendar.editOccurrence(item, '2026-03-07', { html: body(7, 'pie') });
			calendar.editOccurrence(item, '2026-03-08', { location: 'Hall' });
			const { envelope, record } = onlyEvent(await office.pull(strip));
			const [pie, hall] = [{ originalStart: '2026-03-07T08:00:00Z', text: 'Bring a pie' }, { originalStart: '2026-03-08T08:00:00Z', location: 'Hall' }];
			expect(record).toMatchObject({ text: 'Bring a cake', recurrence: { exceptions: [pie, hall] } });
			const seen = record as AppointmentRecord;
			const push = async (more: Partial<AppointmentRecord>, changeKey?: string) => (await office.pushOne('appointment', { externalId: 's', exchangeId: envelope.exchangeId, changeKey, record: { ...seen, ...more } })).outcome;
			expect(await push({}, envelope.changeKey)).toBe('unchanged');
			const texts = async () => (await seenByAnother(office))[0]!.recurrence!.exceptions.map(({ text }) => text?.replace(/\s+/g, ' ').replace(/^.*?(\d March).*\*/, '$1'));
			expect(await texts()).toEqual(['6 March Bring a cake', '7 March Bring a pie', undefined]);
			expect(await push({ recurrence: { ...seen.recurrence!, exceptions: [pie, { ...hall, location: 'Room 9' }] } })).toBe('updated');
			expect([await texts(), item.body?.content]).toEqual([['6 March Bring a cake', '7 March Bring a pie', undefined], body(5)]);
			expect(await push({ recurrence: { ...seen.recurrence!, exceptions: [{ ...pie, text: 'Bring nothing' }, hall] } })).toBe('updated');
			expect(await texts()).toEqual(['6 March Bring a cake', 'Bring nothing', undefined]);
			expect(told(await office.pull(strip))).toEqual([]);
		});
	});

	it('invitation-as-email: an invitation that arrived is an email with invite.ics, which nobody can answer', async () => {
		const office = await bench();
		office.control.calendar(BEN).create({ subject: 'Come', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', invite: [ANNA] });
		const mails = (await office.pull({ withAttachments: true })).events.filter(({ envelope }) => envelope.kind === 'email');
		expect(mails).toHaveLength(1);
		expect(mails[0]?.record).toMatchObject({ subject: 'Come', attachments: [{ name: 'invite.ics', contentType: 'application/ics' }] });
		const ics = mails[0]?.attachments[0]?.content?.toString() ?? '';
		expect(ics).toContain('METHOD:PUBLISH');
		expect(ics).toContain('SUMMARY:Come');
	});

	it('invitation-as-email: a participant who is an account gets an ordinary mail with invite.ics once, and nothing is sent', async () => {
		const office = await bench({ accounts: BOTH });
		const item = { account: 'anna', externalId: 'a1', record: appointment({ participants: [{ name: 'Ben', address: BEN }] }) };
		await office.push('appointment', [item], { deliverInvitations: true });
		await office.push('appointment', [item], { deliverInvitations: true });
		expect(office.control.outbox()).toEqual([]);
		expect(office.outlook(BEN).items('inbox')).toMatchObject([{ itemClass: 'IPM.Note', isDraft: false, isRead: false }]);
		const [mail] = office.outlook(BEN).items('inbox');
		const [file, ...more] = office.outlook(BEN).item(mail!.id).attachments;
		expect([file?.name, more]).toEqual(['invite.ics', []]);
		expect(file?.type === 'file' && file.content?.toString()).toContain('METHOD:PUBLISH');
		expect(told(await office.pull())).toEqual([]);
	});

	it('invitation-as-email: each version of an appointment that has no key of its own has the same UID', async () => {
		const office = await bench({ accounts: BOTH });
		for (const location of ['Room 1', 'Room 2']) await office.push('appointment', [{ account: 'anna', externalId: 'a1', record: appointment({ key: '', location, participants: [{ name: 'Ben', address: BEN }] }) }], { deliverInvitations: true });
		const files = office.outlook(BEN).items('inbox').map(({ id }) => office.outlook(BEN).item(id).attachments[0]);
		const uids = files.map((file) => /^UID:(.+)$/m.exec((file?.type === 'file' && file.content?.toString()) || '')?.[1]?.trim());
		expect(uids).toEqual([expect.stringMatching(/^[\w-]{22}@/), uids[0]]);
	});

	it('series and single appointments tell nobody, whatever is done to them', async () => {
		const office = await bench({ accounts: BOTH });
		const participants = [{ name: 'Ben', address: BEN }];
		await office.push('appointment', [{ account: 'anna', externalId: 's1', record: series({ participants }) }]);
		await office.push('appointment', [{ account: 'anna', externalId: 's1', record: series({ participants, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=10', exceptions: [{ originalStart: '2026-03-09T08:00:00Z', subject: 'Once' }], deleted: ['2026-03-16T08:00:00Z'] } }) }]);
		await office.delete('appointment', [{ account: 'anna', externalId: 's1' }, { account: 'ben', externalId: 's1' }], { mode: 'permanently' });
		expect(office.control.outbox()).toEqual([]);
		expect(office.outlook().items('calendar')).toEqual([]);
	});
});
