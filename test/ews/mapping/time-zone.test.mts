import { IANAZone } from 'luxon';
import { findIana, findWindows } from 'windows-iana';
import { describe, expect, it } from 'vitest';

import { sameWindowsZone, windowsZoneOf, zoneOf } from '../../../src/ews/mapping/time-zone.ts';
import { addDays, dayOf, instantIn, localTime } from '../../../src/ews/mapping/wall-clock.ts';
import { child } from '../../../src/ews/mapping/wire-node.ts';
import { itemOf } from './wire.mts';

const FALLBACK = 'Europe/Zurich';

function definition(attributes: string, inside = '') {
	return child(itemOf(`<t:StartTimeZone ${attributes}>${inside}</t:StartTimeZone>`), 'StartTimeZone');
}

function rules(standard: string, daylight: string, month: number): string {
	return `<t:Periods><t:Period Bias="${standard}" Name="Standard" Id="s"/><t:Period Bias="${daylight}" Name="Daylight" Id="d"/></t:Periods>
		<t:TransitionsGroups><t:TransitionsGroup Id="0">
		<t:RecurringDayTransition><t:To Kind="Period">d</t:To><t:TimeOffset>PT2H</t:TimeOffset><t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>
		<t:RecurringDayTransition><t:To Kind="Period">s</t:To><t:TimeOffset>PT3H</t:TimeOffset><t:Month>10</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>
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
		expect(zoneOf(definition('Id="Customized"', rules('-PT2H', '-PT3H', 3)), FALLBACK).timeZone).toBe('Europe/Helsinki');
		expect(zoneOf(definition('Id="Customized"', rules('PT5H', 'PT4H', 3)), FALLBACK).timeZone).toBe('America/New_York');
		expect(zoneOf(definition('Id="Customized"', rules('-PT10H', '-PT11H', 10)), FALLBACK).timeZone).toBe('Australia/Sydney');
		expect(zoneOf(definition('Id="Customized"', rules('-PT1H', '-PT2H', 3)), FALLBACK).timeZone).toBe(FALLBACK);
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
		expect(() => windowsZoneOf('Mars/Olympus')).toThrow(/timeZone/);
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
