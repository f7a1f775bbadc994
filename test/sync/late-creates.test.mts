import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MailboxFault } from '../../src/sync/fault.ts';
import type { FoundItem, NewItem } from '../../src/sync/mailbox.ts';
import { originalFirst } from '../../src/sync/original-first.ts';
import { formatStamp, newNonce, nextAttempt, parseStamp, stampKey } from '../../src/sync/stamp.ts';
import { runs } from '../quick-look.mts';
import { told } from '../usual-connector.mts';
import { task } from './records.mts';
import { NOW, SyncBench } from './sync-bench.mts';

type Tasks = Array<NewItem<'task'>>;

/** The mailbox answers to none of the first creates; each is carried out when it is called. */
function unansweredCreates(bench: SyncBench, count: number): Array<() => void> {
	const { mailbox } = bench;
	const create = mailbox.create.bind(mailbox);
	const late: Array<() => void> = [];
	mailbox.create = (async (kind: 'task', items: Tasks) => {
		if (late.length === count) return await create(kind, items);
		late.push(() => {
			for (const { folderId, record, stamp } of items) mailbox.put(folderId, record, stamp === undefined ? {} : { stamp });
		});
		throw new MailboxFault({ reason: 'unavailable', scope: 'account', retry: { can: false }, outcomeUnknown: true, message: 'no answer' });
	}) as typeof mailbox.create;
	return late;
}

/** Right before the push looks for its record the nth time. */
function beforeLook(bench: SyncBench, nth: number, act: () => void): void {
	const { mailbox } = bench;
	const find = mailbox.findStamped.bind(mailbox);
	let looks = 0;
	mailbox.findStamped = async (...asked) => {
		if (++looks === nth) act();
		return await find(...asked);
	};
}

const record = (more: object = {}) => ({ ...task(), ...more });

describe('creates that are carried out after nobody waits for them any more', () => {
	it('two attempts, the first of them before the third looks, the second after that: the first stays, and is told once', async () => {
		const bench = new SyncBench();
		await bench.pull();
		const late = unansweredCreates(bench, 2);
		beforeLook(bench, 3, () => late[0]?.());
		const [outcome] = await bench.push('task', [{ externalId: '1', record: record() }]);
		expect(late).toHaveLength(2);
		const [first] = bench.mailbox.itemsIn('tasks');
		expect(outcome).toMatchObject({ outcome: 'created', exchangeId: first?.id });
		late[1]?.();
		// Within one second of Exchange's times.
		const second = bench.mailbox.itemsIn('tasks').find(({ id }) => id !== first?.id);
		if (first === undefined || second === undefined) throw new Error('There are no two items');
		second.createdAt = first.createdAt;
		expect(told(await bench.pull())).toEqual([]);
		bench.now = NOW + 3_600_000;
		expect(await bench.push('task', [{ externalId: '1', exchangeId: first.id, record: record({ subject: 'Later' }) }])).toMatchObject([{ outcome: 'updated', exchangeId: first.id }]);
		expect(bench.mailbox.itemsIn('tasks').map(({ id, record: stored }) => [id, stored.subject])).toEqual([[first.id, 'Later']]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('all attempts, one after the other: the one that was answered stays', async () => {
		const bench = new SyncBench();
		await bench.pull();
		const late = unansweredCreates(bench, 2);
		const [outcome] = await bench.push('task', [{ externalId: '1', record: record() }]);
		expect(outcome).toMatchObject({ outcome: 'created' });
		for (const act of late) {
			act();
			expect(told(await bench.pull())).toEqual([]);
		}
		expect(bench.mailbox.itemsIn('tasks')).toHaveLength(3);
		expect(await bench.push('task', [{ externalId: '1', record: record() }])).toMatchObject([{ outcome: 'unchanged', exchangeId: outcome?.exchangeId }]);
		expect(bench.mailbox.itemsIn('tasks').map(({ id }) => id)).toEqual([outcome?.exchangeId]);
		expect(told(await bench.pull())).toEqual([]);
	});

	it('a look within ten minutes settles nothing: the request may still come', async () => {
		const bench = new SyncBench();
		const late = unansweredCreates(bench, 1);
		const [outcome] = await bench.push('task', [{ externalId: '1', record: record() }]);
		const again = async (subject: string) => await bench.push('task', [{ externalId: '1', exchangeId: outcome?.exchangeId ?? '', record: record({ subject }) }]);
		bench.now = NOW + 60_000;
		await again('After a minute');
		late[0]?.();
		bench.now = NOW + 2 * 3_600_000;
		expect(await again('After two hours')).toMatchObject([{ outcome: 'updated', exchangeId: outcome?.exchangeId }]);
		expect(bench.mailbox.itemsIn('tasks')).toHaveLength(1);
		bench.now = NOW + 3 * 3_600_000;
		bench.mailbox.calls.length = 0;
		await again('After that');
		expect(bench.mailbox.calls).not.toContain('findStamped');
	});

	it('a delete looks for them, too, also of an item that was written since', async () => {
		const bench = new SyncBench();
		const late = unansweredCreates(bench, 1);
		const [outcome] = await bench.push('task', [{ externalId: '1', record: record() }]);
		const exchangeId = outcome?.exchangeId ?? '';
		bench.now = NOW + 60_000;
		await bench.push('task', [{ externalId: '1', exchangeId, record: record({ subject: 'Changed' }) }]);
		late[0]?.();
		bench.now = NOW + 3_600_000;
		expect(await bench.delete('task', [{ externalId: '1', exchangeId }])).toMatchObject([{ outcome: 'deleted' }]);
		expect(bench.mailbox.itemsIn('tasks')).toEqual([]);
	});

	it('what an old restart hands over again is no second record either', async () => {
		const bench = new SyncBench();
		await bench.pull();
		const late = unansweredCreates(bench, 1);
		await bench.push('task', [{ externalId: '1', record: record() }]);
		late[0]?.();
		await bench.pull();
		bench.processToken = 'another';
		expect(told(await bench.pull())).toEqual([]);
		bench.mailbox.loseSyncStates();
		expect(told(await bench.pull())).toEqual([]);
	});
});

describe('which of several items with one stamp is the original', () => {
	const key = stampKey('crm', '1');
	const [one, other] = [newNonce('anna@example.test'), newNonce('anna@example.test')];
	const nonces = [one, nextAttempt(one), nextAttempt(nextAttempt(one)), other, nextAttempt(other)];
	const items: fc.Arbitrary<FoundItem[]> = fc.array(fc.record({ nonce: fc.constantFrom(...nonces), second: fc.nat(3), number: fc.nat(1_000) }), { minLength: 1, maxLength: 8 }).map((all) =>
		all.map(({ nonce, second, number }, index) => ({
			reference: { id: Buffer.from([index, number >> 8, number & 255]).toString('base64'), changeKey: '' },
			folderId: 'tasks',
			createdAt: `2026-03-01T12:00:0${second}Z`,
			stamp: formatStamp({ key, nonce, hash: 'h', storedHash: '', pattern: '', turns: { count: 1, since: 0 }, externalId: '1' }),
		})),
	);

	it('does not depend on the order in which they are found', () => {
		fc.assert(
			fc.property(items.chain((found) => fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length }))), ([found, shuffled]) => {
				expect(originalFirst(shuffled)).toEqual(originalFirst(found));
			}),
			{ numRuns: runs(500) },
		);
	});

	it('an earlier attempt is never it where a later one is there', () => {
		fc.assert(
			fc.property(items, (found) => {
				const ordered = originalFirst(found).map((item) => parseStamp(item.stamp)?.nonce ?? '');
				const [first = ''] = ordered;
				expect(ordered).not.toContain(nextAttempt(first));
			}),
			{ numRuns: runs(500) },
		);
	});
});
