import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';

const CONTEXT = { timeZone: 'Europe/Zurich', now: Date.UTC(2026, 2, 2, 12) };
const task = (input: Record<string, unknown>) => checkedRecord('task', input, CONTEXT);

describe('a task as builders send it', () => {
	it('is complete when nothing is given', () => {
		expect(task({})).toEqual({
			kind: 'task',
			key: '',
			subject: '',
			text: '',
			status: 'notStarted',
			percentComplete: 0,
			importance: 'normal',
			sensitivity: 'normal',
			categories: [],
			reminderAt: null,
		});
	});

	it('takes numbers and dates in their usual forms', () => {
		expect(
			task({ subject: 42, percentComplete: '50', totalWork: '120', actualWork: '', startDate: '2026-03-02T00:00:00.000Z', dueDate: '2026-03-05T17:00:00+01:00', reminderAt: '2026-03-05 08:00', assignee: 'Anna <a@x.example>', recurring: 'true' }),
		).toMatchObject({
			subject: '42',
			status: 'inProgress',
			percentComplete: 50,
			totalWork: 120,
			startDate: '2026-03-02',
			dueDate: '2026-03-05',
			reminderAt: '2026-03-05T07:00:00Z',
			assignee: { name: 'Anna', address: 'a@x.example' },
			recurring: true,
		});
	});

	it.each<[Record<string, unknown>, string, number]>([
		[{ percentComplete: 100 }, 'completed', 100],
		[{ completedDate: '2026-03-01' }, 'completed', 100],
		[{ status: 'completed', percentComplete: 30 }, 'completed', 100],
		[{ status: 'Waiting on others' }, 'waitingOnOthers', 0],
		[{ status: 'NotStarted' }, 'notStarted', 0],
	])('makes status and percentage of %j agree', (input, status, percentComplete) => {
		expect(task(input)).toMatchObject({ status, percentComplete });
	});

	it.each<[Record<string, unknown>, string]>([
		[{ percentComplete: 101 }, 'percentComplete'],
		[{ percentComplete: -1 }, 'percentComplete'],
		[{ percentComplete: 'half' }, 'percentComplete'],
		[{ percentComplete: 100, status: 'inProgress' }, 'percentComplete'],
		[{ percentComplete: 50, status: 'notStarted' }, 'percentComplete'],
		[{ completedDate: '2026-03-01', status: 'deferred' }, 'completedDate'],
		[{ completedDate: '2026-03-03' }, 'completedDate'],
		[{ startDate: '2026-03-05', dueDate: '2026-03-04' }, 'dueDate'],
		[{ dueDate: 'Friday' }, 'dueDate'],
		[{ dueDate: '4501-01-01' }, 'dueDate'],
		[{ dueDate: '1600-12-31' }, 'dueDate'],
		[{ status: 'done' }, 'status'],
		[{ totalWork: 1.5 }, 'totalWork'],
		[{ reminderAt: '2026-03-05' }, 'reminderAt'],
		[{ assignee: 'Anna' }, 'assignee'],
		[{ kind: 'email' }, 'kind'],
	])('refuses %j by its field', (input, field) => {
		expect(() => task(input)).toThrow(expect.objectContaining({ name: 'RecordError', field }));
	});
});
