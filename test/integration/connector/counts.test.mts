/** How many requests the work costs, counted by the server. The figures are promises of the product, not measurements. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

import { itIsLarge } from '../../quick-look.mts';
import { appointment, email } from '../../sync/records.mts';
import { ANNA, type ConnectorBench, useBenches } from './connector-bench.mts';

const bench = useBenches();
const MAILS = { watches: [{ kind: 'email' as const, folders: [{ by: 'role' as const, role: 'inbox' as const }], includeSubfolders: false }] };
const CALENDAR = { watches: [{ kind: 'appointment' as const, folders: [{ by: 'role' as const, role: 'calendar' as const }], includeSubfolders: false }] };

function fillInbox(office: ConnectorBench, count: number): void {
	for (let n = 1; n <= count; n++) office.outlook().create({ subject: `Mail ${n}`, text: `Text ${n}`, messageId: `<${n}@x>`, from: { name: 'Bert', address: 'bert@example.org' } });
}

async function drain(office: ConnectorBench, more: Parameters<ConnectorBench['pullOptions']>[0], each?: (polls: number, events: number) => void): Promise<string[]> {
	const ids: string[] = [];
	for (let polls = 1; ; polls++) {
		const { events, summary } = await office.pull(more);
		for (const { envelope } of events) ids.push(envelope.exchangeId);
		each?.(polls, events.length);
		if (!summary.moreToCome) return ids;
		expect(polls).toBeLessThan(100);
	}
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Megabytes in use once everything that can be given back is. */
function heapInUse(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed / 1024 / 1024;
}

describe('requests', () => {
	it('1,000 mails are pulled in at most 60', async () => {
		const office = await bench({ server: {} });
		fillInbox(office, 1_000);
		const ids = await drain(office, { ...MAILS, maxEvents: 1_000 });
		expect(new Set(ids).size).toBe(1_000);
		expect(ids).toHaveLength(1_000);
		expect(office.requests().length).toBeLessThanOrEqual(60);
		await office.pull(MAILS);
		expect(office.operations()).toEqual({ SyncFolderItems: 1 });
	});

	it('1,000 new mails are pushed in at most 60, and found unchanged in at most 40', async () => {
		const office = await bench({ server: {} });
		const items = Array.from({ length: 1_000 }, (_, n) => ({ externalId: `m${n}`, record: email({ key: `<${n}@x>`, subject: `Mail ${n}` }) }));
		const created = await office.push('email', items);
		expect(new Set(created.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
		expect(office.outlook().items('inbox')).toHaveLength(1_000);
		expect(office.requests().length).toBeLessThanOrEqual(60);
		const again = await office.push('email', items);
		expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
		expect(office.requests().length).toBeLessThanOrEqual(40);
		const byId = await office.push('email', items.map((item, n) => ({ ...item, exchangeId: created[n]!.exchangeId! })));
		expect(new Set(byId.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
		expect(office.requests().length).toBeLessThanOrEqual(40);
	});

	it('an idle poll over 2,000 appointments costs one per folder', async () => {
		const office = await bench({ server: {} });
		const calendar = office.control.calendar(ANNA);
		for (let n = 0; n < 2_000; n++) calendar.create({ subject: `Date ${n}`, start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00' });
		expect(await drain(office, { ...CALENDAR, maxEvents: 2_000 })).toHaveLength(2_000);
		office.requests();
		expect((await office.pull(CALENDAR)).events).toEqual([]);
		expect(office.operations()).toEqual({ SyncFolderItems: 1 });
		await office.pull();
		office.requests();
		await office.pull();
		expect(office.operations()).toEqual({ SyncFolderItems: 4 });
	});

	it('500 changed appointments in 50 series are pulled in at most 40', async () => {
		const office = await bench({ server: {} });
		const records = Array.from({ length: 50 }, (_, n) => appointment({ key: `uid-${n}`, subject: `Series ${n}`, recurrence: { rrule: 'FREQ=DAILY;COUNT=25', exceptions: [], deleted: [] } }));
		const created = await office.push('appointment', records.map((record, n) => ({ externalId: `a${n}`, record })));
		await drain(office, CALENDAR);
		const calendar = office.control.calendar(ANNA);
		for (const { exchangeId } of created) {
			for (let day = 10; day < 20; day++) calendar.editOccurrence(exchangeId!, `2026-03-${day}`, { subject: `Changed ${day}`, start: `2026-03-${day}T11:00:00`, end: `2026-03-${day}T12:30:00` });
		}
		office.requests();
		const { events } = await office.pull(CALENDAR);
		expect(events).toHaveLength(50);
		for (const { record } of events) expect(record?.kind === 'appointment' && record.recurrence?.exceptions.length).toBe(10);
		expect(office.requests().length).toBeLessThanOrEqual(40);
	});
});

describe('a backlog', () => {
	itIsLarge('10,000 mails come in slices, each once; neither the cursor nor the heap grows with their number', async () => {
		const office = await bench({ server: {} });
		fillInbox(office, 10_000);
		const cursorSizes: number[] = [];
		let early = 0;
		const ids = await drain(office, { ...MAILS, maxEvents: 500 }, (polls, events) => {
			expect(events).toBeLessThanOrEqual(500);
			cursorSizes.push(JSON.stringify(office.cursor).length);
			// The server's log of texts is no part of the product.
			office.control.clearRequests();
			if (polls === 6) early = heapInUse();
		});
		expect(ids).toHaveLength(10_000);
		expect(new Set(ids).size).toBe(10_000);
		expect(cursorSizes.length).toBeLessThanOrEqual(22);
		// The mails themselves lie in the server of the test, all of them from the first slice on.
		expect(heapInUse() - early).toBeLessThan(15);
		// Ids of mails are not kept: the cursor is the same size after 10,000 as it is early on.
		expect(Math.max(...cursorSizes.slice(3))).toBeLessThanOrEqual(Math.max(...cursorSizes.slice(0, 3)) * 1.5 + 2_000);
	}, 180_000);
});
