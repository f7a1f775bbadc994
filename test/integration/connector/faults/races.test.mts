import { describe, expect, it, vi } from 'vitest';

import { series } from '../../../sync/records.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';

/** Does something the moment a request of this operation has come in, before it is answered. */
function when(office: FaultBench, operation: string, act: () => void): void {
	const { faults } = office.control;
	const strike = faults.strike.bind(faults);
	let done = false;
	faults.strike = (subject) => {
		if (!done && subject.operation === operation) {
			done = true;
			act();
		}
		return strike(subject);
	};
}

/** Does something to the one item of a folder the moment a request of this operation has come in after it was created. */
function whenCreated(office: FaultBench, kind: (typeof KINDS)[number], operation: string, act: (id: string) => void): void {
	const { faults } = office.control;
	const strike = faults.strike.bind(faults);
	faults.strike = (subject) => {
		const [item] = office.outlook().items(FOLDERS[kind]);
		if (item !== undefined && subject.operation === operation) {
			faults.strike = strike;
			act(item.id);
		}
		return strike(subject);
	};
}

async function inStep(office: FaultBench): Promise<void> {
	await office.pullToRest();
	const { exchange, other } = office.bothSides();
	expect(other).toEqual(exchange);
}

describe('what happens in Exchange while a poll runs', () => {
	it.each(KINDS)('%s updated between the listing and the reading: the last content arrives, once', async (kind) => {
		await withBench(async (office) => {
			const id = await office.make(kind, 'One');
			when(office, 'GetItem', () => office.outlook().edit(id, { categories: ['Later'] }));
			await inStep(office);
			expect(office.events[0]).toBe(`created ${kind} One`);
			// The change stands in the next page as well: told again with the same content, at the most.
			expect(office.events.filter((event) => event.startsWith('created'))).toHaveLength(1);
			expect([...office.rows.values()][0]?.categories).toBe('Later');
		});
	});

	it.each(KINDS)('%s deleted between the listing and the reading: it never was', async (kind) => {
		await withBench(async (office) => {
			await office.pullToRest();
			const id = await office.make(kind, 'One');
			when(office, 'GetItem', () => office.outlook().remove(id));
			await inStep(office);
			expect(office.events.filter((event) => event.startsWith('created'))).toEqual([]);
		});
	});

	it.each(KINDS)('%s deleted after it was told, while its change is read: one delete', async (kind) => {
		await withBench(async (office) => {
			const id = await office.make(kind, 'One');
			await office.pullToRest();
			office.outlook().edit(id, { categories: ['Changed'] });
			when(office, 'GetItem', () => office.outlook().remove(id));
			await inStep(office);
			expect(office.events).toEqual([`created ${kind} One`, `deleted ${kind} One`]);
		});
	});

	it.each(KINDS)('%s moved between two watched folders while its change is read: one item stays, with its content', async (kind) => {
		await withBench(async (office) => {
			office.polls = { watches: office.pullOptions().watches.filter((watch) => watch.kind === kind).map((watch) => ({ ...watch, includeSubfolders: true })) };
			const target = `${office.outlook().folder(FOLDERS[kind]).displayName}/Archive`;
			office.outlook().createFolder(target);
			const id = await office.make(kind, 'One');
			await office.pullToRest();
			office.outlook().edit(id, { categories: ['Changed'] });
			when(office, 'GetItem', () => office.outlook().move(id, target));
			await office.pullToRest();
			expect([...office.rows.values()]).toEqual([{ kind, subject: 'One', categories: 'Changed' }]);
			expect([...office.rows.keys()]).toEqual(office.outlook().items(target).map((item) => item.id));
			expect(office.events).toEqual([`created ${kind} One`, `created ${kind} One`, `deleted ${kind} One`]);
		});
	});
});

describe('what happens in Exchange while a push runs', () => {
	const pushed = (kind: (typeof KINDS)[number], more: object = {}) => ({ externalId: '1', record: recordOf(kind, 'One', more) });

	it.each(KINDS)('%s moved while it is updated: one item, at its new place, with the new content', async (kind) => {
		await withBench(async (office) => {
			const { exchangeId = '' } = await office.pushOne(kind, pushed(kind));
			const target = `${office.outlook().folder(FOLDERS[kind]).displayName}/Archive`;
			office.outlook().createFolder(target);
			when(office, 'UpdateItem', () => office.outlook().move(exchangeId, target));
			expect(await office.pushOne(kind, pushed(kind, { categories: ['Changed'] }))).toMatchObject({ outcome: 'updated' });
			expect(office.outlook().items(FOLDERS[kind])).toEqual([]);
			expect(office.outlook().items(target)).toMatchObject([{ subject: 'One', categories: ['Changed'] }]);
			expect(await office.pushOne(kind, pushed(kind, { categories: ['Changed'] }))).toMatchObject({ outcome: 'unchanged' });
		});
	});

	it.each(KINDS)('%s deleted while it is updated: it is not brought back, and the outcome says why', async (kind) => {
		await withBench(async (office) => {
			const { exchangeId = '' } = await office.pushOne(kind, pushed(kind));
			when(office, 'UpdateItem', () => office.outlook().remove(exchangeId));
			expect(await office.pushOne(kind, pushed(kind, { categories: ['Changed'] }))).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
			expect(office.outlook().items(FOLDERS[kind])).toEqual([]);
			expect(office.outlook().items('deleteditems')).toHaveLength(1);
		});
	});

	it.each(KINDS)('%s deleted permanently while it is updated: nothing tells it from a record that never was, it is created anew', async (kind) => {
		await withBench(async (office) => {
			const { exchangeId = '' } = await office.pushOne(kind, pushed(kind));
			when(office, 'UpdateItem', () => office.outlook().remove(exchangeId, 'hard'));
			const again = await office.pushOne(kind, pushed(kind, { categories: ['Changed'] }));
			expect(again).toMatchObject({ outcome: 'created' });
			expect(again.exchangeId).not.toBe(exchangeId);
			expect(office.outlook().items(FOLDERS[kind])).toMatchObject([{ id: again.exchangeId, subject: 'One', categories: ['Changed'] }]);
			expect(await office.pushOne(kind, pushed(kind, { categories: ['Changed'] }))).toMatchObject({ outcome: 'unchanged' });
		});
	});

	// The look for what another worker may have created, what Exchange made of it, the note of a series' pattern in the stamp; a mail that says everything is not read back.
	const LOOKS = [['email', 'FindItem'], ['task', 'FindItem'], ['task', 'GetItem'], ['appointment', 'FindItem'], ['appointment', 'GetItem'], ['appointment', 'UpdateItem']] as const;
	const looked = (kind: (typeof KINDS)[number], operation: string, more: object = {}) => pushed(kind, { ...(operation === 'UpdateItem' && { recurrence: series().recurrence }), ...more });

	it.each(LOOKS)('%s deleted between its creation and the %s that follows: it is not brought back, and the next push says why', async (kind, operation) => {
		await withBench(async (office) => {
			await office.pullToRest();
			whenCreated(office, kind, operation, (id) => office.outlook().remove(id));
			expect(await office.pushOne(kind, looked(kind, operation))).toMatchObject({ outcome: 'created' });
			expect(office.outlook().items(FOLDERS[kind])).toEqual([]);
			expect(office.outlook().items('deleteditems')).toHaveLength(1);
			await inStep(office);
			expect(office.events).toEqual([]);
			for (const categories of [[], ['Changed']]) expect(await office.pushOne(kind, looked(kind, operation, { categories }))).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
			expect(office.outlook().items(FOLDERS[kind])).toEqual([]);
		});
	});

	it.each(LOOKS)('%s deleted permanently between its creation and the %s that follows: the next push creates it anew, once', async (kind, operation) => {
		await withBench(async (office) => {
			await office.pullToRest();
			whenCreated(office, kind, operation, (id) => office.outlook().remove(id, 'hard'));
			expect(await office.pushOne(kind, looked(kind, operation))).toMatchObject({ outcome: 'created' });
			expect(office.outlook().items(FOLDERS[kind])).toEqual([]);
			expect(await office.pushOne(kind, looked(kind, operation))).toMatchObject({ outcome: 'created' });
			expect(office.outlook().items(FOLDERS[kind])).toHaveLength(1);
			await office.pullToRest();
			expect(office.events).toEqual([]);
			expect(await office.pushOne(kind, looked(kind, operation))).toMatchObject({ outcome: 'unchanged' });
		});
	});

	it.each(KINDS)('%s changed while it is updated: a conflict, decided by the policy', async (kind) => {
		await withBench(async (office) => {
			const { exchangeId = '' } = await office.pushOne(kind, pushed(kind));
			when(office, 'UpdateItem', () => office.outlook().edit(exchangeId, { categories: ['By the user'] }));
			expect(await office.pushOne(kind, pushed(kind, { categories: ['By us'] }))).toMatchObject({ outcome: 'conflict' });
			expect(office.outlook().items(FOLDERS[kind])).toMatchObject([{ categories: ['By the user'] }]);
			when(office, 'UpdateItem', () => office.outlook().edit(exchangeId, { categories: ['By the user again'] }));
			expect(await office.pushOne(kind, pushed(kind, { categories: ['By us'] }), { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
			expect(office.outlook().items(FOLDERS[kind])).toMatchObject([{ categories: ['By us'] }]);
		});
	});
});

describe('polls and clocks', () => {
	it('a poll that overlaps itself: the cursor of either leads to the same end, nothing is lost', async () => {
		await withBench(async (office) => {
			for (const kind of KINDS) await office.make(kind, `before-${kind}`);
			await office.pullToRest();
			for (const kind of KINDS) await office.make(kind, `new-${kind}`);
			office.control.latency = 5;
			const start = office.cursor;
			const [one, two] = await Promise.all([office.connector.pull(start, office.pullOptions()), office.another().pull(start, office.pullOptions())]);
			const names = (result: typeof one) => result.events.map(({ envelope, record }) => `${envelope.event} ${record?.subject}`).sort();
			expect(names(two)).toEqual(names(one));
			expect(two.cursor.state.accounts).toEqual(one.cursor.state.accounts);
			office.hear(one);
			await inStep(office);
			expect(office.events.filter((event) => event.startsWith('created'))).toHaveLength(6);
		});
	});

	it.each([
		['an hour back', -3_600_000],
		['a year back', -365 * 86_400_000],
		['ten years on', 10 * 365 * 86_400_000],
	])('a clock that is set %s loses nothing and repeats nothing', async (_, by) => {
		await withBench(async (office) => {
			for (const kind of KINDS) await office.make(kind, `first-${kind}`);
			await office.pullToRest();
			office.setClock(by);
			for (const kind of KINDS) await office.make(kind, `second-${kind}`);
			for (const kind of KINDS) await office.push(kind, [{ externalId: `pushed-${kind}`, record: recordOf(kind, `pushed-${kind}`) }]);
			const { failedAccounts } = office.hear(await office.connector.pull(office.cursor, office.pullOptions()));
			expect(failedAccounts).toEqual([]);
			expect(office.events.filter((event) => event.includes('second')).sort()).toEqual(KINDS.map((kind) => `created ${kind} second-${kind}`).sort());
			await office.pullToRest();
			expect(new Set(office.events).size).toBe(office.events.length);
			expect(office.events.filter((event) => event.includes('pushed'))).toEqual([]);
		});
	});

	it.each([
		['an hour', -3_600_000],
		['thirty days', -30 * 86_400_000],
	])('a pause that stands in the cursor of another process does not last until that time comes again when the clock was set back by %s', async (_, by) => {
		await withBench(async (office) => {
			await office.make('email', 'One');
			office.control.inject({ operation: 'SyncFolderItems', do: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 600_000 } });
			await office.impatientPull();
			await office.startAnew();
			office.setClock(by);
			office.hear(await office.connector.pull(office.cursor, office.pullOptions()));
			expect(office.events).toEqual(['created email One']);
		});
	});

	it.each([
		['an hour back', -3_600_000],
		['an hour on', 3_600_000],
	])('the machine’s clock is set %s while the server wants to be left alone: the pause is as long as it asked for', async (_, by) => {
		const backOffMs = 700;
		await withBench(async (office) => {
			office.control.setClock(undefined);
			await office.make('email', 'One');
			office.control.inject({ operation: 'SyncFolderItems', times: 1, do: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: backOffMs }, name: 'busy' });
			// The first connector gives up at once and leaves the pause to its process.
			await office.impatientPull();
			const polled = office.control.requests();
			const busy = polled.find(({ fault }) => fault === 'busy');
			const now = Date.now.bind(Date);
			const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + by);
			try {
				expect(await office.pushOne('task', { externalId: '1', record: recordOf('task', 'One') })).toMatchObject({ outcome: 'created' });
			} finally {
				clock.mockRestore();
			}
			// The server is in this process, so its clock was set as well; it counts in whole milliseconds.
			const next = office.control.requests()[polled.length]!.time.getTime() - by;
			expect(next - busy!.time.getTime() - busy!.milliseconds).toBeGreaterThan(backOffMs - 1);
		});
	});

	it('a change to daylight saving time during a poll moves no appointment', async () => {
		await withBench(async (office) => {
			// One second before Central European clocks go from 02:00 to 03:00.
			office.control.setClock(new Date('2026-03-29T00:59:59Z'));
			const calendar = office.control.calendar('anna@example.test');
			const before = calendar.idOf(calendar.create({ subject: 'Before', start: '2026-03-29T01:30:00', end: '2026-03-29T04:30:00', zone: 'Europe/Zurich', uid: 'before' }));
			const series = calendar.idOf(calendar.create({ subject: 'Daily', start: '2026-03-27T09:00:00', end: '2026-03-27T10:00:00', zone: 'Europe/Zurich', uid: 'daily', series: { pattern: { kind: 'Daily', interval: 1 }, count: 5 } }));
			when(office, 'GetItem', () => office.advance(2_000));
			const { events } = office.hear(await office.connector.pull(office.cursor, office.pullOptions()));
			const record = (id: string) => events.find(({ envelope }) => envelope.exchangeId === id)?.record;
			expect(record(before)).toMatchObject({ start: '2026-03-29T00:30:00Z', end: '2026-03-29T02:30:00Z' });
			expect(record(series)).toMatchObject({ start: '2026-03-27T08:00:00Z', timeZone: 'Europe/Zurich' });
			expect(calendar.occurrences(series).map(({ start }) => start)).toEqual(['2026-03-27T08:00:00Z', '2026-03-28T08:00:00Z', '2026-03-29T07:00:00Z', '2026-03-30T07:00:00Z', '2026-03-31T07:00:00Z']);
			await inStep(office);
			expect(office.events).toHaveLength(2);
		});
	});
});

describe('a server that comes back with an older state', () => {
	it('restore-not-synced: what was made since is gone from calendars and tasks, what was changed is as it was, what was deleted comes back as restored and stays out', async () => {
		await withBench(async (office) => {
			for (const kind of KINDS) for (const name of ['stays', 'deleted', 'changed']) await office.make(kind, `${name}-${kind}`);
			await office.pullToRest();
			office.control.backup('yesterday');
			for (const kind of KINDS) {
				for (const { id, subject } of office.outlook().items(FOLDERS[kind])) {
					if (subject.startsWith('deleted')) office.outlook().remove(id);
					if (subject.startsWith('changed')) office.outlook().edit(id, { categories: ['Changed'] });
				}
				await office.make(kind, `made-${kind}`);
			}
			await office.pullToRest();
			office.control.restoreBackup('yesterday');
			office.events.length = 0;
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			const { exchange, other } = office.bothSides();
			const ofKinds = (lines: string[]) => lines.filter((line) => !line.startsWith('email'));
			expect(ofKinds(other)).toEqual(ofKinds(exchange).filter((line) => !line.includes('deleted')));
			expect(new Set(office.events).size).toBe(office.events.length);
			expect(office.events.filter((event) => !event.includes('email')).sort()).toEqual(['deleted appointment made-appointment', 'deleted task made-task', 'updated appointment changed-appointment', 'updated task changed-task']);
			expect(outcomes.filter(({ rule }) => rule === 'restore-not-synced').map(({ subject }) => subject)).toEqual(expect.arrayContaining(['deleted-appointment', 'deleted-task']));
		});
	});

	it.each([
		['at once', 0],
		['two hours later', 2 * 3_600_000],
	])('mails that are delivered after the restore come once each, the first poll %s; those of before do not come again', async (_, idleMs) => {
		await withBench(async (office) => {
			for (const name of ['stays', 'changed', 'deleted']) await office.make('email', name);
			await office.pullToRest();
			office.control.backup('yesterday');
			for (const { id, subject } of office.outlook().items('inbox')) {
				if (subject === 'changed') office.outlook().edit(id, { categories: ['Changed'] });
				if (subject === 'deleted') office.outlook().remove(id);
			}
			// As many as were delivered before, so that no count tells them apart.
			for (let n = 0; n < 8; n++) await office.make('email', `lost ${n}`);
			await office.pullToRest();
			office.control.restoreBackup('yesterday');
			office.events.length = 0;
			for (let n = 0; n < 8; n++) await office.make('email', `after ${n}`);
			office.advance(idleMs);
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			const created = (name: string) => Array.from({ length: 8 }, (_each, n) => `created email ${name} ${n}`);
			expect(office.events).toEqual(created('after'));
			expect(outcomes.filter(({ kind }) => kind === 'email').map(({ message }) => message)).toContainEqual(expect.stringContaining('cannot be told'));
			for (let n = 0; n < 8; n++) await office.make('email', `later ${n}`);
			await office.pullToRest();
			expect(office.events.slice(8)).toEqual(created('later'));
			// What is of after the backup is lost on the server alone, and what was deleted or changed since stays so: nothing tells.
			expect(office.bothSides().other.filter((line) => line.startsWith('email lost'))).toHaveLength(8);
			expect(office.bothSides().exchange).toEqual(expect.arrayContaining(['email changed ', 'email deleted ']));
		});
	});
});
