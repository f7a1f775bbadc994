import { onArrival } from '../mail/deliver.mts';
import { registerCalendarMime } from '../mail/parse.mts';
import type { Address, DetachedItem, PropertyValue } from '../store/item.mts';
import { itemId } from '../store/ids.mts';
import { textOf } from '../store/item.mts';
import { attendee, type Attendee } from './attendee.mts';
import { appointmentState, MEETING, RECEIVED } from './calendar-properties.mts';
import { MILLISECONDS_PER_DAY, parseDateTime } from './civil-date.mts';
import { book, callOff } from './meeting-delivery.mts';
import { storedZone } from './time-zone-xml.mts';
import { toInstant, UTC_ZONE, zoneNamed, type TimeZone } from './time-zone.mts';

interface Line {
	readonly name: string;
	readonly parameters: ReadonlyMap<string, string>;
	readonly value: string;
}

/** The lines of the first VEVENT (RFC 5545 3.1), unfolded. */
function eventLines(calendar: string): Line[] {
	const unfolded = calendar.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
	const begin = unfolded.findIndex((line) => /^BEGIN:VEVENT\s*$/i.test(line));
	const end = unfolded.findIndex((line) => /^END:VEVENT\s*$/i.test(line));
	if (begin < 0 || end < begin) return [];
	return unfolded.slice(begin + 1, end).flatMap((line) => {
		const match = /^([A-Za-z-]+)((?:;[^=:;]+=(?:"[^"]*"|[^;:]*))*):(.*)$/.exec(line);
		if (!match) return [];
		const parameters = [...(match[2] ?? '').matchAll(/;([^=]+)=("[^"]*"|[^;]*)/g)].map((each) => [(each[1] ?? '').toUpperCase(), (each[2] ?? '').replaceAll('"', '')] as const);
		return [{ name: (match[1] ?? '').toUpperCase(), parameters: new Map(parameters), value: match[3] ?? '' }];
	});
}

function unescaped(text: string): string {
	return text.replace(/\\([\\;,nN])/g, (_, letter: string) => (letter.toLowerCase() === 'n' ? '\r\n' : letter));
}

function zoneOf(line: Line): TimeZone {
	const name = line.parameters.get('TZID');
	try {
		return name === undefined ? UTC_ZONE : zoneNamed(name);
	} catch {
		// Names of zones the sender made up are common in iCalendar; Exchange then uses the VTIMEZONE, this server UTC.
		return UTC_ZONE;
	}
}

function timeOf(line: Line): Date | undefined {
	const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(line.value.trim());
	if (!match) return undefined;
	const [, year, month, day, hour = '00', minute = '00', second = '00', utc] = match;
	const read = parseDateTime(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
	return read && new Date(toInstant(utc ? UTC_ZONE : zoneOf(line), read.wallClock));
}

function addressOf(line: Line): Address {
	const name = line.parameters.get('CN');
	return { address: line.value.replace(/^mailto:/i, '').trim(), ...(name ? { name } : {}) };
}

/** What a `text/calendar` body says, as the properties of the meeting message it came in. Recurrence rules are not read: such a request books once. */
export function readInvitation(calendar: string, item: DetachedItem): void {
	const lines = eventLines(calendar);
	const first = (name: string): Line | undefined => lines.find((line) => line.name === name);
	const put = (path: string, value: PropertyValue | undefined): void => {
		if (value !== undefined) item.properties[path] = value;
	};
	const [start, end, organizer] = [first('DTSTART'), first('DTEND'), first('ORGANIZER')];
	const starts = start && timeOf(start);
	if (!start || !starts) return;
	const allDay = /^\d{8}$/.test(start.value.trim());
	put('calendar:UID', first('UID')?.value.trim());
	put('calendar:Start', starts);
	put('calendar:End', (end && timeOf(end)) ?? new Date(starts.getTime() + (allDay ? MILLISECONDS_PER_DAY : 0)));
	put('calendar:StartTimeZone', storedZone(zoneOf(start)));
	put('calendar:EndTimeZone', storedZone(zoneOf(end ?? start)));
	put('calendar:IsAllDayEvent', allDay);
	const location = first('LOCATION');
	put('calendar:Location', location && unescaped(location.value));
	put('calendar:Organizer', organizer && addressOf(organizer));
	const invited: Attendee[] = lines.filter(({ name }) => name === 'ATTENDEE').map((line) => attendee(addressOf(line)));
	if (invited.length > 0) put('calendar:RequiredAttendees', invited);
	put('calendar:AppointmentState', MEETING | RECEIVED);
	put('calendar:MeetingRequestWasSent', true);
	put('calendar:MyResponseType', 'NoResponseReceived');
}

registerCalendarMime(readInvitation);

// What arrives as an invitation is booked tentatively, what arrives as a cancellation is called off (the calendar attendant's work).
onArrival((item, mailbox, exchange) => {
	const isRequest = item.kind === 'MeetingRequest';
	if ((!isRequest && item.kind !== 'MeetingCancellation') || textOf(item, 'calendar:UID') === undefined || !(item.properties['calendar:Start'] instanceof Date)) return;
	if ((appointmentState(item) & RECEIVED) === 0) return;
	item.properties['calendar:DateTimeStamp'] ??= exchange.clock.now();
	const booked = isRequest ? book(mailbox, item) : callOff(mailbox, item);
	if (booked) item.properties['meeting:AssociatedCalendarItemId'] = itemId(mailbox.guid, booked.number);
});
