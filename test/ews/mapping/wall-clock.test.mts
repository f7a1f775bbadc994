import { Settings } from 'luxon';
import { afterEach, describe, expect, it } from 'vitest';

import { instantIn } from '../../../src/ews/mapping/wall-clock.ts';

describe('instantIn', () => {
	const { now } = Settings;
	afterEach(() => {
		Settings.now = now;
	});

	it.each(['2026-01-15T00:00:00Z', '2026-07-15T00:00:00Z'])('is the first of two equal local times, whatever the clocks show now (%s)', (present) => {
		Settings.now = () => Date.parse(present);
		expect(instantIn('2026-10-25T02:30:00', 'Europe/Zurich')).toBe('2026-10-25T00:30:00Z');
		expect(instantIn('2026-10-25T02:30:00+01:00', 'Europe/Zurich')).toBe('2026-10-25T01:30:00Z');
		expect(instantIn('2026-10-25T01:30:00Z', 'Europe/Zurich')).toBe('2026-10-25T01:30:00Z');
		expect(instantIn('2026-03-29T02:30:00', 'Europe/Zurich')).toBe('2026-03-29T01:30:00Z');
		expect(instantIn('2026-10-25', 'Europe/Zurich')).toBe('2026-10-24T22:00:00Z');
	});
});
