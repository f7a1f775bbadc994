import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { formatInstant, formatWallClock, parseDateTime, parseDurationMinutes, formatDuration } from './civil-date.mts';
import { parseXml } from '../xml/parse.mts';
import { offsetByRules } from './time-zone-definition.mts';
import { readTimeZone, writeTimeZoneDefinition, zoneOfStored } from './time-zone-xml.mts';
import { customZone, serverZones, toInstant, toWallClock, windowsZone, zoneNamed } from './time-zone.mts';

function wall(text: string): number {
	const read = parseDateTime(text);
	if (!read) throw new RangeError(text);
	return read.wallClock;
}

describe('time zones of the server', () => {
	it('knows the Windows zones and no other names', () => {
		expect(serverZones().length).toBeGreaterThan(130);
		expect(windowsZone('W. Europe Standard Time')?.name).toBe('(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna');
		expect(windowsZone('Europe/Zurich')).toBeUndefined();
		expect(windowsZone('Customized Time Zone')).toBeUndefined();
		expect(zoneNamed('America/New_York').id).toBe('Eastern Standard Time');
	});

	it.each(['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Pacific/Honolulu', 'Australia/Lord_Howe'])(
		'writes rules for %s that give the same clock',
		(name) => {
			const zone = zoneNamed(name);
			const rules = zone.rules();
			const copy = customZone('Customized Time Zone', '', rules);
			for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2029, 0, 1); at += 1_800_000) {
				if (offsetByRules(rules, at) !== zone.offsetAt(at)) expect.fail(`${name} differs at ${formatInstant(at)}`);
			}
			expect(copy.offsetAt(Date.UTC(2026, 6, 1))).toBe(zone.offsetAt(Date.UTC(2026, 6, 1)));
		},
	);

	it('moves a skipped time forward and takes a doubled one as standard time', () => {
		const zurich = zoneNamed('Europe/Zurich');
		expect(formatInstant(toInstant(zurich, wall('2026-03-29T02:30:00')))).toBe('2026-03-29T01:30:00Z');
		expect(formatInstant(toInstant(zurich, wall('2026-10-25T02:30:00')))).toBe('2026-10-25T01:30:00Z');
	});

	it('turns instants into wall clocks as luxon does, and back', () => {
		const zones = fc.constantFrom('Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Pacific/Honolulu');
		fc.assert(
			fc.property(zones, fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2035, 0, 1) / 60_000 }), (name, minute) => {
				const [zone, instant] = [zoneNamed(name), minute * 60_000];
				const clock = toWallClock(zone, instant);
				expect(formatWallClock(clock)).toBe(DateTime.fromMillis(instant, { zone: name }).toFormat("yyyy-MM-dd'T'HH:mm:ss"));
				const back = toInstant(zone, clock);
				expect(toWallClock(zone, back)).toBe(clock);
				expect(Math.abs(back - instant)).toBeLessThanOrEqual(3_600_000);
			}),
		);
	});

	it('reads definitions whose rules change with the years', () => {
		const rule = (id: string, spring: [number, number], autumn: [number, number]): string =>
			`<t:TransitionsGroup Id="${id}">${[['d', ...spring], ['s', ...autumn]].map(([to, month, occurrence]) => `<t:RecurringDayTransition><t:To Kind="Period">${to}</t:To><t:TimeOffset>PT2H</t:TimeOffset><t:Month>${month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>${occurrence}</t:Occurrence></t:RecurringDayTransition>`).join('')}</t:TransitionsGroup>`;
		const text = `<t:TimeZoneDefinition xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" Id="US" Name=""><t:Periods><t:Period Bias="PT5H" Name="Standard" Id="s"/><t:Period Bias="PT4H" Name="Daylight" Id="d"/></t:Periods><t:TransitionsGroups>${rule('0', [4, 1], [10, -1])}${rule('1', [3, 2], [11, 1])}</t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition><t:AbsoluteDateTransition><t:To Kind="Group">1</t:To><t:DateTime>2007-01-01T00:00:00</t:DateTime></t:AbsoluteDateTransition></t:Transitions></t:TimeZoneDefinition>`;
		const zone = zoneOfStored(readTimeZone(parseXml(text)));
		if (!zone) throw new RangeError('no zone');
		const written = zoneOfStored(readTimeZone(parseXml(writeTimeZoneDefinition('t:Z', zone).replace('<t:Z', '<t:Z xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'))));
		for (const [day, offset] of [['2006-03-20', -300], ['2006-04-03', -240], ['2006-11-01', -300], ['2026-03-20', -240], ['2026-11-03', -300]] as const) {
			const at = Date.parse(`${day}T12:00:00Z`);
			expect([zone.offsetAt(at), written?.offsetAt(at), DateTime.fromMillis(at, { zone: 'America/New_York' }).offset]).toEqual([offset, offset, offset]);
		}
	});

	it('reads and writes durations', () => {
		expect(parseDurationMinutes('-PT60M')).toBe(-60);
		expect(parseDurationMinutes('P0DT2H0M0.0S')).toBe(120);
		expect(parseDurationMinutes('two hours')).toBeUndefined();
		expect(formatDuration(-330)).toBe('-PT5H30M');
		expect(formatDuration(0)).toBe('PT0S');
	});
});
