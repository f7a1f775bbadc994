import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { formatInstant, formatWallClock, parseDateTime, parseDurationMinutes, formatDuration } from './civil-date.mts';
import { offsetByRules } from './time-zone-definition.mts';
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

	it('reads and writes durations', () => {
		expect(parseDurationMinutes('-PT60M')).toBe(-60);
		expect(parseDurationMinutes('P0DT2H0M0.0S')).toBe(120);
		expect(parseDurationMinutes('two hours')).toBeUndefined();
		expect(formatDuration(-330)).toBe('-PT5H30M');
		expect(formatDuration(0)).toBe('PT0S');
	});
});
