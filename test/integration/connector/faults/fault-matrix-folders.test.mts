import { describe, expect, it } from 'vitest';

import { rows } from '../../../quick-look.mts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';
import { FAULT_ROWS, itUnder } from './fault-rows.mts';

/** What is asked to find out which folders a mailbox has. */
const LOOKUPS = ['GetFolder', 'FindFolder'] as const;
/** What a server may answer to them: faults of whole requests, and those that say that something is not there. */
const ROWS = FAULT_ROWS.filter(({ name, operations }) => operations === undefined || name.endsWith('NotFound'));
/** Folders are looked up again after this. */
const AN_HOUR = 3_600_000;

/** The subfolder of each kind that users have made. */
function subfolderOf(office: FaultBench, kind: (typeof KINDS)[number]): string {
	return `${office.outlook().folder(FOLDERS[kind]).displayName}/Archive`;
}

async function prepareExchange(office: FaultBench): Promise<void> {
	const watches = office.pullOptions().watches.map((watch) => ({ ...watch, includeSubfolders: true }));
	office.polls = { watches };
	for (const kind of KINDS) {
		office.outlook().createFolder(subfolderOf(office, kind));
		await office.make(kind, `kept-${kind}`);
		const moved = await office.make(kind, `known-${kind}`);
		office.outlook().move(moved, subfolderOf(office, kind));
	}
	await office.pullToRest();
	office.events.length = 0;
	for (const kind of KINDS) {
		const [known] = office.outlook().items(subfolderOf(office, kind));
		office.outlook().edit(known!.id, { categories: ['Changed'] });
		await office.make(kind, `new-${kind}`);
	}
	office.advance(2 * AN_HOUR);
}

const TOLD = KINDS.flatMap((kind) => [`created ${kind} new-${kind}`, `updated ${kind} known-${kind}`]).sort();

describe('a poll that looks its folders up again', () => {
	for (const { name, effect, timeoutMs } of rows(ROWS)) {
		for (const operation of LOOKUPS) {
			itUnder(timeoutMs)(`${name} × ${operation}: no folder is forgotten, nothing comes twice`, async () => {
				await withBench(
					async (office) => {
						await prepareExchange(office);
						office.control.inject({ operation, do: effect, times: 1_000_000 });
						await office.impatientPull();
						expect(office.control.faults.struck).toBeGreaterThan(0);
						office.control.heal();
						await office.startAnew();
						office.advance(2 * AN_HOUR);
						await office.pullToRest();
						expect([...office.events].sort()).toEqual(TOLD);
					},
					timeoutMs === undefined ? {} : { timeoutMs },
				);
			});
		}
	}
});

describe('a push that looks for its items', () => {
	for (const { name, effect, timeoutMs } of rows(ROWS)) {
		// Each attempt would wait until the time is out.
		if (timeoutMs !== undefined) continue;
		for (const operation of LOOKUPS) {
			it(`${name} × ${operation}: what lies in a subfolder is not created again, what lies in Deleted Items does not come back`, async () => {
				await withBench(async (office) => {
					for (const kind of KINDS) {
						office.outlook().createFolder(subfolderOf(office, kind));
						const [moved, binned] = await office.push(kind, ['moved', 'binned'].map((subject) => ({ externalId: `${subject}-${kind}`, record: recordOf(kind, `${subject}-${kind}`) })));
						office.outlook().move(moved!.exchangeId!, subfolderOf(office, kind));
						office.outlook().remove(binned!.exchangeId!);
					}
					await office.startAnew();
					const changed = (kind: (typeof KINDS)[number]) => ['moved', 'binned'].map((subject) => recordOf(kind, `${subject}-${kind}`, { categories: ['Changed'] }));
					office.control.inject({ operation, do: effect, times: 1_000_000 });
					for (const kind of KINDS) {
						await office.impatientPush(kind, changed(kind));
						await office.startAnew();
					}
					expect(office.control.faults.struck).toBeGreaterThan(KINDS.length - 1);
					office.control.heal();
					// Refused logons have made a pause (rule logon-limit).
					office.advance(2 * AN_HOUR);
					for (const kind of KINDS) {
						expect((await office.impatientPush(kind, changed(kind))).map(({ outcome, rule }) => rule ?? outcome)).toEqual([expect.stringMatching(/updated|unchanged/), 'restore-not-synced']);
						expect(office.outlook().items(FOLDERS[kind])).toEqual([]);
						expect(office.outlook().items(subfolderOf(office, kind))).toMatchObject([{ subject: `moved-${kind}`, categories: ['Changed'] }]);
					}
					expect(office.outlook().items('deleteditems')).toHaveLength(KINDS.length);
				});
			});
		}
	}
});
