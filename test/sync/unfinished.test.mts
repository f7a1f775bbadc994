import { describe, expect, it } from 'vitest';

import { contentHash } from '../../src/records/content-hash.ts';
import { MailboxFault } from '../../src/sync/fault.ts';
import type { NewItem } from '../../src/sync/mailbox.ts';
import { attemptOf, formatStamp, newNonce, parseStamp, type Stamp, stampKey } from '../../src/sync/stamp.ts';
import { isLeftUnfinished, unfinished, waitsForPush } from '../../src/sync/unfinished.ts';
import { told } from '../usual-connector.mts';
import type { MemoryItem } from './memory-mailbox.mts';
import { series } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';

const HOUR = 3_600_000;
const WHOLE = series({ key: 'uid-1', recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=10', exceptions: [], deleted: ['2026-03-09T08:00:00Z'] } });
const PART = series({ key: 'uid-1' });
const AWAY = { reason: 'unavailable', scope: 'account', retry: { can: false }, outcomeUnknown: true, message: 'cut off' } as const;

function stampOf(more: Partial<Stamp> = {}): Stamp {
	const stamp = { key: stampKey('crm', '1'), nonce: newNonce('anna@example.test'), hash: contentHash(WHOLE), storedHash: '', pattern: '', turns: { count: 0, since: NOW / 1000 }, externalId: '1' };
	return { ...unfinished(stamp, NOW), ...more };
}

function at(bench: SyncBench, now: number): void {
	bench.now = now;
	bench.mailbox.now = now;
}

/** What a worker has left in the calendar that ended before it wrote the occurrences. */
function left(bench: SyncBench, stamp: Stamp = stampOf()): MemoryItem {
	return bench.mailbox.put('folder-Calendar', PART, { stamp: formatStamp(stamp) });
}

describe('an item that push has left unfinished', () => {
	const instant = (ms: number): { lastModifiedAt: string } => ({ lastModifiedAt: new Date(ms).toISOString() });

	it('is one that nobody has changed since, as far as times and what was noted tell', () => {
		expect(isLeftUnfinished(stampOf(), instant(NOW + 1_000))).toBe(true);
		expect(isLeftUnfinished(stampOf(), instant(NOW + 59 * 60_000))).toBe(true);
		expect(isLeftUnfinished(stampOf(), instant(NOW + HOUR))).toBe(false);
		expect(isLeftUnfinished(stampOf(), {})).toBe(false);
		expect(isLeftUnfinished(stampOf({ storedHash: contentHash(PART) }), instant(NOW + 1_000))).toBe(false);
		const { unfinishedSince: _since, ...whole } = stampOf();
		expect(isLeftUnfinished(whole, instant(NOW + 1_000))).toBe(false);
	});

	it('waits for the next push for a day, whatever the clock was set to', () => {
		const item = instant(NOW + 1_000);
		expect([1, 23, 24, -23, -24, 10_000, -10_000].map((hours) => waitsForPush(stampOf(), item, NOW + hours * HOUR))).toEqual([true, true, false, true, false, false, false]);
	});

	it('handed over once more after a restart, it is left to a push that has come to it meanwhile', async () => {
		const bench = new SyncBench();
		at(bench, NOW);
		await bench.pull();
		const item = bench.mailbox.put('folder-Calendar', series({ key: 'uid-1', subject: 'By a user' }), {});
		expect(told(await bench.pull())).toEqual(['created By a user']);
		bench.mailbox.change(item.id, (target) => {
			target.record = PART;
			target.stamp = formatStamp(stampOf());
		});
		bench.processToken = 'process-2';
		expect(told(await bench.pull())).toEqual([]);
		at(bench, NOW + 25 * HOUR);
		expect(told(await bench.pull())).toEqual(['created Jour fixe']);
	});

	it('beside the one that another worker made whole is a rival: it is not told, and goes with the next push', async () => {
		const bench = new SyncBench();
		at(bench, NOW);
		await bench.pull();
		const [outcome] = await bench.push('appointment', [{ externalId: '1', record: { ...WHOLE } }]);
		left(bench, stampOf({ nonce: 'another' }));
		expect(told(await bench.pull())).toEqual([]);
		expect(await bench.push('appointment', [{ externalId: '1', record: { ...WHOLE, location: 'Room 2' } }])).toMatchObject([{ outcome: 'updated', exchangeId: outcome?.exchangeId }]);
		expect(bench.mailbox.itemsIn('calendar').map(({ id }) => id)).toEqual([outcome?.exchangeId]);
	});
});

describe('a creation of which an earlier attempt is carried out late, and in part', () => {
	it('is made whole by the same push, told as created, and in doubt as long as the last attempt may still come', async () => {
		const bench = new SyncBench();
		at(bench, NOW);
		await bench.pull();
		const { mailbox } = bench;
		const asked: Array<NewItem<'appointment'>> = [];
		mailbox.create = (async (_kind: 'appointment', items: Array<NewItem<'appointment'>>) => {
			asked.push(...items);
			// The first one is carried out while the second is on its way.
			if (asked.length === 2) mailbox.put(asked[0]!.folderId, PART, { stamp: asked[0]!.unfinishedStamp! });
			throw new MailboxFault(AWAY);
		}) as typeof mailbox.create;
		const [outcome] = await bench.push('appointment', [{ externalId: '1', record: { ...WHOLE } }]);
		const [item, ...more] = mailbox.itemsIn('calendar');
		expect([outcome?.outcome, outcome?.exchangeId, more]).toEqual(['created', item?.id, []]);
		expect(item?.record).toMatchObject({ recurrence: { deleted: WHOLE.recurrence?.deleted } });
		const stamp = parseStamp(item?.stamp);
		expect([attemptOf(stamp?.nonce ?? ''), stamp?.inDoubtSince, stamp?.unfinishedSince]).toEqual([2, NOW / 1000, undefined]);
		expect(told(await bench.pull())).toEqual([]);
	});
});
