import { describe, expect, it } from 'vitest';
import { childText } from '../xml/element.mts';
import { deliverTo } from '../mail/deliver.mts';
import { parseMime } from '../mail/parse.mts';
import { idOf, newExchange, type Session } from './in-process.mts';
import { findAll, get } from './requests.mts';

function mail(part: string, method: string): Buffer {
	return Buffer.from(
		[
			'From: Clara <clara@kunde.example>',
			'To: anna@example.test',
			'Subject: Besprechung',
			'MIME-Version: 1.0',
			'Content-Type: multipart/mixed; boundary="b"',
			'',
			'--b',
			'Content-Type: text/plain',
			'',
			'Bitte kommen.',
			'--b',
			part,
			'',
			'BEGIN:VCALENDAR',
			'VERSION:2.0',
			`METHOD:${method}`,
			'BEGIN:VEVENT',
			'UID:abc@kunde.example',
			'DTSTART;TZID=Europe/Zurich:20260702T090000',
			'DTEND;TZID=Europe/Zurich:20260702T100000',
			'SUMMARY:Besprechung',
			'LOCATION:Raum 2\\, links',
			'ORGANIZER;CN="Clara":mailto:clara@kunde.example',
			'ATTENDEE:mailto:anna@example.test',
			'END:VEVENT',
			'END:VCALENDAR',
			'--b--',
			'',
		].join('\r\n'),
	);
}

async function arrive(...messages: Buffer[]): Promise<Session> {
	const { exchange, sessions } = newExchange('2026-01-05T08:00:00Z', 'anna');
	const [anna] = sessions;
	if (!anna) throw new RangeError('no session');
	for (const message of messages) deliverTo(exchange, anna.mailbox, await parseMime(message, exchange.clock.now()));
	return anna;
}

async function booked(session: Session): Promise<(string | undefined)[][]> {
	const { items } = await session.one(findAll('calendar'));
	const read = await Promise.all(items.map((row) => session.item(get(idOf(row)))));
	return read.map((item) => ['UID', 'Start', 'Location', 'LegacyFreeBusyStatus', 'IsMeeting', 'IsCancelled'].map((name) => childText(item, name)));
}

const BODY = 'Content-Type: text/calendar; charset=utf-8; method=';

describe('the calendar attendant', () => {
	it('books what arrives as a request from the internet', async () => {
		expect(await booked(await arrive(mail(`${BODY}REQUEST`, 'REQUEST')))).toEqual([['abc@kunde.example', '2026-07-02T07:00:00Z', 'Raum 2, links', 'Tentative', 'true', 'false']]);
	});

	it('calls off what is cancelled', async () => {
		expect(await booked(await arrive(mail(`${BODY}REQUEST`, 'REQUEST'), mail(`${BODY}CANCEL`, 'CANCEL')))).toEqual([['abc@kunde.example', '2026-07-02T07:00:00Z', 'Raum 2, links', 'Free', 'true', 'true']]);
	});

	it('leaves alone what is a file or only published', async () => {
		const file = `${BODY}PUBLISH; name=invite.ics\r\nContent-Disposition: attachment; filename=invite.ics`;
		expect(await booked(await arrive(mail(file, 'PUBLISH'), mail(`${BODY}PUBLISH`, 'PUBLISH')))).toEqual([]);
	});
});
