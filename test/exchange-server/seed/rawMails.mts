import { DETACHED_SIGNATURE, ENVELOPED, SIGNED_PART } from './smimeSamples.mts';

/** A mail of the demo mailbox given as its bytes. */
export interface RawMail {
	/** What it is an example of. */
	readonly what: 'encoding' | 'encrypted' | 'signed' | 'auto-reply' | 'delivery-report' | 'meeting-request' | 'nested' | 'inline-image' | 'odd';
	readonly mime: Buffer;
}

/** Addresses and time the raw mails are written for. */
export interface RawMailSetting {
	readonly to: string;
	readonly date: (daysAgo: number) => Date;
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function rfc5322(date: Date): string {
	return date.toUTCString().replace('GMT', '+0000');
}

function folded(base64: string): string {
	return base64.replace(/.{76}/g, '$&\r\n');
}

function bytes(...parts: ReadonlyArray<string | Buffer>): Buffer {
	return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
}

/** Lines joined by CRLF; Buffers stand for text in an encoding other than UTF-8. */
function lines(...rows: ReadonlyArray<string | Buffer>): Buffer {
	return bytes(...rows.flatMap((row) => [row, '\r\n']));
}

/** The special mails: each shows something a mail client meets in the wild. */
export function rawMails({ to, date }: RawMailSetting): RawMail[] {
	const head = (name: string, from: string, subject: string, daysAgo: number): string[] => [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${rfc5322(date(daysAgo))}`, `Message-ID: <demo-${name}@raw.example>`, 'MIME-Version: 1.0'];
	const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
	return [
		{ what: 'encoding', mime: lines(...head('latin1', '=?iso-8859-1?Q?J=FCrgen_M=F6ller?= <juergen@spedition.example>', '=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=', 3), 'Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: 8bit', '', latin1('Viele Grüße aus Köln, straßauf, straßab.')) },
		{ what: 'encoding', mime: lines(...head('cp1252', 'Buchhaltung <buch@firma.example>', '=?windows-1252?Q?Rechnung_=80_12,50_=96_=84f=E4llig=93?=', 4), 'Content-Type: text/plain; charset=windows-1252', 'Content-Transfer-Encoding: quoted-printable', '', 'Betrag: =80 12,50 =96 bitte =FCberweisen.') },
		{ what: 'encoding', mime: lines(...head('iso2022jp', '=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <yamada@tokyo.example>', '=?ISO-2022-JP?B?GyRCOCtAUT1xGyhC?=', 5), 'Content-Type: text/plain; charset=ISO-2022-JP', '', Buffer.from('\x1b$B$3$s$K$A$O\x1b(B', 'latin1')) },
		{ what: 'encoding', mime: lines(...head('koi8', '=?koi8-r?B?6dfBziDw0tXU?= <ivan@moskva.example>', '=?koi8-r?B?8NLJ18XU?=', 6), 'Content-Type: text/plain; charset=koi8-r', 'Content-Transfer-Encoding: base64', '', '8NLJ18XUIQ==') },
		{ what: 'encoding', mime: lines(...head('rawutf8', 'Zoë <zoe@modern.example>', 'Rohes UTF-8 im Betreff – ohne Kodierung 🚀', 7), 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', 'Das dürfte nicht sein, kommt aber vor. 🚀') },
		{ what: 'encoding', mime: lines(...head('nocharset', 'alt <alt@vorzeit.example>', 'Ohne Zeichensatz', 8), '', latin1('Fr\xfcher stand hier kein charset.')) },
		{ what: 'encoding', mime: lines(...head('splitword', 'Split <split@words.example>', '=?utf-8?B?TWl0dGVuIGltIFplaWNoZW4gZ2V0cmVubnQ6IMM=?= =?utf-8?B?pA==?=', 9), 'Content-Type: text/html; charset=utf-8', '', '<html><body><p>Zerrissenes Wort</p></body></html>') },
		{
			what: 'encrypted',
			mime: lines(...head('encrypted', 'Clara Weiß <clara.weiss@kunde-nord.example>', 'Vertraulich', 10), 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', 'Content-Disposition: attachment; filename="smime.p7m"', 'Content-Transfer-Encoding: base64', '', folded(ENVELOPED.toString('base64'))),
		},
		{
			what: 'signed',
			mime: lines(
				...head('signed', 'Anna Berg <anna@example.test>', 'Unterschrieben', 11),
				'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="signed-part"',
				'',
				'--signed-part',
				SIGNED_PART.subarray(0, SIGNED_PART.length),
				'--signed-part',
				'Content-Type: application/pkcs7-signature; name="smime.p7s"',
				'Content-Disposition: attachment; filename="smime.p7s"',
				'Content-Transfer-Encoding: base64',
				'',
				folded(DETACHED_SIGNATURE.toString('base64')),
				'--signed-part--',
			),
		},
		{ what: 'auto-reply', mime: lines(...head('oof', 'Bernd Urlaub <bernd@kunde-nord.example>', 'Automatische Antwort: Angebot', 12), 'Auto-Submitted: auto-replied', 'X-Auto-Response-Suppress: All', 'Content-Type: text/plain; charset=utf-8', '', 'Ich bin bis 31.8. nicht im Büro.') },
		{
			what: 'delivery-report',
			mime: lines(
				...head('ndr', 'Mail Delivery System <mailer-daemon@mx.example>', 'Undeliverable: Angebot', 13),
				'Auto-Submitted: auto-replied',
				'Content-Type: multipart/report; report-type=delivery-status; boundary="ndr"',
				'',
				'--ndr',
				'Content-Type: text/plain; charset=us-ascii',
				'',
				'The address could not be found: niemand@kunde-nord.example',
				'--ndr',
				'Content-Type: message/delivery-status',
				'',
				'Reporting-MTA: dns; mx.example',
				'',
				'Final-Recipient: rfc822; niemand@kunde-nord.example',
				'Action: failed',
				'Status: 5.1.1',
				'--ndr--',
			),
		},
		{
			what: 'meeting-request',
			mime: lines(
				...head('meeting', 'Clara Weiß <clara.weiss@kunde-nord.example>', 'Besprechung Lagerhalle', 14),
				'Content-Type: multipart/alternative; boundary="meeting"',
				'',
				'--meeting',
				'Content-Type: text/plain; charset=utf-8',
				'',
				'Wir treffen uns in Raum 2.',
				'--meeting',
				'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
				'',
				'BEGIN:VCALENDAR',
				'PRODID:-//Demo//DE',
				'VERSION:2.0',
				'METHOD:REQUEST',
				'BEGIN:VEVENT',
				'UID:demo-meeting-1@raw.example',
				`DTSTAMP:${date(14).toISOString().replace(/[-:]|\.\d+/g, '')}`,
				`DTSTART:${date(-7).toISOString().slice(0, 10).replace(/-/g, '')}T090000Z`,
				`DTEND:${date(-7).toISOString().slice(0, 10).replace(/-/g, '')}T100000Z`,
				'SUMMARY:Besprechung Lagerhalle',
				'LOCATION:Raum 2',
				'ORGANIZER;CN=Clara:mailto:clara.weiss@kunde-nord.example',
				`ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:${to}`,
				'END:VEVENT',
				'END:VCALENDAR',
				'--meeting--',
			),
		},
		{
			what: 'nested',
			mime: lines(
				...head('nested', 'Bob Taylor <bob.taylor@consulting.example>', 'Fwd: see attached message', 15),
				'Content-Type: multipart/mixed; boundary="outer"',
				'',
				'--outer',
				'Content-Type: text/plain; charset=utf-8',
				'',
				'As discussed.',
				'--outer',
				'Content-Type: message/rfc822',
				'Content-Disposition: attachment',
				'',
				'From: Someone <someone@else.example>',
				'To: Bob Taylor <bob.taylor@consulting.example>',
				'Subject: The original',
				'Message-ID: <demo-inner@raw.example>',
				'Content-Type: text/plain; charset=utf-8',
				'',
				'Original text.',
				'--outer--',
			),
		},
		{
			what: 'inline-image',
			mime: lines(
				...head('inline', 'Hélène Dupré <helene.dupre@atelier.example>', 'Notre nouveau logo', 16),
				'Content-Type: multipart/related; boundary="rel"',
				'',
				'--rel',
				'Content-Type: text/html; charset=utf-8',
				'',
				'<html><body><p>Voilà : <img src="cid:logo@atelier" alt="logo"></p></body></html>',
				'--rel',
				'Content-Type: image/png; name="logo.png"',
				'Content-ID: <logo@atelier>',
				'Content-Disposition: inline; filename="logo.png"',
				'Content-Transfer-Encoding: base64',
				'',
				PIXEL,
				'--rel--',
			),
		},
		{ what: 'odd', mime: lines(...head('nosubject', 'Niemand <niemand@nirgends.example>', '', 17), 'Content-Type: text/plain', '', 'Kein Betreff.') },
		{ what: 'odd', mime: lines(...head('control', 'Drucker <drucker@buero.example>', 'Scan =?utf-8?Q?=01_fertig?=', 18), 'Content-Type: text/plain; charset=utf-8', '', 'Steuerzeichen im Betreff.') },
		{ what: 'odd', mime: lines(...head('longname', 'Archiv <archiv@buero.example>', 'Anlage mit langem Namen', 19), 'Content-Type: multipart/mixed; boundary="l"', '', '--l', 'Content-Type: text/plain', '', 'Siehe Anlage.', '--l', "Content-Type: application/pdf; name*0*=utf-8''%C3%9Cbersicht%20der%20; name*1*=Ma%C3%9Fnahmen%20%2F%20Stand.pdf", "Content-Disposition: attachment; filename*0*=utf-8''%C3%9Cbersicht%20der%20; filename*1*=Ma%C3%9Fnahmen%20%2F%20Stand.pdf", 'Content-Transfer-Encoding: base64', '', Buffer.from('%PDF-1.4 demo').toString('base64'), '--l--') },
		{ what: 'odd', mime: lines(...head('receipt', 'Neugierig <neu@gierig.example>', 'Bitte Lesebestätigung', 20), 'Disposition-Notification-To: neu@gierig.example', 'Content-Type: text/plain; charset=utf-8', '', 'Haben Sie das gelesen?') },
	];
}
