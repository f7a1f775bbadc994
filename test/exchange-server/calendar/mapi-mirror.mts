import { extendedKey } from '../properties/extended.mts';
import type { DetachedItem } from '../store/item.mts';
import { flagOf, textOf } from '../store/item.mts';
import { appointmentState } from './calendar-properties.mts';
import { civilDate, formatInstant } from './civil-date.mts';
import { cleanGlobalObjectId, globalObjectId } from './global-object-id.mts';
import { isMaster, OCCURRENCE_DAY, spanOf } from './series.mts';

const BUSY_NUMBERS: Readonly<Record<string, number>> = { Free: 0, Tentative: 1, Busy: 2, OOF: 3, WorkingElsewhere: 4 };

/** Writes the MAPI properties that clients read instead of EWS's own, from what the item says now. */
export function mirrorToMapi(item: DetachedItem): void {
	const { start, end } = spanOf(item);
	const uid = textOf(item, 'calendar:UID') ?? '';
	const day = item.properties[OCCURRENCE_DAY];
	const put = (set: string, id: number, type: string, value: string): void => {
		item.extended[extendedKey(set, id)] = { type, value };
	};
	put('Meeting', 0x0003, 'Binary', globalObjectId(uid, typeof day === 'number' ? civilDate(day) : undefined).toString('base64'));
	put('Meeting', 0x0023, 'Binary', cleanGlobalObjectId(uid).toString('base64'));
	put('Appointment', 0x8205, 'Integer', String(BUSY_NUMBERS[textOf(item, 'calendar:LegacyFreeBusyStatus') ?? 'Busy'] ?? 2));
	put('Appointment', 0x820d, 'SystemTime', formatInstant(start));
	put('Appointment', 0x820e, 'SystemTime', formatInstant(end));
	put('Appointment', 0x8215, 'Boolean', String(flagOf(item, 'calendar:IsAllDayEvent')));
	put('Appointment', 0x8217, 'Integer', String(appointmentState(item)));
	put('Appointment', 0x8223, 'Boolean', String(isMaster(item)));
	put('Common', 0x8506, 'Boolean', String(['Private', 'Confidential'].includes(textOf(item, 'item:Sensitivity') ?? 'Normal')));
}
