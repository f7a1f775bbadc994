import { describe, expect, it } from 'vitest';
import { child, childText, descend } from '../xml/element.mts';
import { idOf, newExchange, type Session } from '../calendar/in-process.mts';
import { byId, create, findAll, get, remove, set, update } from '../calendar/requests.mts';

const NOW = '2026-03-05T10:00:00Z';

function one(): Session {
	const session = newExchange(NOW, 'anna').sessions[0];
	if (!session) throw new RangeError('no session');
	return session;
}

function task(subject: string, more = ''): string {
	return `<t:Task><t:Subject>${subject}</t:Subject>${more}</t:Task>`;
}

function recurrence(pattern: string, range: string): string {
	return `<t:Recurrence>${pattern}${range}</t:Recurrence>`;
}

const COMPLETED = set('task:Status', '<t:Status>Completed</t:Status>', 'Task');
const THREE_TIMES = '<t:NumberedRecurrence><t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence>';

async function made(session: Session, text: string): Promise<string> {
	return idOf(await session.item(create(text, '')));
}

async function facts(session: Session, id: string, ...names: string[]): Promise<(string | undefined)[]> {
	const item = await session.item(get(id));
	return names.map((name) => childText(item, name));
}

describe('tasks', () => {
	it('keep start and due date as UTC midnights of the day in UTC', async () => {
		const session = one();
		const id = await made(session, task('Report', '<t:DueDate>2026-03-09T23:00:00+01:00</t:DueDate><t:StartDate>2026-03-05T11:59:00Z</t:StartDate>'));
		expect(await facts(session, id, 'StartDate', 'DueDate')).toEqual(['2026-03-05T00:00:00Z', '2026-03-09T00:00:00Z']);
	});

	it('are born not started, owned and not delegated', async () => {
		const session = one();
		const id = await made(session, task('Report'));
		expect(await facts(session, id, 'ItemClass', 'Status', 'PercentComplete', 'IsComplete', 'IsRecurring', 'DelegationState', 'IsAssignmentEditable', 'Owner', 'ReminderIsSet', 'StatusDescription')).toEqual([
			'IPM.Task',
			'NotStarted',
			'0',
			'false',
			'false',
			'NoMatch',
			'0',
			'Anna',
			'false',
			'Not Started',
		]);
	});

	it('take the server\'s time as the date of completion', async () => {
		const session = one();
		const id = await made(session, task('Report'));
		await session.item(update(byId(id), COMPLETED + set('task:CompleteDate', '<t:CompleteDate>2020-01-01T00:00:00Z</t:CompleteDate>', 'Task'), ''));
		expect(await facts(session, id, 'Status', 'PercentComplete', 'IsComplete', 'CompleteDate', 'ChangeCount')).toEqual(['Completed', '100', 'true', NOW, '2']);
		await session.item(update(byId(id), set('task:PercentComplete', '<t:PercentComplete>50</t:PercentComplete>', 'Task'), ''));
		expect(await facts(session, id, 'Status', 'PercentComplete', 'IsComplete', 'CompleteDate')).toEqual(['InProgress', '50', 'false', undefined]);
	});

	it('refuse a date of completion in the future', async () => {
		const session = one();
		const id = await made(session, task('Report'));
		await expect(session.item(update(byId(id), set('task:CompleteDate', '<t:CompleteDate>2100-01-01T00:00:00Z</t:CompleteDate>', 'Task'), ''))).rejects.toMatchObject({ code: 'ErrorInvalidCompleteDate' });
		expect(await facts(session, id, 'Status')).toEqual(['NotStarted']);
	});

	it('need to be told which occurrences a deletion concerns', async () => {
		const session = one();
		const id = await made(session, task('Report'));
		await expect(session.one(remove(byId(id), ''))).rejects.toMatchObject({ code: 'ErrorAffectedTaskOccurrencesRequired' });
		await session.one(remove(byId(id), 'AffectedTaskOccurrences="AllOccurrences"'));
		expect((await session.one(findAll('tasks'))).items).toEqual([]);
	});

	it('stand in task folders only', async () => {
		const session = one();
		const text = create(task('Report'), '').replace('<m:Items>', '<m:SavedItemFolderId><t:DistinguishedFolderId Id="inbox"/></m:SavedItemFolderId><m:Items>');
		await expect(session.one(text)).rejects.toMatchObject({ code: 'ErrorCannotCreateTaskInNonTaskFolder' });
	});

	it('leave a detached copy of a completed occurrence and go on to the next', async () => {
		const session = one();
		const pattern = '<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>';
		const id = await made(session, task('Weekly report', recurrence(pattern, THREE_TIMES)));
		expect(await facts(session, id, 'IsRecurring', 'StartDate', 'DueDate')).toEqual(['true', '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z']);
		await session.item(update(byId(id), COMPLETED, ''));
		expect(await facts(session, id, 'Status', 'IsRecurring', 'StartDate', 'CompleteDate')).toEqual(['NotStarted', 'true', '2026-03-09T00:00:00Z', undefined]);
		const copy = (await session.one(findAll('tasks'))).items.map(idOf).find((each) => each !== id) ?? '';
		expect(await facts(session, copy, 'Status', 'IsRecurring', 'StartDate')).toEqual(['Completed', 'false', '2026-03-02T00:00:00Z']);
		const field = '<t:ExtendedFieldURI DistinguishedPropertySetId="Task" PropertyId="33033" PropertyType="Boolean"/>';
		const dead = await session.item(get(copy, `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field}</t:AdditionalProperties>`));
		expect(descend(dead, 'ExtendedProperty', 'Value')?.text).toBe('true');
		await session.item(update(byId(id), COMPLETED, ''));
		await session.item(update(byId(id), COMPLETED, ''));
		expect(await facts(session, id, 'Status', 'StartDate')).toEqual(['Completed', '2026-03-16T00:00:00Z']);
		expect((await session.one(findAll('tasks'))).items).toHaveLength(3);
	});

	it('regenerate so long after they were completed', async () => {
		const session = one();
		const id = await made(session, task('Water plants', recurrence('<t:DailyRegeneration><t:Interval>3</t:Interval></t:DailyRegeneration>', THREE_TIMES)));
		await session.item(update(byId(id), COMPLETED, ''));
		expect(await facts(session, id, 'Status', 'StartDate')).toEqual(['NotStarted', '2026-03-08T00:00:00Z']);
		const item = await session.item(get(id));
		expect(descend(item, 'Recurrence', 'DailyRegeneration', 'Interval')?.text).toBe('3');
		expect(descend(item, 'Recurrence', 'NumberedRecurrence', 'NumberOfOccurrences')?.text).toBe('2');
	});

	it('skip one occurrence when only that is deleted', async () => {
		const session = one();
		const id = await made(session, task('Daily', recurrence('<t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>', THREE_TIMES)));
		await session.one(remove(byId(id), 'AffectedTaskOccurrences="SpecifiedOccurrenceOnly"'));
		expect(await facts(session, id, 'StartDate')).toEqual(['2026-03-03T00:00:00Z']);
		expect(child(await session.item(get(id)), 'Recurrence')).toBeDefined();
	});
});
