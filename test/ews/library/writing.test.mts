import type { DateTime } from 'ews-javascript-api';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { afterEach, describe, expect, it } from 'vitest';

import { loadEwsLibrary, type EwsLibrary } from '../../../src/ews/library/ews-library.ts';
import { escapeXmlText } from '../../../src/ews/library/xml-characters.ts';
import { windowsZone } from '../../../src/ews/library/zone-repairs.ts';
import { sentBy } from './sent-and-read.mts';

const machineZone = process.env['TZ'];
afterEach(() => {
	if (machineZone === undefined) delete process.env['TZ'];
	else process.env['TZ'] = machineZone;
});

async function sentSubject(subject: string): Promise<string> {
	return await sentBy(async (service, library) => {
		const message = new library.EmailMessage(service);
		message.Subject = subject;
		await message.Save(library.WellKnownFolderName.Inbox);
	});
}

function textsOf(xml: string): string[] {
	const texts: string[] = [];
	const parser = new SaxesParser();
	parser.on('error', (error) => {
		throw error;
	});
	parser.on('text', (text) => texts.push(text));
	parser.write(xml).close();
	return texts;
}

describe('what the library sends', () => {
	it('W1: a request may name extended properties', async () => {
		const sent = await sentBy(async (service, library) => {
			const properties = [
				new library.ExtendedPropertyDefinition(new library.Guid('f1d2a3b4-0000-4000-8000-123456789abc'), 'Stamp', library.MapiPropertyType.String),
				new library.ExtendedPropertyDefinition(library.DefaultExtendedPropertySet.Appointment, 0x8205, library.MapiPropertyType.Integer),
				new library.ExtendedPropertyDefinition(0x0029, library.MapiPropertyType.Boolean),
			];
			await service.BindToItems([new library.ItemId('A')], new library.PropertySet(library.BasePropertySet.IdOnly, properties));
		});
		expect(sent).toContain('<t:ExtendedFieldURI PropertySetId="f1d2a3b4-0000-4000-8000-123456789abc" PropertyName="Stamp" PropertyType="String"></t:ExtendedFieldURI>');
		expect(sent).toContain('<t:ExtendedFieldURI DistinguishedPropertySetId="Appointment" PropertyId="33285" PropertyType="Integer"></t:ExtendedFieldURI>');
		expect(sent).toContain('<t:ExtendedFieldURI PropertyTag="0x29" PropertyType="Boolean"></t:ExtendedFieldURI>');
	});

	it('W2: text is escaped, in elements and in attributes', async () => {
		const subject = 'Tom & Jerry <b>"now"</b> </t:Subject><t:Sensitivity>Private</t:Sensitivity>';
		expect(textsOf(await sentSubject(subject))).toContain(subject);
		const sent = await sentBy(async (service, library) => {
			const filter = new library.SearchFilter.IsEqualTo(library.ItemSchema.Subject, 'a"/><x y="&\nb');
			await service.FindItems(library.WellKnownFolderName.Inbox, filter, new library.ItemView(1));
		});
		expect(sent).toContain('Value="a&quot;/&gt;&lt;x y=&quot;&amp;&#xA;b"');
	});

	it('W2: what XML cannot carry is left out, what it can arrives', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
				const read = textsOf(`<a>${escapeXmlText(text)}</a>`).join('');
				const carried = Array.from(text)
					.filter((character) => /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]$|^[\u{10000}-\u{10ffff}]$/u.test(character))
					.join('');
				expect(read).toBe(carried);
			}),
		);
		expect(escapeXmlText('a\u0000b\ud800c\udc00d\ufffe😀')).toBe('abcd😀');
	});

	it('W2: names of time zones are escaped once', async () => {
		const sent = await sentBy(async (service, library) => {
			const appointment = new library.Appointment(service);
			appointment.Subject = 'x';
			appointment.Start = new library.DateTime('2024-06-03T08:00:00Z');
			appointment.End = new library.DateTime('2024-06-03T09:00:00Z');
			appointment.StartTimeZone = windowsZone(library, 'Eastern Standard Time');
			await appointment.Save(library.SendInvitationsMode.SendToNone);
		});
		expect(sent).toContain('Name="(UTC-05:00) Eastern Time (US &amp; Canada)"');
	});

	const startOf: Array<[string, (library: EwsLibrary) => DateTime]> = [
		['a date', (library) => new library.DateTime('2024-06-03')],
		['a date and time in UTC', (library) => new library.DateTime('2024-06-03T00:00:00Z')],
		['the milliseconds of midnight UTC', (library) => new library.DateTime(Date.UTC(2024, 5, 3), library.DateTimeKind.Utc)],
		['the library’s parser', (library) => library.DateTime.Parse('2024-06-03')],
	];
	it.each(['America/Los_Angeles', 'UTC', 'Europe/Berlin', 'Pacific/Kiritimati'].flatMap((zone) => startOf.map(([name, make]) => [zone, name, make] as const)))(
		'W3: a recurrence starts and ends on the very date, on a machine in %s, made from %s',
		async (zone, _name, make) => {
			process.env['TZ'] = zone;
			expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
			const sent = await sentBy(async (service, library) => {
				const appointment = new library.Appointment(service);
				appointment.Subject = 'x';
				appointment.Start = new library.DateTime('2024-06-03T08:00:00Z');
				appointment.End = new library.DateTime('2024-06-03T09:00:00Z');
				const DailyPattern = library.Recurrence.DailyPattern as unknown as new (start: DateTime, interval: number) => import('ews-javascript-api').Recurrence;
				appointment.Recurrence = new DailyPattern(make(library), 2);
				appointment.Recurrence.EndDate = make(library).AddDays(7);
				await appointment.Save(library.SendInvitationsMode.SendToNone);
			});
			expect(sent).toContain('<t:StartDate>2024-06-03</t:StartDate><t:EndDate>2024-06-10</t:EndDate>');
			expect(sent).toContain('<t:Start>2024-06-03T08:00:00.000Z</t:Start>');
		},
	);
});

describe('the library’s clock (W11)', () => {
	it.each(['America/Los_Angeles', 'Europe/Berlin', 'Pacific/Kiritimati'])('is UTC on a machine in %s', async (zone) => {
		process.env['TZ'] = zone;
		const library = await loadEwsLibrary();
		expect(new library.ExchangeService().TimeZone).toBe(library.TimeZoneInfo.Utc);
		expect(new library.DateTime('2024-01-15T23:30:00Z').Hour).toBe(23);
		expect(new library.DateTime('2024-01-15T23:30:00Z').Day).toBe(15);
		expect(new library.DateTime('2024-01-15T23:30:00+05:00').ToISOString()).toBe('2024-01-15T18:30:00.000Z');
	});
});
