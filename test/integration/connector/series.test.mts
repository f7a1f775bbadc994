import { describe, expect, it } from 'vitest';

import type { AppointmentRecord, Recurrence, SeriesException } from '../../../src/records/appointment.ts';
import { sameContent } from '../../../src/records/content-hash.ts';
import { series } from '../../sync/records.mts';
import { ANNA, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';
import { CALENDAR, told } from '../../usual-connector.mts';

const bench = useBenches();

function weekly(recurrence: Partial<Recurrence> = {}, more: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return series({ ...more, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=30', exceptions: [], deleted: [], ...recurrence } });
}

async function stored(office: ConnectorBench): Promise<AppointmentRecord> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	return onlyEvent(await other.pull(undefined, office.pullOptions())).record as AppointmentRecord;
}

/** Mondays at 9 in Zurich from 2 March 2026 on, as instants. */
function monday(index: number): string {
	const day = new Date(Date.UTC(2026, 2, 2 + 7 * index));
	const summer = day >= new Date('2026-03-29') && day < new Date('2026-10-25');
	return `${day.toISOString().slice(0, 10)}T0${summer ? 7 : 8}:00:00Z`;
}

describe('series that the other system changes', () => {
	it('is created, moved in time, one occurrence moved, one deleted, one text changed, ended: Exchange holds the same each time', async () => {
		const office = await bench();
		const exceptions: SeriesException[] = [
			{ originalStart: monday(1), start: '2026-03-10T10:00:00Z', end: '2026-03-10T11:00:00Z' },
			{ originalStart: monday(5), text: 'Bring a cake' },
		];
		const steps: Array<[string, AppointmentRecord]> = [
			['created', weekly()],
			['one moved', weekly({ exceptions: exceptions.slice(0, 1) })],
			['one deleted', weekly({ exceptions: exceptions.slice(0, 1), deleted: [monday(4)] })],
			['one text changed', weekly({ exceptions, deleted: [monday(4)] })],
			['subject of all', weekly({ exceptions, deleted: [monday(4)] }, { subject: 'Renamed' })],
			['ended', weekly({ exceptions: exceptions.slice(0, 1), rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260323' }, { subject: 'Renamed' })],
			['another time', weekly({ rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260323' }, { start: '2026-03-02T10:00:00Z', end: '2026-03-02T11:30:00Z' })],
		];
		for (const [step, record] of steps) {
			const outcome = await office.pushOne('appointment', { externalId: 's1', record });
			expect([step, outcome.outcome, outcome.rule]).toEqual([step, step === 'created' ? 'created' : 'updated', undefined]);
			const seen = await stored(office);
			expect({ ...seen, key: record.key }, step).toEqual(record);
			expect([step, told(await office.pull())]).toEqual([step, []]);
			expect([step, (await office.pushOne('appointment', { externalId: 's1', record })).outcome]).toEqual([step, 'unchanged']);
		}
		expect(office.outlook().items('calendar')).toHaveLength(1);
		expect(office.control.outbox()).toEqual([]);
	});

	it('a changed exception touches that occurrence only', async () => {
		const office = await bench();
		const exceptions: SeriesException[] = [{ originalStart: monday(1), subject: 'First' }, { originalStart: monday(2), subject: 'Second' }];
		const { exchangeId } = await office.pushOne('appointment', { externalId: 's1', record: weekly({ exceptions }) });
		office.control.calendar(ANNA).editOccurrence(exchangeId!, '2026-03-09', { html: '<p>First <b>kept</b></p>' });
		const pulled = onlyEvent(await office.pull());
		office.requests();
		const seen = pulled.record as AppointmentRecord;
		const record = { ...seen, recurrence: { ...seen.recurrence!, exceptions: seen.recurrence!.exceptions.map((each) => (each.originalStart === monday(2) ? { ...each, subject: 'Second, changed' } : each)) } };
		await office.pushOne('appointment', { externalId: 's1', exchangeId: exchangeId!, changeKey: pulled.envelope.changeKey!, record });
		const updates = office.requests().filter(({ operation }) => operation === 'UpdateItem');
		const written = updates.map(({ request }) => request ?? '').join('');
		expect(written).toContain('Second, changed');
		expect(written).not.toContain('First');
		expect(written).not.toContain('<t:Recurrence>');
		expect(sameContent(await stored(office), record)).toBe(true);
	});

	it.each(['2026-10-25', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'])('an exception in an hour that clocks show twice, told as %s, is kept, deleted and left so', async (originalStart) => {
		const office = await bench();
		const push = async (location: string, recurrence: Partial<Recurrence>) => {
			const record = series({ start: '2026-10-24T00:30:00Z', end: '2026-10-24T00:45:00Z', location, recurrence: { rrule: 'FREQ=DAILY;COUNT=3', exceptions: [], deleted: [], ...recurrence } });
			const { outcome, exchangeId } = await office.pushOne('appointment', { externalId: 's', record });
			return [outcome, ...office.control.calendar(ANNA).occurrences(exchangeId!).map(({ subject }) => subject)];
		};
		const changed = { exceptions: [{ originalStart, subject: 'Guest' }] };
		expect(await push('Room 1', changed)).toEqual(['created', 'Jour fixe', 'Guest', 'Jour fixe']);
		expect(await push('Room 2', changed)).toEqual(['updated', 'Jour fixe', 'Guest', 'Jour fixe']);
		expect(await push('Room 2', { deleted: [originalStart] })).toEqual(['updated', 'Jour fixe', 'Jour fixe']);
		expect(await push('Room 3', { deleted: [originalStart] })).toEqual(['updated', 'Jour fixe', 'Jour fixe']);
		expect(told(await office.pull())).toEqual([]);
	});

	it('a user changes an occurrence in an hour that clocks show twice: it comes as long as it is', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('appointment', { externalId: 's', record: series({ start: '2026-10-24T00:30:00Z', end: '2026-10-24T00:45:00Z', recurrence: { rrule: 'FREQ=DAILY;COUNT=3', exceptions: [], deleted: [] } }) });
		office.control.calendar(ANNA).editOccurrence(exchangeId!, '2026-10-25', { subject: 'Guest' });
		expect((onlyEvent(await office.pull()).record as AppointmentRecord).recurrence?.exceptions).toEqual([{ originalStart: '2026-10-25T01:30:00Z', subject: 'Guest' }]);
	});

	it('series-too-many-exceptions: 20 are pushed, 21 are not', async () => {
		const office = await bench();
		const exceptions = Array.from({ length: 21 }, (_, index) => ({ originalStart: monday(index + 1), subject: `No ${index}` }));
		expect(await office.pushOne('appointment', { externalId: 's1', record: weekly({ exceptions: exceptions.slice(0, 20), deleted: [monday(25)] }) })).toMatchObject({ outcome: 'created' });
		expect((await stored(office)).recurrence?.exceptions).toHaveLength(20);
		expect(await office.pushOne('appointment', { externalId: 's1', record: weekly({ exceptions }) })).toMatchObject({ outcome: 'skipped', rule: 'series-too-many-exceptions' });
		expect((await stored(office)).recurrence?.exceptions).toHaveLength(20);
	});

	it('a whole series is deleted, and tells nobody', async () => {
		const office = await bench();
		await office.pushOne('appointment', { externalId: 's1', record: weekly() });
		expect((await office.delete('appointment', [{ externalId: 's1' }], { mode: 'permanently' })).map(({ outcome }) => outcome)).toEqual(['deleted']);
		expect([office.outlook().items('calendar'), office.outlook().items('deleteditems'), office.control.outbox()]).toEqual([[], [], []]);
	});
});

describe('series that Exchange changes', () => {
	async function withSeries() {
		const office = await bench();
		const calendar = office.control.calendar(ANNA);
		const item = calendar.create({
			subject: 'Jour fixe',
			start: '2026-03-02T09:00:00',
			end: '2026-03-02T10:00:00',
			zone: 'Europe/Zurich',
			location: 'Room 1',
			text: 'Agenda',
			series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' }, count: 30 } as never,
		});
		const first = onlyEvent(await office.pull());
		expect(first.record).toMatchObject({ recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=30' }, start: '2026-03-02T08:00:00Z', timeZone: 'Europe/Zurich' });
		return { office, calendar, item, id: calendar.idOf(item) };
	}

	it('time, one moved, one deleted, one text: each is an update of the series with the same id', async () => {
		const { office, calendar, id } = await withSeries();
		const next = async () => {
			const event = onlyEvent(await office.pull());
			expect(event.envelope).toMatchObject({ event: 'updated', exchangeId: id });
			return event.record as AppointmentRecord;
		};
		calendar.moveOccurrence(id, '2026-03-09', '2026-03-10T11:00:00', '2026-03-10T12:00:00');
		expect((await next()).recurrence?.exceptions).toEqual([{ originalStart: monday(1), start: '2026-03-10T10:00:00Z', end: '2026-03-10T11:00:00Z' }]);
		calendar.deleteOccurrence(id, '2026-03-30');
		expect((await next()).recurrence).toMatchObject({ deleted: [monday(4)], exceptions: [{ originalStart: monday(1) }] });
		calendar.editOccurrence(id, '2026-04-06', { text: 'Bring a cake', subject: 'Special' });
		expect((await next()).recurrence?.exceptions[1]).toEqual({ originalStart: monday(5), subject: 'Special', text: 'Bring a cake' });
		calendar.edit(id, { start: '2026-03-02T10:00:00', end: '2026-03-02T11:00:00', subject: 'Later' });
		expect(await next()).toMatchObject({ subject: 'Later', start: '2026-03-02T09:00:00Z' });
		expect(told(await office.pull())).toEqual([]);
	});

	it('series-pattern-changed: another pattern excludes the series for good, once reported, without a delete', async () => {
		const { office, calendar, id } = await withSeries();
		calendar.changePattern(id, { pattern: { kind: 'Daily', interval: 2 } });
		const changed = await office.pull();
		expect(changed.events).toEqual([]);
		expect(changed.outcomes).toMatchObject([{ outcome: 'skipped', rule: 'series-pattern-changed', exchangeId: id, subject: 'Jour fixe' }]);
		calendar.edit(id, { subject: 'Changed' });
		const later = await office.pull();
		expect([later.events, later.outcomes, later.summary.excluded]).toEqual([[], [], { 'series-pattern-changed': 1 }]);
		calendar.delete(id);
		expect((await office.pull()).events).toEqual([]);
	});

	it('series-pattern-changed: it stays excluded when it is moved to another watched calendar', async () => {
		const { office, calendar, id } = await withSeries();
		office.outlook().createFolder('Calendar/Team');
		const watches = [{ ...CALENDAR, includeSubfolders: true }];
		calendar.changePattern(id, { pattern: { kind: 'Daily', interval: 2 } });
		expect((await office.pull({ watches })).outcomes).toMatchObject([{ outcome: 'skipped', rule: 'series-pattern-changed' }]);
		const moved = office.outlook().idOf(office.outlook().move(id, 'Calendar/Team'));
		const later = await office.pull({ watches });
		expect([later.events, later.outcomes, later.summary.excluded]).toEqual([[], [], { 'series-pattern-changed': 2 }]);
		await office.pull({ watches, clearExclusions: 'now' });
		calendar.edit(moved, { subject: 'Theirs' });
		expect((await office.pull({ watches, clearExclusions: 'now' })).events).toMatchObject([{ envelope: { event: 'updated', exchangeId: moved }, record: { subject: 'Theirs' } }]);
	});

	it('series-pattern-changed: ending the series counts as a change; push leaves such a series alone, too; the operator lifts it', async () => {
		const { office, calendar, id } = await withSeries();
		const record = (await stored(office));
		await office.pushOne('appointment', { externalId: 's1', exchangeId: id, record });
		await office.pull();
		calendar.changePattern(id, { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' } as never, until: '2026-04-30' });
		expect((await office.pull()).outcomes).toMatchObject([{ rule: 'series-pattern-changed', externalId: 's1' }]);
		expect(await office.pushOne('appointment', { externalId: 's1', record: { ...record, subject: 'Ours' } })).toMatchObject({ outcome: 'skipped', rule: 'series-pattern-changed' });
		calendar.edit(id, { subject: 'Theirs' });
		expect((await office.pull()).events).toEqual([]);
		calendar.edit(id, { subject: 'Theirs again' });
		expect(told(await office.pull({ clearExclusions: 'now' }))).toEqual(['updated Theirs again']);
	});

	it('series-pattern-changed: for push it stays excluded when the pattern is changed back, until the operator lifts it', async () => {
		const office = await bench();
		const { exchangeId = '' } = await office.pushOne('appointment', { externalId: 's1', record: weekly() });
		await office.pull();
		const calendar = office.control.calendar(ANNA);
		const ours = { externalId: 's1', record: weekly({}, { subject: 'Ours' }) };
		const excluded = { outcome: 'skipped', rule: 'series-pattern-changed' };
		calendar.changePattern(exchangeId, { pattern: { kind: 'Daily', interval: 2 } });
		expect(await office.pushOne('appointment', ours)).toMatchObject(excluded);
		calendar.changePattern(exchangeId, { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' }, count: 30 });
		expect(await stored(office)).toMatchObject({ recurrence: weekly().recurrence });
		expect(await office.pushOne('appointment', ours)).toMatchObject(excluded);
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('appointment', ours, { clearExclusions: true, conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
		expect(await office.pushOne('appointment', { externalId: 's1', record: weekly({}, { subject: 'Next' }) })).toMatchObject({ outcome: 'updated' });
	});

	it('series-pattern-changed: a series that becomes a single appointment is excluded, for push, too', async () => {
		const { office, calendar, id } = await withSeries();
		const record = await stored(office);
		await office.pushOne('appointment', { externalId: 's1', exchangeId: id, record });
		await office.pull();
		calendar.makeSingle(id);
		const { events, outcomes } = await office.pull();
		expect([events, outcomes.map(({ rule }) => rule)]).toEqual([[], ['series-pattern-changed']]);
		expect(await office.pushOne('appointment', { externalId: 's1', record: { ...record, subject: 'Ours' } }, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'skipped', rule: 'series-pattern-changed' });
	});

	it('series-pattern-changed: what the other system makes of its series excludes nothing: a single appointment, and a series again', async () => {
		const office = await bench();
		const { recurrence: _none, ...single } = weekly();
		for (const record of [weekly(), single, weekly()]) {
			expect(['created', 'updated']).toContain((await office.pushOne('appointment', { externalId: 's1', record })).outcome);
			expect(await stored(office)).toEqual({ ...record, key: expect.any(String) as string });
			expect(told(await office.pull())).toEqual([]);
			expect(await office.pushOne('appointment', { externalId: 's1', record: { ...record, location: 'Room 2' } })).toMatchObject({ outcome: 'updated' });
			office.control.calendar(ANNA).edit(office.outlook().items('calendar')[0]!.id, { subject: 'Theirs' });
			const theirs = onlyEvent(await office.pull());
			expect(theirs.envelope).toMatchObject({ event: 'updated', externalId: 's1' });
			await office.pushOne('appointment', { externalId: 's1', changeKey: theirs.envelope.changeKey, exchangeId: theirs.envelope.exchangeId, record });
		}
	});

	it('series-pattern-changed: the pattern is the same in winter and summer, and after other times, texts and zones', async () => {
		const { office, calendar, id } = await withSeries();
		for (const now of ['2026-07-01T12:00:00Z', '2026-12-01T12:00:00Z', '2026-03-29T00:30:00Z', '2026-10-25T00:30:00Z']) {
			office.control.setClock(new Date(now));
			calendar.edit(id, { subject: `At ${now}` });
			const { events, outcomes } = await office.pull();
			expect([now, events.length, outcomes]).toEqual([now, 1, []]);
		}
		calendar.edit(id, { start: '2026-03-02T23:30:00', end: '2026-03-03T00:30:00' });
		const { events, outcomes } = await office.pull();
		expect([events.length, outcomes]).toEqual([1, []]);
	});

	it('series-deleted-permanently: a deleted series is deleted for good, anything else is not', async () => {
		const { office, calendar, id } = await withSeries();
		const single = calendar.create({ subject: 'Single', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00' });
		await office.pull();
		calendar.delete(id);
		calendar.delete(single);
		const { events } = await office.pull();
		expect(events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.permanent])).toEqual(
			expect.arrayContaining([['deleted', id, true], ['deleted', calendar.idOf(single), false]]),
		);
	});

	it('series-too-many-exceptions: 20 are pulled, the 21st excludes the series; deleted occurrences do not count', async () => {
		const { office, calendar, id } = await withSeries();
		const day = (index: number) => monday(index).slice(0, 10);
		for (let index = 1; index <= 20; index++) calendar.editOccurrence(id, day(index), { subject: `No ${index}` });
		for (let index = 21; index <= 24; index++) calendar.deleteOccurrence(id, day(index));
		const twenty = onlyEvent(await office.pull()).record as AppointmentRecord;
		expect([twenty.recurrence?.exceptions.length, twenty.recurrence?.deleted.length]).toEqual([20, 4]);
		calendar.editOccurrence(id, day(25), { subject: 'One too many' });
		const { events, outcomes } = await office.pull();
		expect([events, outcomes.map(({ rule }) => rule)]).toEqual([[], ['series-too-many-exceptions']]);
		calendar.edit(id, { subject: 'Changed' });
		expect((await office.pull()).outcomes).toEqual([]);
		calendar.delete(id);
		expect((await office.pull()).events).toEqual([]);
	});
});
