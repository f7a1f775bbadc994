import { describe, expect, it } from 'vitest';

import type { RecordKind } from '../../../src/records/common-fields.ts';
import { appointment, email, series, task } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { type ConnectorBench, type GivenItem, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();

const KINDS: ReadonlyArray<[RecordKind, string, (subject: string) => object]> = [
	['email', 'inbox', (subject) => email({ subject })],
	['appointment', 'calendar', (subject) => appointment({ subject })],
	['task', 'tasks', (subject) => task({ subject })],
];

/** A pushed item and its user's copy of it, as the trigger hands that over: what the other system takes under `x2`. */
async function copied(office: ConnectorBench, kind: RecordKind, folder: string, record: object): Promise<{ original: string; copy: GivenItem & { exchangeId: string } }> {
	await office.pull();
	const { exchangeId } = await office.pushOne(kind, { externalId: 'x1', record });
	await office.pull();
	office.advance(60_000);
	office.outlook().copy(exchangeId!, folder);
	const { envelope, record: told } = onlyEvent(await office.pull());
	return { original: exchangeId!, copy: { externalId: 'x2', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record: told } };
}

describe('a copy that the other system takes under an external id of its own', () => {
	it.each(KINDS)('is its own record from then on, also while it says what the original does (%s)', async (kind, folder, record) => {
		const office = await bench();
		const { original, copy } = await copied(office, kind, folder, record('As it was'));
		expect(await office.pushOne(kind, copy)).toMatchObject({ outcome: 'unchanged', exchangeId: copy.exchangeId });
		expect(await office.pushOne(kind, { externalId: 'x2', record: copy.record })).toMatchObject({ outcome: 'unchanged', exchangeId: copy.exchangeId });
		expect(await office.pushOne(kind, { externalId: 'x1', record: record('As it was') })).toMatchObject({ outcome: 'unchanged', exchangeId: original });

		office.outlook().remove(original, 'hard');
		expect(await office.delete(kind, [{ externalId: 'x1' }])).toMatchObject([{ outcome: 'unchanged' }]);
		expect(office.outlook().items(folder).map(({ id }) => id)).toEqual([copy.exchangeId]);
		const again = await office.pushOne(kind, { externalId: 'x1', record: record('Changed') });
		expect(again).toMatchObject({ outcome: 'created' });
		expect(office.outlook().items(folder).map(({ subject }) => subject).sort()).toEqual(['As it was', 'Changed']);
	});

	it.each(KINDS)('is told by its external id, and what is pushed into it is no event (%s)', async (kind, folder, record) => {
		const office = await bench();
		const { copy } = await copied(office, kind, folder, record('As it was'));
		await office.pushOne(kind, copy);
		expect(told(await office.pull())).toEqual([]);
		office.outlook().edit(copy.exchangeId, { categories: ['Theirs'] });
		expect(onlyEvent(await office.pull()).envelope).toMatchObject({ event: 'updated', exchangeId: copy.exchangeId, externalId: 'x2' });
		await office.pushOne(kind, { externalId: 'x2', record: { ...copy.record, categories: ['Ours'] } }, { conflictPolicy: 'otherSystemWins' });
		expect(told(await office.pull())).toEqual([]);
	});

	it('is its own record also where its contents were changed, on either side', async () => {
		const office = await bench();
		const { original, copy } = await copied(office, 'task', 'tasks', task());
		expect(await office.pushOne('task', { ...copy, record: { ...copy.record, subject: 'Ours' } })).toMatchObject({ outcome: 'updated', exchangeId: copy.exchangeId });
		expect(await office.pushOne('task', { externalId: 'x2', record: { ...copy.record, subject: 'Ours' } })).toMatchObject({ outcome: 'unchanged', exchangeId: copy.exchangeId });
		expect(await office.pushOne('task', { externalId: 'x1', record: task({ subject: 'Original' }) })).toMatchObject({ outcome: 'updated', exchangeId: original });
	});

	it("a change of its user's before it is taken stays, and is told", async () => {
		const office = await bench();
		const { copy } = await copied(office, 'task', 'tasks', task());
		office.outlook().edit(copy.exchangeId, { subject: 'Theirs' });
		expect(await office.pushOne('task', copy)).toMatchObject({ outcome: 'unchanged', exchangeId: copy.exchangeId });
		const { envelope, record } = onlyEvent(await office.pull());
		expect([envelope.exchangeId, envelope.externalId, record?.subject]).toEqual([copy.exchangeId, 'x2', 'Theirs']);
	});

	it('series-pattern-changed: the pattern of the original says nothing of the copy', async () => {
		const office = await bench();
		await office.pull();
		const { exchangeId } = await office.pushOne('appointment', { externalId: 'x1', record: series() });
		await office.pull();
		office.advance(60_000);
		const copy = office.outlook().idOf(office.outlook().copy(exchangeId!, 'calendar'));
		const mailbox = await office.mailbox();
		const [read] = await mailbox.read('appointment', [copy], { body: 'text', timeZone: 'Europe/Zurich' });
		if (read?.ok !== true) throw read?.fault ?? new Error('not read');
		const changed = { ...read.value.record, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=7', exceptions: [], deleted: [] } };
		await mailbox.update('appointment', [{ stored: read.value, record: changed, ifChanged: 'refuse' }]);
		const { envelope, record } = onlyEvent(await office.pull());
		expect([envelope.event, envelope.exchangeId, envelope.externalId]).toEqual(['created', copy, undefined]);
		const taken = { externalId: 'x2', exchangeId: copy, changeKey: envelope.changeKey };
		expect(await office.pushOne('appointment', { ...taken, record: { ...record, subject: 'Ours' } })).toMatchObject({ outcome: 'updated', exchangeId: copy });
		expect(await office.pushOne('appointment', { externalId: 'x2', record: { ...record, subject: 'Ours again' } })).toMatchObject({ outcome: 'updated', exchangeId: copy });
	});
});
