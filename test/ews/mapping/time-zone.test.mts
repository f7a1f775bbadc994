import { IANAZone } from 'luxon';
import { findIana, findWindows } from 'windows-iana';
import { describe, expect, it } from 'vitest';

import { sameWindowsZone, windowsZoneOf, zoneOf } from '../../../src/ews/mapping/time-zone.ts';
import { addDays, dayOf, instantIn, localTime } from '../../../src/ews/mapping/wall-clock.ts';
import { child } from '../../../src/ews/mapping/wire-node.ts';
import { windowsZone } from '../../../src/records/time-zone.ts';
import { serverZones } from '../../exchange-server/calendar/time-zone.mts';
import { writeTimeZoneDefinition } from '../../exchange-server/calendar/time-zone-xml.mts';
import { itemOf } from './wire.mts';

const FALLBACK = 'Europe/Zurich';

function definition(attributes: string, inside = '') {
	return child(itemOf(`<t:StartTimeZone ${attributes}>${inside}</t:StartTimeZone>`), 'StartTimeZone');
}

function rules(standard: string, daylight: string, month: number, hours = 2): string {
	return `<t:Periods><t:Period Bias="${standard}" Name="Standard" Id="s"/><t:Period Bias="${daylight}" Name="Daylight" Id="d"/></t:Periods>
		<t:TransitionsGroups><t:TransitionsGroup Id="0">
		<t:RecurringDayTransition><t:To Kind="Period">d</t:To><t:TimeOffset>PT${hours}H</t:TimeOffset><t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>
		<t:RecurringDayTransition><t:To Kind="Period">s</t:To><t:TimeOffset>PT${hours + 1}H</t:TimeOffset><t:Month>${month === 10 ? 4 : 10}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>
		</t:TransitionsGroup></t:TransitionsGroups>`;
}

describe('time-zone: the zone of an item', () => {
	it.each([
		['Id="W. Europe Standard Time"', 'Europe/Zurich'],
		['Id="Eastern Standard Time"', 'America/New_York'],
		['Id="India Standard Time"', 'Asia/Kolkata'],
		['Id="New Zealand Standard Time"', 'Pacific/Auckland'],
		['Id="UTC"', 'UTC'],
		['Id="tzone://Microsoft/Utc"', 'UTC'],
		['Id="Europe/Copenhagen"', 'Europe/Copenhagen'],
		['Id="CEST"', 'Europe/Berlin'],
		['Id="Mitteleuropäische Zeit" Name=""', 'Europe/Berlin'],
		['Id="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', 'Europe/Zurich'],
		['Id="(UTC-05:00) Eastern Time (US &amp; Canada)"', 'America/New_York'],
		['Id="(UTC+09:00) Osaka, Sapporo, Tokyo"', 'Asia/Tokyo'],
		['Id="Custom" Name="Pacific Standard Time"', 'America/Los_Angeles'],
	])('%s is %s', (attributes, expected) => {
		expect(zoneOf(definition(attributes), FALLBACK)).toEqual({ timeZone: expected });
	});

	it('is the connector’s where nothing is known, and says so', () => {
		for (const id of ['Customized Time Zone', 'tzone://Microsoft/Custom', '日本', 'x'.repeat(2000)])
			expect(zoneOf(definition(`Id="${id}"`), FALLBACK)).toEqual({ timeZone: FALLBACK, unknownZone: id });
		expect(zoneOf(undefined, FALLBACK)).toEqual({ timeZone: FALLBACK });
	});

	it('is told by its rules where its name says nothing', () => {
		expect(zoneOf(definition('Id="Customized"', rules('-PT2H', '-PT3H', 3, 3)), FALLBACK).timeZone).toBe('Europe/Helsinki');
		// No zone changes its clocks at these hours: the one with most people of those that do on these days.
		expect(zoneOf(definition('Id="Customized"', rules('-PT2H', '-PT3H', 3, 5)), FALLBACK).timeZone).toBe('Europe/Helsinki');
		expect(zoneOf(definition('Id="Customized"', rules('PT5H', 'PT4H', 3)), FALLBACK).timeZone).toBe('America/New_York');
		expect(zoneOf(definition('Id="Customized"', rules('-PT10H', '-PT11H', 10)), FALLBACK).timeZone).toBe('Australia/Sydney');
		expect(zoneOf(definition('Id="Customized"', rules('-PT1H', '-PT2H', 3)), FALLBACK).timeZone).toBe(FALLBACK);
	});

	it.each(['', 'Id="Customized"'])('is told by its rules for every Windows zone, whatever those are: %s', (attributes) => {
		const noons = Array.from({ length: 365 }, (_, day) => Date.UTC(2026, 0, 1 + day, 12));
		const clock = (zone: string): string => noons.map((noon) => IANAZone.create(zone).offset(noon)).join();
		for (const zone of serverZones()) {
			const [iana = 'UTC'] = findIana(zone.id);
			const inside = /^<t:StartTimeZone [^>]*>(.*)<.t:StartTimeZone>$/s.exec(writeTimeZoneDefinition('t:StartTimeZone', zone))?.[1];
			const { timeZone } = zoneOf(definition(attributes, inside), FALLBACK);
			// Morocco changes its clocks by the moon, which no rule says.
			if (iana !== 'Africa/Casablanca') expect([zone.id, timeZone, clock(timeZone) === clock(iana)]).toEqual([zone.id, timeZone, true]);
		}
	});

	it('is told by the rules that are in force, where a definition has those of other years, too', () => {
		const groups = [
			['-PT3H', undefined],
			['-PT5H', '2014-10-26T02:00:00'],
			['-PT4H', '2099-01-01T00:00:00'],
		] as const;
		const inside = `<t:Periods>${groups.map(([bias], index) => `<t:Period Bias="${bias}" Name="Standard" Id="p${index}"/>`).join('')}</t:Periods>
			<t:TransitionsGroups>${groups.map((_, index) => `<t:TransitionsGroup Id="${index}"><t:Transition><t:To Kind="Period">p${index}</t:To></t:Transition></t:TransitionsGroup>`).join('')}</t:TransitionsGroups>
			<t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition>
			${groups.flatMap(([, from], index) => (from === undefined ? [] : `<t:AbsoluteDateTransition><t:To Kind="Group">${index}</t:To><t:DateTime>${from}</t:DateTime></t:AbsoluteDateTransition>`)).join('')}</t:Transitions>`;
		const { timeZone } = zoneOf(definition('', inside), FALLBACK);
		expect(IANAZone.create(timeZone).offset(Date.UTC(2026, 0, 1))).toBe(300);
	});

	it('without a zone of the same clocks is the connector’s', () => {
		expect(zoneOf(definition('', rules('-PT1H17M', '-PT2H17M', 3)), FALLBACK)).toEqual({ timeZone: FALLBACK });
		expect(zoneOf(definition('Id="Odd"', rules('-PT1H17M', '-PT2H17M', 3)), FALLBACK)).toEqual({ timeZone: FALLBACK, unknownZone: 'Odd' });
	});

	it('of every Windows id is a zone that exists, and goes back to that id', () => {
		const zones = Intl.supportedValuesOf('timeZone');
		const ids = new Set(zones.flatMap((zone) => findWindows(zone)));
		expect(ids.size).toBeGreaterThan(120);
		for (const id of ids) {
			const { timeZone, unknownZone } = zoneOf({ Id: id }, 'UTC');
			expect([id, unknownZone, IANAZone.isValidZone(timeZone)]).toEqual([id, undefined, true]);
			expect([id, windowsZoneOf(timeZone)]).toEqual([id, findIana(id).length > 0 ? windowsZoneOf(findIana(id)[0] ?? '') : id]);
		}
	});

	it('is written by its Windows id, whatever its name in the tz database: all but one have one', () => {
		expect(['America/Ciudad_Juarez', 'America/Coyhaique', 'America/Montreal', 'US/Eastern', 'GB', 'CET', 'EST5EDT', 'Pacific/Kanton'].map(windowsZoneOf)).toEqual([
			'Mountain Standard Time',
			'Magallanes Standard Time',
			'Eastern Standard Time',
			'Eastern Standard Time',
			'GMT Standard Time',
			'Romance Standard Time',
			'Eastern Standard Time',
			'UTC+13',
		]);
		const without = Intl.supportedValuesOf('timeZone').filter((zone) => windowsZone(zone) === undefined);
		expect(without).toEqual(['Antarctica/Troll']);
	});

	it('is written by its Windows id, old and new names alike', () => {
		expect(['Europe/Kyiv', 'Europe/Kiev', 'Asia/Calcutta', 'Asia/Kolkata', 'UTC', 'Etc/UTC', 'Europe/Zurich'].map(windowsZoneOf)).toEqual([
			'FLE Standard Time',
			'FLE Standard Time',
			'India Standard Time',
			'India Standard Time',
			'UTC',
			'UTC',
			'W. Europe Standard Time',
		]);
		expect(() => windowsZoneOf('Mars/Olympus')).toThrow(/timeZone.*IANA/);
		expect(() => windowsZoneOf('Antarctica/Troll')).toThrow(/timeZone.*Antarctica\/Troll.*that Windows has/);
		expect(sameWindowsZone('Europe/Zurich', 'Europe/Berlin')).toBe(true);
		expect(sameWindowsZone('Europe/Zurich', 'Europe/Paris')).toBe(false);
	});
});

describe('days and wall clocks', () => {
	it('a day stays the day that was written', () => {
		for (const zone of ['Pacific/Auckland', 'Pacific/Honolulu', 'UTC']) {
			expect(dayOf('2026-03-02', zone)).toBe('2026-03-02');
			expect(dayOf('2026-03-02Z', zone)).toBe('2026-03-02');
			expect(dayOf('2026-03-02T00:00:00Z', zone)).toBe('2026-03-02');
		}
		expect(dayOf('2026-03-01T23:00:00Z', 'Europe/Zurich')).toBe('2026-03-02');
		expect(dayOf('2026-03-01T11:00:00Z', 'Pacific/Auckland')).toBe('2026-03-02');
		expect(dayOf(undefined, 'UTC')).toBeUndefined();
	});

	it('the same wall-clock time is another instant in summer', () => {
		expect([instantIn('2026-03-28T09:00:00', 'Europe/Zurich'), instantIn('2026-03-30T09:00:00', 'Europe/Zurich')]).toEqual(['2026-03-28T08:00:00Z', '2026-03-30T07:00:00Z']);
		expect(localTime('2026-03-30T07:00:00Z', 'Europe/Zurich')).toBe('2026-03-30T09:00:00');
		expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
	});
});
