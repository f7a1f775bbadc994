/** A series on Mondays at 9 in Zurich from 2 March 2026 on, all of them in winter, as the other system has it and as it stands in Exchange. */
import type { AppointmentRecord, Recurrence } from '../../../../src/records/appointment.ts';
import { series } from '../../../sync/records.mts';
import type { ConnectorBench } from '../connector-bench.mts';

export function weekly(externalId: string, recurrence: Partial<Recurrence> = {}, more: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return series({ key: `uid-${externalId}`, subject: externalId, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=10', exceptions: [], deleted: [], ...recurrence }, ...more });
}

/** Its occurrences by number, from 0, as instants. */
export function monday(index: number): string {
	return `${new Date(Date.UTC(2026, 2, 2 + 7 * index)).toISOString().slice(0, 10)}T08:00:00Z`;
}

export const MOVED = { originalStart: monday(1), start: '2026-03-10T10:00:00Z', end: '2026-03-10T11:00:00Z' };
export const RENAMED = { originalStart: monday(2), subject: 'Special' };
/** Takes all that there is: the item, the deletes of occurrences, their changes. */
export const WHOLE: Partial<Recurrence> = { exceptions: [MOVED, RENAMED], deleted: [monday(3)] };

/** What stands in Exchange. */
export async function stored(office: ConnectorBench, exchangeId: string | undefined): Promise<AppointmentRecord> {
	const [result] = await (await office.mailbox()).read('appointment', [exchangeId ?? ''], { body: 'both', timeZone: 'Europe/Zurich' });
	if (result?.ok !== true) throw result?.fault ?? new Error('nothing was read');
	return result.value.record;
}
