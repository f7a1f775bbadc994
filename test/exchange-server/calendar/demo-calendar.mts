import type { Exchange } from '../store/exchange.mts';
import { dayOf, formatDay, weekdayOf, type DayNumber } from './civil-date.mts';
import { OutlookCalendar, type NewAppointment } from './outlook-calendar.mts';
import { WEEKDAYS, type Weekday } from './recurrence-pattern.mts';

/** What lies in the demo's calendar. `rows` are the items of the folder: a series is one. */
export const DEMO_CALENDAR_COUNTS = {
	rows: 23,
	single: 15,
	series: 8,
	allDay: 4,
	private: 1,
	outOfOffice: 1,
	meetings: 4,
	cancelled: 1,
	/** Exceptions and deleted occurrences by series. */
	exceptions: { Wochenbesprechung: 2, 'Stand-up': 20, Schichtplan: 21 },
	deleted: { Wochenbesprechung: 1 },
	/** Left out by rule. */
	skipped: { 'series-too-many-exceptions': 1 },
	/** What a first pull hands over: all rows but those left out. */
	pulled: 22,
} as const;

/** The series whose pattern a demonstration changes while somebody watches. */
export const DEMO_CHANGING_SERIES = 'Jour fixe';

const ZURICH = 'Europe/Zurich';
const NEW_YORK = 'America/New_York';
const WORKDAYS: Weekday[] = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

function nextWorkday(day: DayNumber): DayNumber {
	const next = day + 1;
	const weekday = weekdayOf(next);
	return weekday === 6 ? next + 2 : weekday === 0 ? next + 1 : next;
}

function singles(on: (days: number) => string, at: (days: number, time: string) => string): NewAppointment[] {
	const hour = (days: number, start: string, end: string): { start: string; end: string } => ({ start: at(days, start), end: at(days, end) });
	const guests = [
		{ name: 'Beat Keller', address: 'beat.keller@kunde.example' },
		{ name: 'Renée Dubois', address: 'renee.dubois@partner.example' },
	];
	const organizer = { name: 'Beat Keller', address: 'beat.keller@kunde.example' };
	return [
		{ subject: 'Zahnarzt', zone: ZURICH, ...hour(1, '08:00:00', '08:45:00'), sensitivity: 'Private', location: 'Dr. Gröbli, Löwenstraße 3', reminderMinutes: 30 },
		{ subject: 'Abteilungsleitersitzung', zone: ZURICH, ...hour(2, '09:00:00', '10:30:00'), location: 'Sitzungszimmer «Säntis»', categories: ['Wichtig'], importance: 'High', text: 'Traktanden:\r\n1. Budget\r\n2. Größe des Teams\r\n' },
		{ subject: 'Call with the New York office', zone: NEW_YORK, ...hour(3, '09:00:00', '09:30:00'), location: 'Phone', reminderMinutes: 5 },
		{ subject: 'Telefonat mit Auckland', zone: 'Pacific/Auckland', ...hour(4, '08:30:00', '09:00:00') },
		{ subject: 'Betriebsausflug', zone: ZURICH, start: on(8), end: on(9), allDay: true, busyStatus: 'Free', reminderMinutes: null },
		{ subject: 'Messe Hannover', zone: ZURICH, start: on(14), end: on(17), allDay: true, location: 'Hannover, Halle 4' },
		{ subject: 'Ferien', zone: ZURICH, start: on(28), end: on(33), allDay: true, busyStatus: 'OOF', reminderMinutes: null },
		{ subject: 'Mittagessen (noch offen)', zone: ZURICH, ...hour(2, '12:00:00', '13:00:00'), busyStatus: 'Tentative' },
		{ subject: 'Termin aus altem Kalender', zone: ZURICH, storedAs: { id: 'Customized Time Zone' }, ...hour(4, '10:00:00', '11:00:00') },
		{ subject: 'Termin aus anderem Programm', zone: ZURICH, storedAs: { id: 'Mitteleuropäische Zeit', name: '' }, ...hour(4, '14:00:00', '15:00:00') },
		{ subject: 'Projektstand', zone: ZURICH, ...hour(9, '15:00:00', '16:00:00'), html: '<html><body><p>Bitte <b>Zahlen</b> mitbringen.</p><ul><li>Umsatz</li><li>Kosten</li></ul></body></html>' },
		{ subject: 'Budgetrunde mit Gästen', zone: ZURICH, ...hour(10, '10:00:00', '11:00:00'), location: 'Teams', meeting: { attendees: guests } },
		{ subject: 'Einladung: Produktvorführung', zone: ZURICH, ...hour(11, '13:00:00', '14:00:00'), busyStatus: 'Busy', meeting: { attendees: guests.slice(1), organizer, response: 'Accept' } },
		{ subject: 'Einladung: Kennenlernen', zone: ZURICH, ...hour(15, '13:00:00', '14:00:00'), busyStatus: 'Tentative', meeting: { attendees: guests.slice(1), organizer } },
		{ subject: 'Canceled: Schulung', zone: ZURICH, ...hour(16, '09:00:00', '12:00:00'), busyStatus: 'Free', meeting: { attendees: guests.slice(1), organizer, response: 'Accept', cancelled: true } },
	];
}

function seedSeries(calendar: OutlookCalendar, monday: DayNumber, at: (days: number, time: string) => string): void {
	const on = (days: number): string => formatDay(monday + days);
	const weekly = calendar.create({ subject: 'Wochenbesprechung', zone: ZURICH, start: at(-28, '09:00:00'), end: at(-28, '10:00:00'), location: 'Zimmer 2', series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' } } });
	calendar.moveOccurrence(weekly, on(7), at(8, '14:00:00'), at(8, '15:00:00'));
	calendar.editOccurrence(weekly, on(14), { subject: 'Wochenbesprechung mit Geschäftsleitung', location: 'Sitzungszimmer «Säntis»' });
	calendar.deleteOccurrence(weekly, on(21));

	const standUp = calendar.create({ subject: 'Stand-up', zone: ZURICH, start: at(0, '08:45:00'), end: at(0, '09:00:00'), series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: WORKDAYS, firstDayOfWeek: 'Monday' }, count: 60 } });
	let day = monday;
	for (let changed = 0; changed < DEMO_CALENDAR_COUNTS.exceptions['Stand-up']; changed++) {
		calendar.editOccurrence(standUp, formatDay(day), { location: `Tisch ${changed + 1}` });
		day = nextWorkday(day);
	}
	const shifts = calendar.create({ subject: 'Schichtplan', zone: ZURICH, start: at(0, '06:00:00'), end: at(0, '07:00:00'), series: { pattern: { kind: 'Daily', interval: 1 }, until: on(90) } });
	for (let changed = 0; changed < DEMO_CALENDAR_COUNTS.exceptions.Schichtplan; changed++) {
		calendar.moveOccurrence(shifts, on(changed), at(changed, '07:30:00'), at(changed, '08:30:00'));
	}
	calendar.create({ subject: 'Monatsabschluss', zone: ZURICH, start: at(0, '16:00:00'), end: at(0, '17:00:00'), series: { pattern: { kind: 'RelativeMonthly', interval: 1, dayOfWeek: 'Weekday', dayIndex: 'Last' } } });
	calendar.create({ subject: 'Geburtstag Clara', zone: ZURICH, start: on(0), end: on(1), allDay: true, busyStatus: 'Free', reminderMinutes: null, series: { pattern: { kind: 'AbsoluteYearly', month: 'February', dayOfMonth: 29 } } });
	calendar.create({ subject: 'Quarterly review', zone: NEW_YORK, start: at(0, '10:00:00'), end: at(0, '11:30:00'), series: { pattern: { kind: 'AbsoluteMonthly', interval: 3, dayOfMonth: 31 }, until: on(730) } });
	calendar.create({ subject: 'Sommerfest', zone: ZURICH, start: at(0, '17:00:00'), end: at(0, '22:00:00'), series: { pattern: { kind: 'RelativeYearly', month: 'June', dayOfWeek: 'Friday', dayIndex: 'Last' }, count: 5 } });
	calendar.create({ subject: DEMO_CHANGING_SERIES, zone: ZURICH, start: at(2, '11:00:00'), end: at(2, '11:30:00'), series: { pattern: { kind: 'Weekly', interval: 2, daysOfWeek: ['Wednesday'], firstDayOfWeek: 'Monday' }, count: 26 } });
}

/** Fills a calendar: the same every time but for the dates, which lie around the server's now. Nothing is sent. */
export function seedDemoCalendar(exchange: Exchange, address: string): void {
	const calendar = new OutlookCalendar(exchange, address);
	const today = dayOf(exchange.clock.now().getTime());
	const monday = today - ((weekdayOf(today) - WEEKDAYS.indexOf('Monday') + 7) % 7);
	const at = (days: number, time: string): string => `${formatDay(monday + days)}T${time}`;
	for (const appointment of singles((days) => formatDay(monday + days), at)) calendar.create(appointment);
	seedSeries(calendar, monday, at);
}
