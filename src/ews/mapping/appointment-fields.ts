import type { AppointmentRecord, BusyStatus } from '../../records/appointment';
import { type AnyField, sameSet } from './field-table';
import { categoriesElement } from './new-email';
import { PLAIN_BODY, plainBody, plainBodyOf, sameText } from './plain-body';
import { type WireNode, flag, integer, text } from './wire-node';
import { IMPORTANCE, SENSITIVITY, categoriesOf, recordWord, wireWord } from './wire-values';
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
	{
		name: 'subject',
		path: { uri: 'item:Subject' },
		direction: 'both',
		read: (item) => text(item, 'Subject') ?? '',
		write: (record) => element('Subject', record.subject),
	},
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
	{
		name: 'importance',
		path: { uri: 'item:Importance' },
		direction: 'both',
		read: (item) => recordWord(IMPORTANCE, text(item, 'Importance'), 'normal'),
		write: (record) => element('Importance', wireWord(IMPORTANCE, record.importance)),
	},
	{
		name: 'sensitivity',
		path: { uri: 'item:Sensitivity' },
		direction: 'both',
		read: (item) => recordWord(SENSITIVITY, text(item, 'Sensitivity'), 'normal'),
		write: (record) => element('Sensitivity', wireWord(SENSITIVITY, record.sensitivity)),
	},
	{
		name: 'categories',
		path: { uri: 'item:Categories' },
		direction: 'both',
		read: categoriesOf,
		write: (record) => categoriesElement(record.categories),
		same: sameSet,
	},
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
