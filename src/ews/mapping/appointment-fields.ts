import type { AppointmentRecord, BusyStatus } from '../../records/appointment';
import { type AnyField } from './field-table';
import { CATEGORIES_FIELD, IMPORTANCE_FIELD, SENSITIVITY_FIELD, SUBJECT_FIELD } from './item-fields';
import { PLAIN_BODY, plainBody, plainBodyOf, sameText } from './plain-body';
import { type WireNode, flag, integer, text } from './wire-node';
import { recordWord, wireWord } from './wire-values';
import { element } from './xml-element';

/** EWS `t:LegacyFreeBusyType`. */
export const BUSY_STATUS: Readonly<Record<string, BusyStatus>> = {
	Free: 'free',
	Tentative: 'tentative',
	Busy: 'busy',
	OOF: 'oof',
	WorkingElsewhere: 'workingElsewhere',
};

/**
 * The fields of an appointment that stand for themselves, property by property. Times and zone (appointment-times.ts) and the series
 * (appointment-series.ts) hang together and stand apart. Organizer, attendees and attachments are neither read nor written (rules
 * `meeting-as-appointment`, `attachments-email-only`).
 */
export const APPOINTMENT_FIELDS: ReadonlyArray<AnyField<AppointmentRecord>> = [
	{ name: 'key', path: { uri: 'calendar:UID' }, direction: 'read', read: (item) => text(item, 'UID') },
	SUBJECT_FIELD,
	{
		name: 'location',
		path: { uri: 'calendar:Location' },
		direction: 'both',
		read: (item) => text(item, 'Location') ?? '',
		write: (record) => element('Location', record.location),
	},
	{ name: 'text', path: PLAIN_BODY, direction: 'both', read: plainBodyOf, write: (record) => plainBody(record.text), same: sameText },
	{
		name: 'busyStatus',
		path: { uri: 'calendar:LegacyFreeBusyStatus' },
		direction: 'both',
		read: (item) => recordWord(BUSY_STATUS, text(item, 'LegacyFreeBusyStatus'), 'busy'),
		write: (record) => element('LegacyFreeBusyStatus', wireWord(BUSY_STATUS, record.busyStatus)),
	},
	IMPORTANCE_FIELD,
	SENSITIVITY_FIELD,
	CATEGORIES_FIELD,
	{
		// Without it Exchange gives every new appointment the reminder of the mailbox's settings.
		name: 'reminderMinutes',
		path: { uri: 'item:ReminderIsSet' },
		direction: 'both',
		read: reminderMinutesOf,
		write: (record) => element('ReminderIsSet', String(record.reminderMinutes !== null)),
	},
	{
		name: 'reminderMinutes',
		path: { uri: 'item:ReminderMinutesBeforeStart' },
		direction: 'both',
		read: () => undefined,
		write: (record) => element('ReminderMinutesBeforeStart', String(record.reminderMinutes ?? 0)),
		same: (one, other) => other === null || one === other,
	},
	{ name: 'cancelled', path: { uri: 'calendar:IsCancelled' }, direction: 'read', read: (item) => flag(item, 'IsCancelled') ?? false },
];

/** Minutes before the start; null: no reminder. */
export function reminderMinutesOf(item: WireNode): number | null {
	return flag(item, 'ReminderIsSet') === true ? (integer(item, 'ReminderMinutesBeforeStart') ?? 0) : null;
}
