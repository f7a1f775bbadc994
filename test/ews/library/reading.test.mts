import type { GetItemResponse } from 'ews-javascript-api';
import { describe, expect, it } from 'vitest';

import { EwsError } from '../../../src/ews/errors/ews-error.ts';
import { loadEwsLibrary } from '../../../src/ews/library/ews-library.ts';
import { unreadableProperties } from '../../../src/ews/library/reading-repairs.ts';
import { replaceMethod } from '../../../src/ews/library/replace-method.ts';
import { readSoapObject } from '../../../src/ews/library/soap-object-reader.ts';
import { definitionOfZone } from '../../../src/ews/library/zone-repairs.ts';
import { cpuTime } from '../../cpu-time.mts';
import { envelope, errorResponse, itemResponse, responses } from '../transport/scripted-server.mts';
import { readFrom } from './sent-and-read.mts';

async function read<T>(messages: string[], look: (responses: GetItemResponse[]) => T, ids = messages.map((_message, index) => `id${index}`)): Promise<T> {
	return await readFrom(responses('GetItem', ...messages), async (service, library) => {
		const { Responses } = await service.BindToItems(
			ids.map((id) => new library.ItemId(id)),
			library.PropertySet.FirstClassProperties,
		);
		return look(Responses);
	});
}

async function readAppointment<T>(properties: string, look: (item: import('ews-javascript-api').Appointment) => T): Promise<T> {
	return await read([itemResponse('A', properties, 'CalendarItem')], ([response]) => look(response?.Item as import('ews-javascript-api').Appointment));
}

describe('what the library reads', () => {
	it.each([
		['as an id alone', '<t:StartTimeZone Id="W. Europe Standard Time"/>', 'W. Europe Standard Time'],
		['that its table lacks', '<t:StartTimeZone Id="Qyzylorda Standard Time" Name="(UTC+05:00) Qyzylorda"/>', 'Qyzylorda Standard Time'],
		['without a name', '<t:StartTimeZone Name="" Id="Mitteleuropäische Zeit"/>', 'Mitteleuropäische Zeit'],
		['made up by the server', '<t:StartTimeZone Name="Customized Time Zone" Id="Customized Time Zone"><t:Periods><t:Period Bias="-PT1H" Name="Standard" Id="trule:1"/><t:Period Bias="-PT2H" Name="Daylight" Id="trule:2"/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0"><t:RecurringDayTransition><t:To Kind="Period">trule:2</t:To><t:TimeOffset>PT2H</t:TimeOffset><t:Month>3</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition></t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions></t:StartTimeZone>', 'Customized Time Zone'],
	])('W4: keeps a time zone that came %s', async (_how, xml, id) => {
		const zone = await readAppointment(`${xml}<t:Subject>x</t:Subject>`, (item) => item.StartTimeZone);
		expect(zone.Id).toBe(id);
		if (id === 'Customized Time Zone') {
			expect(definitionOfZone(zone)?.Periods.Items).toHaveLength(2);
			expect(zone.BaseUtcOffset.TotalMinutes).toBe(60);
		}
	});

	it('W4: GetServerTimeZones answers with made-up zones', async () => {
		const definition = '<t:TimeZoneDefinition Id="Our Own" Name="Our own"><t:Periods><t:Period Bias="PT5H" Name="Standard" Id="std"/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id="0"><t:Transition><t:To Kind="Period">std</t:To></t:Transition></t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions></t:TimeZoneDefinition>';
		const answer = responses('GetServerTimeZones', `<m:GetServerTimeZonesResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:TimeZoneDefinitions>${definition}<t:TimeZoneDefinition Id="Romance Standard Time" Name="Paris"/></m:TimeZoneDefinitions></m:GetServerTimeZonesResponseMessage>`);
		const zones = await readFrom(answer, async (service) => await service.GetServerTimeZones());
		expect(zones.map((zone) => [zone.Id, zone.BaseUtcOffset.TotalMinutes])).toEqual([
			['Our Own', -300],
			['Romance Standard Time', 60],
		]);
	});

	const syncPage = responses(
		'SyncFolderItems',
		'<m:SyncFolderItemsResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:SyncState>S1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes>' +
			'<t:Create><t:Message><t:ItemId Id="a" ChangeKey="1"/></t:Message></t:Create><t:Delete><t:ItemId Id="b" ChangeKey="2"/></t:Delete>' +
			'<t:Create><t:Network><t:ItemId Id="c" ChangeKey="3"/></t:Network></t:Create><t:Update><t:CalendarItem><t:ItemId Id="d" ChangeKey="4"/></t:CalendarItem></t:Update>' +
			'<t:ReadFlagChange><t:ItemId Id="e" ChangeKey="5"/><t:IsRead>true</t:IsRead></t:ReadFlagChange></m:Changes></m:SyncFolderItemsResponseMessage>',
	);
	async function changes(): Promise<Array<[string, string]>> {
		return await readFrom(syncPage, async (service, library) => {
			const page = await service.SyncFolderItems(new library.FolderId(library.WellKnownFolderName.Inbox), library.PropertySet.IdOnly, [], 100, library.SyncFolderItemsScope.NormalItems, '');
			return page.GetEnumerator().map((change): [string, string] => [change.ItemId.UniqueId, `${library.ChangeType[change.ChangeType]} ${(change.Item as unknown as { GetXmlElementName(): string } | undefined)?.GetXmlElementName() ?? ''}`.trim()]);
		});
	}

	it('W5: an item of an unknown kind does not take the page away', async () => {
		expect(new Map(await changes()).get('c')).toBe('Create Network');
	});

	it('W12: a sync page is complete as a set', async () => {
		expect(new Map(await changes())).toEqual(
			new Map([
				['a', 'Create Message'],
				['b', 'Delete'],
				['c', 'Create Network'],
				['d', 'Update CalendarItem'],
				['e', 'ReadFlagChange'],
			]),
		);
	});

	it('W6: one error for a whole request is that error', async () => {
		await expect(read([errorResponse('GetItem', 'ErrorMailboxConfiguration')], (all) => all.length, ['a', 'b', 'c'])).rejects.toMatchObject({ reason: 'accessDenied', code: 'ErrorMailboxConfiguration' });
	});

	it('W6: fewer responses than items are a malformed answer', async () => {
		await expect(read([itemResponse('a')], (all) => all.length, ['a', 'b'])).rejects.toMatchObject({ reason: 'malformedAnswer' });
	});

	it.each([
		['white space around', '  two  ', '  two  '],
		['white space alone', '   ', '   '],
		['line breaks', '&#xD;\n\n first\n', '\r\n\n first\n'],
		['CDATA', '<![CDATA[a <b> &#x1; & c]]>', 'a <b> &#x1; & c'],
		['CDATA beside text', 'x &lt; <![CDATA[<y>]]> z', 'x < <y> z'],
		['what XML forbids, between sections', '&#x1;a<![CDATA[&#x1;]]>&#x1;b&#xD83D;&#xDE00;<![CDATA[<![CDATA[&#2;]]>&#x41;&#2;', 'a&#x1;b😀<![CDATA[&#2;A'],
	])('W7: text is kept as it is: %s', async (_what, xml, text) => {
		expect(await read([itemResponse('A', `<t:Subject>${xml}</t:Subject>`)], ([response]) => response?.Item.Subject)).toBe(text);
		expect(await read([itemResponse('A', `<t:Body BodyType="Text">${xml}</t:Body>`)], ([response]) => response?.Item.Body.Text)).toBe(text);
	});

	it.each([
		['a tag that is not closed', '<m:GetItemResponse><m:a></m:GetItemResponse>'],
		['an entity of its own', '<m:GetItemResponse>&file;</m:GetItemResponse>'],
		['a prefix that is not bound', '<q:GetItemResponse/>'],
		['a prefix that is bound in another place', '<a xmlns:q="urn:q"/><q:GetItemResponse/>'],
		['a prefix of an attribute that is not bound', '<m:GetItemResponse q:a="1"/>'],
		['a name of three parts', '<m:GetItem:Response/>'],
		['the same attribute twice', '<m:GetItemResponse a="1" a="2"/>'],
	])('W7: malformed XML throws: %s', (_what, body) => {
		expect(() => readSoapObject(envelope(body))).toThrow(EwsError);
	});

	it('W7: a megabyte of sections without an end is refused in no time', { timeout: 20_000 }, () => {
		const { cpu } = cpuTime(() => expect(() => readSoapObject(envelope(`&#65;${'<![CDATA['.repeat(100_000)}`))).toThrow(EwsError));
		expect(cpu).toBeLessThan(1000);
	});

	it('W7: prefixes are read as they are bound, not as they are called', () => {
		const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
		const instance = 'http://www.w3.org/2001/XMLSchema-instance';
		const { Body: body } = readSoapObject(
			`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><Item xmlns="${types}"><x:Subject xmlns:x="${types}" xml:lang="de">one</x:Subject><Value xmlns="urn:other" Kind="a"/><Gone xmlns:i="${instance}" i:nil="true"/></Item></e:Body></e:Envelope>`,
		);
		expect(body).toEqual({
			__prefix: 'e',
			Item: { __type: 'Item', Subject: { __prefix: 'x', __type: 'Subject', 'xml:lang': 'de', Subject: 'one' }, Value: { Kind: 'a' }, Gone: null },
		});
	});

	it('W7: the library’s own reader is that reader', async () => {
		const library = await loadEwsLibrary();
		const read = (xml: string): unknown => (new library.EwsServiceXmlReader(xml, new library.ExchangeService()) as unknown as { JsObject: unknown }).JsObject;
		expect(read(envelope('<t:Subject>  two  </t:Subject>'))).toMatchObject({ Body: { Subject: '  two  ' } });
		expect(() => read(envelope('<t:Subject>'))).toThrow(EwsError);
	});

	it('W7: a document type declaration, bottomless nesting and other documents are refused', () => {
		expect(() => readSoapObject('<!DOCTYPE s [<!ENTITY a "b">]><s>&a;</s>')).toThrow(/document type/);
		expect(() => readSoapObject(envelope('<a>'.repeat(5000) + '</a>'.repeat(5000)))).toThrow(/nested/);
		expect(() => readSoapObject('<Envelopes/>')).toThrow(EwsError);
		expect(() => readSoapObject('')).toThrow(EwsError);
	});

	it('W7: names that the server chooses do not reach the prototype', () => {
		const object = readSoapObject(envelope('<__proto__><polluted>1</polluted></__proto__><constructor>2</constructor>'));
		expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
		expect(object['Body']).toMatchObject({ constructor: '2' });
		expect(Object.getPrototypeOf(object['Body'])).toBe(Object.prototype);
	});

	it('W10: the interval of a recurrence is a number', async () => {
		const recurrence = '<t:Recurrence><t:WeeklyRecurrence><t:Interval>3</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence><t:NoEndRecurrence><t:StartDate>2024-06-03Z</t:StartDate></t:NoEndRecurrence></t:Recurrence>';
		const read = await readAppointment(recurrence, (item) => item.Recurrence as unknown as { Interval: number; StartDate: import('ews-javascript-api').DateTime });
		expect(read.Interval).toBe(3);
		expect(read.StartDate.Format('YYYY-MM-DD')).toBe('2024-06-03');
	});

	it.each([
		['2024-06-03T10:00:00Z', '2024-06-03T10:00:00.000Z'],
		['2024-06-03T10:00:00+02:00', '2024-06-03T08:00:00.000Z'],
		['2024-06-03T10:00:00', '2024-06-03T10:00:00.000Z'],
		['2024-06-03T10:00:00.1234567Z', '2024-06-03T10:00:00.123Z'],
		['2024-06-03Z', '2024-06-03T00:00:00.000Z'],
		['2024-06-03+14:00', '2024-06-03T00:00:00.000Z'],
		['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
	])('W11: the instant %s is %s', async (xml, iso) => {
		expect(await readAppointment(`<t:Start>${xml}</t:Start>`, (item) => item.Start.ToISOString())).toBe(iso);
	});

	it('W13: a property that cannot be read is told of', async () => {
		expect(await readAppointment('<t:Subject>x</t:Subject><t:Start>yesterday</t:Start><t:End>2024-06-03T10:00:00Z</t:End>', (item) => [item.Subject, unreadableProperties(item)])).toEqual(['x', ['Start']]);
		expect(await readAppointment('<t:Subject>x</t:Subject>', (item) => unreadableProperties(item))).toEqual([]);
	});
});

describe('a library of another version', () => {
	it('fails at load where a method that is put right is missing', async () => {
		const library = await loadEwsLibrary();
		expect(() => replaceMethod(library.Item.prototype, 'NoSuchMethod', (original) => original)).toThrow(/NoSuchMethod/);
		expect(() => replaceMethod(undefined, 'Anything', (original) => original)).toThrow(/Anything/);
	});
});
