import { z } from 'zod';
import { body, categories, day, instant, line, oneOf, readShape, refuseOtherKind, shapeByZone, truth, wholeNumber, withoutUndefined, zoneOf } from './accepted-forms';
import { ADDRESSES } from './mail-addresses';
import { dayOf } from './point-in-time';
import { RecordError } from './record-error';
import type { TaskRecord, TaskStatus } from './task';

const STATES: readonly TaskStatus[] = ['notStarted', 'inProgress', 'completed', 'waitingOnOthers', 'deferred'];

/** Most minutes of work (MS-OXOTASK 2.2.2.2.19). */
const MOST_WORK = 0x5ae980df;

const shapeFor = shapeByZone((zone) =>
	z.object({
		key: line('').transform((key) => key.trim()),
		subject: line(''),
		text: body(''),
		startDate: day(undefined, zone),
		dueDate: day(undefined, zone),
		status: oneOf(STATES, undefined),
		percentComplete: wholeNumber(undefined, 0, 100),
		completedDate: day(undefined, zone),
		importance: oneOf(['low', 'normal', 'high'], 'normal'),
		sensitivity: oneOf(['normal', 'personal', 'private', 'confidential'], 'normal'),
		categories,
		reminderAt: instant(null, zone),
		totalWork: wholeNumber(undefined, 0, MOST_WORK),
		actualWork: wholeNumber(undefined, 0, MOST_WORK),
		assignee: ADDRESSES.one,
		recurring: truth(undefined),
	}),
);

/**
 * Makes a task record of what a builder sends. A missing status follows from the others: completed with a completion date or 100 per cent, in progress with
 * some per cent. A completed task is at 100 per cent whatever was sent, which is what Exchange makes of it. Of a date with a
 * time, the day on which it falls in the zone is kept, as Exchange's tasks have dates only.
 *
 * @param context.timeZone zone for times without one
 * @param context.now a completion after this day is refused, as Exchange refuses it (ErrorInvalidCompleteDate)
 * @throws RecordError
 */
export function checkTask(input: Record<string, unknown>, context: { timeZone: string; now: number }): TaskRecord {
	refuseOtherKind(input, 'task');
	const zone = zoneOf(input.timeZone, context.timeZone);
	const { status: sentStatus, percentComplete: sentPercent, ...read } = readShape(shapeFor(zone), input);
	const { startDate, dueDate, completedDate } = read;
	const status = sentStatus ?? impliedStatus(completedDate, sentPercent ?? 0);
	if (status === 'notStarted' && (sentPercent ?? 0) > 0) throw new RecordError('percentComplete', sentPercent, '0 with status notStarted, or the status must be inProgress');
	if (status !== 'completed' && sentPercent === 100) throw new RecordError('percentComplete', sentPercent, `below 100 with status ${status}, or the status must be completed`);
	if (status !== 'completed' && completedDate !== undefined) throw new RecordError('completedDate', completedDate, `absent with status ${status}`);
	if (startDate !== undefined && dueDate !== undefined && dueDate < startDate) throw new RecordError('dueDate', dueDate, `on or after startDate ${startDate}`);
	const today = dayOf(new Date(context.now), zone);
	if (completedDate !== undefined && today !== undefined && completedDate > today) throw new RecordError('completedDate', completedDate, `not in the future (today is ${today})`);
	return withoutUndefined({ kind: 'task' as const, ...read, status, percentComplete: status === 'completed' ? 100 : (sentPercent ?? 0) });
}

function impliedStatus(completedDate: string | undefined, percent: number): TaskStatus {
	if (completedDate !== undefined || percent === 100) return 'completed';
	return percent > 0 ? 'inProgress' : 'notStarted';
}
