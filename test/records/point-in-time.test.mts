import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { dateOf, dayOf, instantOf, localTimeOf } from '../../src/records/point-in-time.ts';
import { ianaZone, windowsZone } from '../../src/records/time-zone.ts';

describe('time-zone: instants as builders send them', () => {
	it.each<[unknown, string]>([
		['2026-03-02T09:00:00+01:00', '2026-03-02T08:00:00Z'],
		['2026-03-02T08:00:00Z', '2026-03-02T08:00:00Z'],
		['2026-03-02T08:00:00.999Z', '2026-03-02T08:00:00Z'],
		['2026-03-02t08:00:00z', '2026-03-02T08:00:00Z'],
		['2026-03-02T09:00:00+0100', '2026-03-02T08:00:00Z'],
		['2026-03-02T09:00:00', '2026-03-02T08:00:00Z'],
		['2026-03-02 09:00:00', '2026-03-02T08:00:00Z'],
		['2026-03-02T09:00', '2026-03-02T08:00:00Z'],
		['2026-07-02T09:00', '2026-07-02T07:00:00Z'],
		[new Date(Date.UTC(2026, 2, 2, 8, 0, 0, 5)), '2026-03-02T08:00:00Z'],
		[DateTime.fromISO('2026-03-02T09:00:00', { zone: 'Europe/Zurich' }), '2026-03-02T08:00:00Z'],
	])('reads %s', (value, expected) => {
		expect(instantOf(value, 'Europe/Zurich')).toBe(expected);
	});

	it('moves a time in a gap forward and takes the first of two equal times (RFC 5545, 3.3.5)', () => {
		expect(instantOf('2026-03-29T02:30:00', 'Europe/Zurich')).toBe('2026-03-29T01:30:00Z');
		expect(localTimeOf('2026-03-29T01:30:00Z', 'Europe/Zurich')).toBe('2026-03-29T03:30:00');
		expect(instantOf('2026-10-25T02:30:00', 'Europe/Zurich')).toBe('2026-10-25T00:30:00Z');
		expect(instantOf('2026-03-08T02:30:00', 'America/New_York')).toBe('2026-03-08T07:30:00Z');
		expect(instantOf('2026-11-01T01:30:00', 'America/New_York')).toBe('2026-11-01T05:30:00Z');
		expect(instantOf('2026-09-27T02:30:00', 'Pacific/Auckland')).toBe('2026-09-26T14:30:00Z');
	});

	it.each([['2026-03-02'], ['tomorrow'], [''], [1772438400000], [{}], [true], [new Date(NaN)], ['2026-02-30T09:00:00Z'], ['2026-03-02T25:00:00'], ['1600-12-31T12:00:00Z'], ['4501-01-01T00:00:00Z'], ['2026-03-02T09:00:00+99:00']])(
		'does not read %j',
		(value) => {
			expect(instantOf(value, 'Europe/Zurich')).toBeUndefined();
		},
	);

	it('reads what it has written', () => {
		fc.assert(
			fc.property(fc.date({ min: new Date('1700-01-01T00:00:00Z'), max: new Date('4400-01-01T00:00:00Z'), noInvalidDate: true }), fc.constantFrom('Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'), (date, zone) => {
				const instant = instantOf(date, zone);
				expect(instant).toBe(`${date.toISOString().slice(0, 19)}Z`);
				expect(instantOf(instant, zone)).toBe(instant);
			}),
		);
	});
});

describe('time-zone: dates', () => {
	it('reads plain dates and midnights', () => {
		expect(dateOf('2026-03-02', 'Pacific/Auckland')).toBe('2026-03-02');
		expect(dateOf('2026-03-02T00:00:00', 'Pacific/Honolulu')).toBe('2026-03-02');
		expect(dateOf('2026-03-02T00:00:00.000Z', 'Pacific/Honolulu')).toBe('2026-03-02');
		expect(dateOf('2026-03-01T23:00:00Z', 'Europe/Zurich')).toBe('2026-03-02');
		expect(dateOf('2026-09-06T04:00:00Z', 'America/Santiago')).toBe('2026-09-06');
		expect(['2026-11-01T04:00:00Z', '2026-11-01T05:00:00Z'].map((midnight) => dateOf(midnight, 'America/Havana'))).toEqual(['2026-11-01', '2026-11-01']);
		expect(dateOf('soon', 'Europe/Zurich')).toBeUndefined();
		expect(dateOf('2026-03-02T09:00:00', 'Europe/Zurich')).toBeUndefined();
		expect(dateOf('2026-02-30', 'Europe/Zurich')).toBeUndefined();
	});

	it('reads the day of a time', () => {
		expect(dayOf('2026-03-02T23:30:00Z', 'Europe/Zurich')).toBe('2026-03-03');
		expect(dayOf('2026-03-02T17:00:00', 'Europe/Zurich')).toBe('2026-03-02');
		expect(dayOf('soon', 'Europe/Zurich')).toBeUndefined();
	});
});

describe('time-zone: zone ids', () => {
	it.each([
		['Europe/Zurich', 'Europe/Zurich'],
		['europe/zurich', 'Europe/Zurich'],
		['Asia/Kolkata', 'Asia/Kolkata'],
		['Asia/Calcutta', 'Asia/Calcutta'],
		['Europe/Kyiv', 'Europe/Kyiv'],
		['UTC', 'UTC'],
		['utc', 'UTC'],
		['W. Europe Standard Time', 'Europe/Berlin'],
		['eastern standard time', 'America/New_York'],
	])('knows %s', (name, expected) => {
		expect(ianaZone(name)).toBe(expected);
	});

	it.each([['+01:00'], ['Mars/Olympus'], [''], ['Customized Time Zone']])('does not know %j', (name) => {
		expect(ianaZone(name)).toBeUndefined();
	});

	it('finds the Windows zone of every zone that has one', () => {
		expect(windowsZone('Europe/Zurich')).toBe('W. Europe Standard Time');
		expect(windowsZone('Europe/Kyiv')).toBe(windowsZone('Europe/Kiev'));
		expect(windowsZone('Asia/Kolkata')).toBe('India Standard Time');
		expect(windowsZone('UTC')).toBe('UTC');
	});
});
