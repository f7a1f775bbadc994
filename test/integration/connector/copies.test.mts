import { describe, expect, it } from 'vitest';

import { email, task } from '../../sync/records.mts';
import { onlyEvent, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

describe('a copy that a user makes in the very second in which push creates the original', () => {
	it.each([true, false])('one of the two is told as new, and pull and push take the same one for the original (a poll in between: %s)', async (pollBetween) => {
		const office = await bench();
		await office.pull();
		// Many: ids differ in other letters each time, and their order as text is not that of their numbers.
		for (let n = 0; n < 12; n++) {
			const record = email({ key: `<${n}@x>`, subject: `No ${n}` });
			const { exchangeId } = await office.pushOne('email', { externalId: `m${n}`, record });
			if (pollBetween) expect(told(await office.pull())).toEqual([]);
			const copy = office.outlook().idOf(office.outlook().copy(exchangeId!, n % 2 === 0 ? 'inbox' : 'sentitems'));
			const { envelope } = onlyEvent(await office.pull());
			expect([envelope.event, envelope.exchangeId, envelope.externalId]).toEqual(['created', copy, undefined]);
			expect(await office.pushOne('email', { externalId: `m${n}`, record: { ...record, categories: ['Ours'] } })).toMatchObject({ outcome: 'updated' });
			expect(office.outlook().item(exchangeId!).properties['item:Categories']).toEqual(['Ours']);
			office.outlook().edit(copy, { categories: ['Theirs'] });
			const changed = onlyEvent(await office.pull());
			expect([changed.envelope.exchangeId, changed.envelope.externalId]).toEqual([copy, undefined]);
			office.outlook().edit(exchangeId!, { categories: ['Both'] });
			expect(onlyEvent(await office.pull()).envelope).toMatchObject({ exchangeId, externalId: `m${n}` });
		}
	});

	it('also for tasks', async () => {
		const office = await bench();
		await office.pull();
		const { exchangeId } = await office.pushOne('task', { externalId: 't1', record: task() });
		office.outlook().copy(exchangeId!, 'tasks');
		expect(onlyEvent(await office.pull()).envelope).toMatchObject({ event: 'created' });
		await office.pushOne('task', { externalId: 't1', record: task({ subject: 'Changed' }) });
		expect(office.outlook().items('tasks').map(({ subject }) => subject).sort()).toEqual(['Changed', 'Write the report']);
	});
});
