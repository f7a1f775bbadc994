import type { Importance, MailAddress, RecordBase, Sensitivity } from './common-fields';

/** How the time shows to others (MAPI PidLidBusyStatus, EWS `calendar:LegacyFreeBusyStatus`). */
export type BusyStatus = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';

/**
 * When an exception of a series is, in the form of its series' times (an absent one is the series' own); or that it lasts whole days where its series does not, or has
 * times where its series lasts whole days, and when: both times in the form of such an appointment.
 */
export type OccurrenceTimes = { allDay?: never; start?: string; end?: string } | { allDay: boolean; start: string; end: string };

/** What an exception of a series may say differently from its series. An absent field is the series' own. */
export type OccurrenceChange = OccurrenceTimes & {
	subject?: string;
	location?: string;
	text?: string;
	busyStatus?: BusyStatus;
	/** Minutes before start; null: no reminder. */
	reminderMinutes?: number | null;
};

/** One occurrence that differs from the pattern. */
export type SeriesException = OccurrenceChange & {
	/** The start the pattern gives this occurrence (iCalendar RECURRENCE-ID), in the form of {@link AppointmentRecord.start}. */
	originalStart: string;
};

/** A series: RFC 5545 rule, anchored at the record's start in the record's time zone. */
export interface Recurrence {
	/** RFC 5545 RECUR value without the `RRULE:` prefix, e.g. `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10`. UNTIL is a plain date `YYYYMMDD`. */
	rrule: string;
	/** Modified occurrences, ordered by original start. */
	exceptions: SeriesException[];
	/** Original starts of deleted occurrences, ordered (iCalendar EXDATE). */
	deleted: string[];
}

/**
 * One appointment or one whole series. A meeting is an appointment without its organizer and attendees (rule `meeting-as-appointment`).
 *
 * Times: a timed appointment has RFC 3339 instants in UTC (`2026-03-02T08:00:00Z`) in `start` and `end`; into Sync a local time without zone
 * (`2026-03-02T09:00:00`) is read in `timeZone`. An all-day appointment has plain dates, `end` exclusive (RFC 5545: DTEND of a DATE), so one day is
 * `start: 2026-03-02, end: 2026-03-03`.
 */
export interface AppointmentRecord extends RecordBase {
	kind: 'appointment';
	/** iCalendar UID. */
	key: string;
	subject: string;
	start: string;
	end: string;
	allDay: boolean;
	/** IANA name of the zone the appointment was made in; a series recurs at its wall-clock time there. */
	timeZone: string;
	location: string;
	/** Plain text (rule `plain-text-only`). */
	text: string;
	busyStatus: BusyStatus;
	importance: Importance;
	sensitivity: Sensitivity;
	/** Minutes before start; null: no reminder. */
	reminderMinutes: number | null;
	/** The organizer has called it off. */
	cancelled: boolean;
	recurrence?: Recurrence;
	/** Only into Sync: whom it concerns (rules `meeting-as-appointment`, `invitation-as-email`); each mapped mailbox gets an appointment of its own. */
	participants?: MailAddress[];
	/** Only into Sync: an object of type absence is not pushed (rule `absences-not-pushed`). */
	type?: 'appointment' | 'absence';
}
