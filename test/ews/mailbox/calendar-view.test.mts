/** What a calendar shows in a time range, also where Exchange does not show all of it at once. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import type { Folder } from '../../../src/sync/mailbox.ts';
import { ANNA, type Setup, setUp } from './exchange-and-mailbox.mts';

const RANGE = ['2026-01-01T00:00:00Z', '2027-12-31T00:00:00Z'] as const;
const OPTIONS = { body: 'text', timeZone: 'Europe/Zurich' } as const;

let setup: Setup;
let calendar: Folder;
const setups: Setup[] = [];

beforeEach(async () => {
	setup = await setUp();
	setups.push(setup);
	calendar = await setup.mailbox.folder({ by: 'role', role: 'calendar' });
});
afterAll(async () => await Promise.all(setups.map(async (each) => await each.close())));

function daily(subject: string, hour: string, count: number): void {
	setup.server.control.calendar(ANNA).create({ subject, start: `2026-01-05T${hour}:00:00`, end: `2026-01-05T${hour}:30:00`, series: { pattern: { kind: 'Daily', interval: 1 }, count } });
}

async function view(limit: number): Promise<string[]> {
	const items = await setup.mailbox.calendarView(calendar.id, ...RANGE, limit, OPTIONS);
	return items.map(({ record }) => `${record.start} ${record.subject}`);
}

describe('a view of more than a thousand appointments', () => {
	it('is whole, each of them once, in the order of their starts', async () => {
		daily('One', '08', 600);
		daily('Two', '10', 600);
		// It lies in every part of the range.
		setup.server.control.calendar(ANNA).create({ subject: 'Long', start: '2026-01-02T00:00:00', end: '2027-12-30T00:00:00' });
		const seen = await view(100_000);
		expect(seen).toHaveLength(1_201);
		expect(new Set(seen).size).toBe(1_201);
		expect(seen).toEqual([...seen].sort());
		expect(await view(1_100)).toEqual(seen.slice(0, 1_100));
		setup.requests();
		expect(await view(1_000)).toEqual(seen.slice(0, 1_000));
		expect(setup.requests()['FindItem']).toBe(1);
	});

	it('that go on at the same time fails, and says when', async () => {
		for (let n = 0; n <= 1_000; n++) setup.server.control.calendar(ANNA).create({ subject: `${n}`, start: '2026-03-02T08:00:00', end: '2026-03-02T09:00:00' });
		await expect(view(100_000)).rejects.toMatchObject({ reason: 'tooLarge', scope: 'folder', retry: { can: false }, message: expect.stringMatching(/^More than 1000 appointments of the calendar go on at 2026-03-02T0[78]:/) });
		expect(await view(1_000)).toHaveLength(1_000);
	});
});
