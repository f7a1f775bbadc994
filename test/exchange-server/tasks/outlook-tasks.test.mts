import { describe, expect, it } from 'vitest';
import { childText, listOf, type XmlElement } from '../xml/element.mts';
import { idOf, newExchange, type Session } from '../calendar/in-process.mts';
import { findAll, get } from '../calendar/requests.mts';
import { OutlookTasks } from './outlook-tasks.mts';

const EXTENDED = [
	'<t:ExtendedFieldURI DistinguishedPropertySetId="Task" PropertyId="33043" PropertyType="Integer"/>',
	'<t:ExtendedFieldURI DistinguishedPropertySetId="Common" PropertyId="34072" PropertyType="Integer"/>',
].join('');

function office(): { anna: OutlookTasks; bob: OutlookTasks; sessions: Session[] } {
	const { exchange, sessions } = newExchange('2026-01-05T08:00:00Z', 'anna', 'bob');
	return { anna: new OutlookTasks(exchange, 'anna@example.test'), bob: new OutlookTasks(exchange, 'bob@example.test'), sessions };
}

async function read(session: Session | undefined, id: string): Promise<XmlElement> {
	if (!session) throw new RangeError('no session');
	return session.item(get(id, `<t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties>${EXTENDED}</t:AdditionalProperties>`));
}

function extended(item: XmlElement): (string | undefined)[] {
	return item.children.filter(({ name }) => name === 'ExtendedProperty').map((each) => childText(each, 'Value'));
}

describe('tasks in Outlook', () => {
	it('lie in two mailboxes once they are delegated, each copy marked on the wire as Exchange marks it', async () => {
		const { anna, bob, sessions } = office();
		const mine = anna.create({ subject: 'Plan', dueDate: '2026-02-01' });
		const theirs = anna.assign(mine, bob);
		const facts = (item: XmlElement): (string | undefined)[] => ['DelegationState', 'Owner', 'Delegator', 'IsAssignmentEditable', 'DueDate'].map((name) => childText(item, name));
		const [annas, bobs] = [await read(sessions[0], anna.idOf(mine)), await read(sessions[1], bob.idOf(theirs))];
		expect(facts(annas)).toEqual(['OwnNew', 'Bob', 'Anna', '1', '2026-02-01T00:00:00Z']);
		expect(facts(bobs)).toEqual(['OwnNew', 'Bob', 'Anna', '1', '2026-02-01T00:00:00Z']);
		expect([extended(annas), extended(bobs)]).toEqual([
			['3', '1'],
			['2', '1'],
		]);
		const { items } = (await sessions[1]?.one(findAll('inbox'))) ?? { items: [] };
		expect(items.map((item) => [item.name, childText(item, 'ItemClass')])).toEqual([['Message', 'IPM.TaskRequest']]);
	});

	it('are edited, completed, deleted and restored', async () => {
		const { anna, sessions } = office();
		const made = anna.create({ subject: 'Plan', startDate: '2026-01-07', reminderAt: '2026-01-07T07:00:00Z', totalWork: 60 });
		anna.edit(made, { percentComplete: 40, dueDate: '2026-01-09', startDate: null });
		const item = await read(sessions[0], anna.idOf(made));
		expect(['Status', 'PercentComplete', 'StartDate', 'DueDate', 'ReminderDueBy', 'TotalWork'].map((name) => childText(item, name))).toEqual(['InProgress', '40', undefined, '2026-01-09T00:00:00Z', '2026-01-07T07:00:00Z', '60']);
		expect(childText(await read(sessions[0], anna.idOf(anna.complete(made))), 'CompleteDate')).toBe('2026-01-05T08:00:00Z');
		const restored = anna.restore(anna.delete(made));
		expect(anna.idOf(restored)).not.toBe(idOf(item));
		expect(anna.find('Plan')).toHaveLength(1);
	});

	it('become recurring and leave completed copies', async () => {
		const { anna, sessions } = office();
		const made = anna.create({ subject: 'Report' });
		anna.makeRecurring(made, { kind: 'Weekly', interval: 1, daysOfWeek: ['Friday'], firstDayOfWeek: 'Monday' }, '2026-01-05');
		expect(childText(await read(sessions[0], anna.idOf(made)), 'StartDate')).toBe('2026-01-09T00:00:00Z');
		anna.complete(made);
		expect(childText(await read(sessions[0], anna.idOf(made)), 'StartDate')).toBe('2026-01-16T00:00:00Z');
		expect(anna.find('Report')).toHaveLength(2);
		expect(listOf(await read(sessions[0], anna.idOf(made)), 'Recurrence')).toHaveLength(2);
	});
});
