import { DateTime } from 'luxon';
import rruleLibrary from 'rrule';
import { describe, expect, it } from 'vitest';
import { appointmentInvitation, meetingMessageInvitation } from '../../src/mime/invitation.ts';
import { vtimezone } from '../../src/mime/vtimezone.ts';
import type { AppointmentRecord } from '../../src/records/appointment.ts';

const { rrulestr } = rruleLibrary;

const RECORD: AppointmentRecord = {
	kind: 'appointment',
	key: '040000008200E00074C5B7101A82E008',
	subject: 'Besprechung, Büro; "2"',
	start: '2026-03-02T08:00:00Z',
	end: '2026-03-02T09:30:00Z',
	allDay: false,
	timeZone: 'Europe/Berlin',
	location: 'Raum 1',
	text: 'Zeile 1\nZeile 2; mit, Zeichen\\',
	busyStatus: 'busy',
	importance: 'normal',
	sensitivity: 'normal',
	reminderMinutes: 15,
	cancelled: false,
	categories: ['Rot', 'Blau, hell'],
};
const SERIES: AppointmentRecord = {
	...RECORD,
	recurrence: {
		rrule: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260427',
		exceptions: [{ originalStart: '2026-03-16T08:00:00Z', start: '2026-03-17T10:00:00Z', subject: 'Verschoben', reminderMinutes: null }],
		deleted: ['2026-03-09T08:00:00Z', '2026-04-06T07:00:00Z'],
	},
};
const OPTIONS = { stampedAt: '2026-02-01T12:00:00Z' };

/** Unfolded lines. */
function lines(record: AppointmentRecord, options: Parameters<typeof appointmentInvitation>[1] = OPTIONS): string[] {
	return appointmentInvitation(record, options)
		.content.toString()
		.replace(/\r\n[ \t]/g, '')
		.split('\r\n');
}

/** The lines of each VEVENT. */
function events(record: AppointmentRecord, options = OPTIONS): string[][] {
	return lines(record, options)
		.join('\n')
		.split('BEGIN:VEVENT\n')
		.slice(1)
		.map((event) => event.split('\n'));
}

describe('invite.ics (invitation-as-email)', () => {
	it('is a file that only tells: PUBLISH, no attendee, no request', () => {
		const { name, contentType, inline, content } = appointmentInvitation(RECORD, { ...OPTIONS, organizer: { name: 'Anna', address: 'anna@example.com' } });
		expect({ name, contentType, inline }).toEqual({ name: 'invite.ics', contentType: 'application/ics', inline: false });
		const text = content.toString();
		expect(text).toContain('METHOD:PUBLISH\r\n');
		expect(text).toContain('ORGANIZER;CN="Anna":mailto:anna@example.com');
		expect(text).not.toMatch(/ATTENDEE|REQUEST|RSVP/);
		expect(text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
		expect(text).not.toMatch(/(?<!\r)\n/);
		for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
	});

	it('is the same each time: DTSTAMP is given', () => {
		expect(appointmentInvitation(SERIES, OPTIONS).content.equals(appointmentInvitation(SERIES, OPTIONS).content)).toBe(true);
		expect(lines(RECORD)).toContain('DTSTAMP:20260201T120000Z');
	});

	it('a single appointment is in UTC and needs no VTIMEZONE', () => {
		const [event] = events(RECORD);
		expect(event).toEqual(
			expect.arrayContaining([
				'UID:040000008200E00074C5B7101A82E008',
				'DTSTART:20260302T080000Z',
				'DTEND:20260302T093000Z',
				'SUMMARY:Besprechung\\, Büro\\; "2"',
				'LOCATION:Raum 1',
				'DESCRIPTION:Zeile 1\\nZeile 2\\; mit\\, Zeichen\\\\',
				'STATUS:CONFIRMED',
				'X-MICROSOFT-CDO-BUSYSTATUS:BUSY',
				'TRANSP:OPAQUE',
				'TRIGGER:-PT15M',
				'CATEGORIES:Rot,Blau\\, hell',
			]),
		);
		expect(lines(RECORD).join()).not.toMatch(/VTIMEZONE|TZID|RRULE/);
	});

	it('a single appointment given as local time is read in its zone', () => {
		const [event] = events({ ...RECORD, start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00' });
		expect(event).toEqual(expect.arrayContaining(['DTSTART:20260701T070000Z', 'DTEND:20260701T080000Z']));
	});

	it('a series recurs by the clock of its zone: RRULE, EXDATE, RECURRENCE-ID, VTIMEZONE', () => {
		const [master, exception, ...more] = events(SERIES);
		expect(more).toEqual([]);
		expect(master).toEqual(
			expect.arrayContaining([
				'DTSTART;TZID=Europe/Berlin:20260302T090000',
				'DTEND;TZID=Europe/Berlin:20260302T103000',
				// The end of the last day in Berlin, summer time.
				'RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260427T215959Z',
				'EXDATE;TZID=Europe/Berlin:20260309T090000,20260406T090000',
			]),
		);
		expect(exception).toEqual(
			expect.arrayContaining([
				'UID:040000008200E00074C5B7101A82E008',
				'RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000',
				'DTSTART;TZID=Europe/Berlin:20260317T110000',
				'DTEND;TZID=Europe/Berlin:20260317T123000',
				'SUMMARY:Verschoben',
				'LOCATION:Raum 1',
			]),
		);
		expect(exception?.join()).not.toContain('VALARM');
		expect(exception?.join()).not.toContain('RRULE');
		expect(lines(SERIES)).toEqual(expect.arrayContaining(['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin']));
		expect(lines(SERIES).filter((line) => line === 'BEGIN:VTIMEZONE')).toHaveLength(1);
	});

	it('a series in UTC needs no VTIMEZONE', () => {
		const text = lines({ ...SERIES, timeZone: 'UTC' }).join('\n');
		expect(text).not.toMatch(/VTIMEZONE|TZID/);
		expect(text).toContain('DTSTART:20260302T080000Z');
		expect(text).toContain('EXDATE:20260309T080000Z,20260406T070000Z');
	});

	it('all-day, single and series: plain dates everywhere', () => {
		const allDay = { ...RECORD, allDay: true, start: '2026-03-02', end: '2026-03-04' };
		expect(events(allDay)[0]).toEqual(expect.arrayContaining(['DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260304']));
		const [master, exception] = events({
			...allDay,
			recurrence: { rrule: 'FREQ=MONTHLY;BYMONTHDAY=2;UNTIL=20261231', exceptions: [{ originalStart: '2026-05-02', start: '2026-05-05' }], deleted: ['2026-04-02'] },
		});
		expect(master).toEqual(expect.arrayContaining(['RRULE:FREQ=MONTHLY;BYMONTHDAY=2;UNTIL=20261231', 'EXDATE;VALUE=DATE:20260402']));
		expect(exception).toEqual(expect.arrayContaining(['RECURRENCE-ID;VALUE=DATE:20260502', 'DTSTART;VALUE=DATE:20260505', 'DTEND;VALUE=DATE:20260507']));
	});

	it('an exception that lasts whole days where its series does not, and the other way round, has a RECURRENCE-ID in the form of its series', () => {
		const [, days] = events({ ...SERIES, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO', exceptions: [{ originalStart: '2026-03-16T08:00:00Z', allDay: true, start: '2026-03-16', end: '2026-03-18' }], deleted: [] } });
		expect(days).toEqual(expect.arrayContaining(['RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000', 'DTSTART;VALUE=DATE:20260316', 'DTEND;VALUE=DATE:20260318']));
		const [, times] = events({
			...RECORD,
			allDay: true,
			start: '2026-03-02',
			end: '2026-03-03',
			recurrence: { rrule: 'FREQ=DAILY', exceptions: [{ originalStart: '2026-03-04', allDay: false, start: '2026-03-04T12:30:00Z', end: '2026-03-04T13:00:00Z' }], deleted: [] },
		});
		expect(times).toEqual(expect.arrayContaining(['RECURRENCE-ID;VALUE=DATE:20260304', 'DTSTART:20260304T123000Z', 'DTEND:20260304T130000Z']));
	});

	it('free, private, important, without reminder', () => {
		const [event] = events({ ...RECORD, busyStatus: 'free', sensitivity: 'private', importance: 'high', reminderMinutes: null });
		expect(event).toEqual(expect.arrayContaining(['TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE', 'CLASS:PRIVATE', 'PRIORITY:1']));
		expect(event?.join()).not.toContain('VALARM');
	});

	it('no field can add a line', () => {
		const evil = 'x\r\nATTENDEE:mailto:a@b';
		const text = appointmentInvitation(
			{
				...SERIES,
				key: evil,
				subject: evil,
				location: evil,
				text: evil,
				categories: [evil],
				recurrence: { rrule: `FREQ=DAILY\r\n${evil}`, exceptions: [], deleted: [] },
			},
			{ ...OPTIONS, organizer: { name: evil, address: evil } },
		).content.toString();
		expect(text.replace(/\r\n[ \t]/g, '')).not.toMatch(/^ATTENDEE/m);
	});
});

describe('meeting messages of a mail folder (invitation-as-email)', () => {
	it.each(['request', 'update'] as const)('a %s only tells', (type) => {
		const text = meetingMessageInvitation({ type, appointment: RECORD }, { ...OPTIONS, sequence: 3 }).content.toString();
		expect(text).toContain('METHOD:PUBLISH');
		expect(text).toContain('STATUS:CONFIRMED');
		expect(text).toContain('SEQUENCE:3');
	});

	it('a cancellation is a PUBLISH with STATUS:CANCELLED, for the series and for one occurrence', () => {
		const text = meetingMessageInvitation({ type: 'cancellation', appointment: SERIES }, OPTIONS).content.toString();
		expect(text).toContain('METHOD:PUBLISH');
		expect(text.match(/STATUS:CANCELLED/g)).toHaveLength(2);
		const occurrence = { ...SERIES, start: '2026-03-23T08:00:00Z', end: '2026-03-23T09:00:00Z' };
		const one = meetingMessageInvitation({ type: 'cancellation', appointment: occurrence }, { ...OPTIONS, occurrence: '2026-03-23T08:00:00Z' }).content.toString();
		expect(one).toContain('RECURRENCE-ID:20260323T080000Z');
		expect(one).not.toContain('RRULE');
		expect(one.match(/BEGIN:VEVENT/g)).toHaveLength(1);
	});
});

/** The offset in minutes that a VTIMEZONE gives for an instant: that of the latest onset before it (RFC 5545, 3.6.5). */
function offsetBy(text: string, instant: DateTime): number {
	const minutes = (value: string): number => (value.startsWith('-') ? -1 : 1) * (Number(value.slice(1, 3)) * 60 + Number(value.slice(3, 5)));
	let latest = { at: -Infinity, offset: Number.NaN };
	for (const [, body = ''] of text.matchAll(/BEGIN:(?:STANDARD|DAYLIGHT)\r\n([\s\S]*?)END:/g)) {
		const field = (name: string): string => new RegExp(`^${name}:(.*)\r$`, 'm').exec(body)?.[1] ?? '';
		const start = DateTime.fromFormat(field('DTSTART'), "yyyyLLdd'T'HHmmss", { zone: 'utc' });
		const rule = field('RRULE');
		const onset = rule === '' ? start.toJSDate() : rrulestr(rule, { dtstart: start.toJSDate() }).before(instant.plus({ days: 2 }).toJSDate(), true);
		const candidates = rule === '' ? [onset] : [onset, onset === null ? null : rrulestr(rule, { dtstart: start.toJSDate() }).before(onset)];
		for (const candidate of candidates) {
			if (candidate === null) continue;
			const at = candidate.getTime() - minutes(field('TZOFFSETFROM')) * 60_000;
			if (at <= instant.toMillis() && at > latest.at) latest = { at, offset: minutes(field('TZOFFSETTO')) };
		}
	}
	return latest.offset;
}

describe('VTIMEZONE', () => {
	it.each([
		['Europe/Berlin', true],
		['America/New_York', true],
		['Australia/Sydney', true],
		['America/Santiago', undefined],
		['Asia/Jerusalem', undefined],
		['Africa/Casablanca', undefined],
		['Asia/Tokyo', false],
		['Asia/Kolkata', false],
		['America/St_Johns', true],
		['Europe/London', true],
	] as const)('%s gives the offsets that the zone has, for eleven years', (zone, hasRule) => {
		const text = vtimezone(zone, 2026);
		if (hasRule !== undefined) expect(text.includes('RRULE')).toBe(hasRule);
		for (let day = DateTime.utc(2026, 1, 3); day.year < 2037; day = day.plus({ days: 5, hours: 7 })) {
			expect([day.toISO(), offsetBy(text, day)]).toEqual([day.toISO(), day.setZone(zone).offset]);
		}
	});
});
