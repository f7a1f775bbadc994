import { describe, expect, it } from 'vitest';

import type { RecordKind } from '../../../../src/records/common-fields.ts';
import type { Outcome } from '../../../../src/sync/outcome.ts';
import { FOLDERS } from '../../../sync/synced-table.mts';
import { type FaultBench, KINDS, recordOf, withBench } from './fault-bench.mts';

const MINUTE = 60_000;

/** As the trigger polls. */
const AS_THE_TRIGGER = { settleMs: 30_000 };

interface Row {
	subject: string;
	exchangeId?: string | undefined;
	changeKey?: string | undefined;
}

/**
 * Two systems that write the same thing differently: the other one keeps subjects in capitals, and something in Exchange (a rule, an add-in, another connector) puts
 * them into small letters as soon as it sees them. Each takes the other's form for a change.
 */
class TwoForms {
	readonly outcomes: Outcome[] = [];
	readonly row: Row = { subject: 'OFFER' };
	readonly #office: FaultBench;
	readonly #kind: RecordKind;

	constructor(office: FaultBench, kind: RecordKind) {
		this.#office = office;
		this.#kind = kind;
	}

	get wrote(): Outcome[] {
		return this.outcomes.filter(({ outcome }) => outcome === 'created' || outcome === 'updated');
	}

	/** The other system pushes its row, and Exchange's side answers. */
	async push(): Promise<void> {
		const { subject, ...identity } = this.row;
		const outcome = await this.#office.pushOne(this.#kind, { externalId: '1', ...identity, record: recordOf(this.#kind, 'key', { subject }) });
		this.outcomes.push(outcome);
		for (const { id, subject: inExchange } of this.#office.outlook().items(FOLDERS[this.#kind])) {
			if (inExchange !== inExchange.toLowerCase()) this.#office.outlook().edit(id, { subject: inExchange.toLowerCase() });
		}
	}

	/** Minutes in each of which the trigger polls, and the other system pushes what a poll has changed in its row. */
	async run(minutes: number): Promise<void> {
		for (let n = 0; n < minutes; n++) {
			this.#office.advance(MINUTE);
			const { events } = this.#office.hear(await this.#office.connector.pull(this.#office.cursor, this.#office.pullOptions(AS_THE_TRIGGER)));
			for (const { envelope, record } of events) {
				if (envelope.externalId !== '1') continue;
				Object.assign(this.row, { subject: (record?.subject ?? '').toUpperCase(), exchangeId: envelope.exchangeId, changeKey: envelope.changeKey });
				await this.push();
			}
		}
	}
}

describe.each(KINDS)('two systems that write %ss differently and answer each other', (kind) => {
	it('are stopped after 10 turns, polls a minute apart; the builder is told once what to do, nothing more is written in three hours', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			const both = new TwoForms(office, kind);
			await both.push();
			office.control.clearRequests();
			await both.run(180);
			// The creation is no turn: it answers nobody.
			expect(both.wrote.map(({ outcome }) => outcome)).toEqual(['created', ...Array.from({ length: 10 }, () => 'updated')]);
			expect(both.outcomes.slice(11)).toMatchObject([{ outcome: 'failed', code: 'PingPong', exchangeVersion: { subject: 'offer' }, otherVersion: { subject: 'OFFER' } }]);
			expect(both.outcomes.at(-1)?.message).toMatch(/went back and forth 10 times within an hour.*until 2026-03-01T13:.*differ in subject\..*take over what Exchange has/s);
			const writes = office.control.requests().filter(({ operation }) => operation === 'UpdateItem' || operation === 'CreateItem' || operation === 'DeleteItem');
			// Besides each write one that notes what Exchange made of it, at most.
			expect(writes.length).toBeGreaterThanOrEqual(10);
			expect(writes.length).toBeLessThanOrEqual(20);
			expect(office.outlook().items(FOLDERS[kind])).toMatchObject([{ subject: 'offer' }]);
		});
	});

	it('other records go on meanwhile, what users change in Exchange comes, and once the other system has taken over its form there is peace', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			const both = new TwoForms(office, kind);
			await both.push();
			await both.run(15);
			expect(both.outcomes.at(-1)).toMatchObject({ code: 'PingPong' });
			expect(await office.pushOne(kind, { externalId: '2', record: recordOf(kind, 'two') })).toMatchObject({ outcome: 'created' });
			const { exchangeId = '' } = both.row;
			office.outlook().edit(exchangeId, { subject: 'by a user' });
			office.advance(MINUTE);
			const { events } = office.hear(await office.connector.pull(office.cursor, office.pullOptions(AS_THE_TRIGGER)));
			expect(events.map(({ record }) => record?.subject)).toEqual(['by a user']);
			Object.assign(both.row, { subject: 'by a user', changeKey: events[0]?.envelope.changeKey });
			await both.push();
			expect(both.outcomes.at(-1)).toMatchObject({ outcome: 'unchanged' });
			const wrote = both.wrote.length;
			await both.run(60);
			expect(both.wrote).toHaveLength(wrote);
		});
	});

	it('that poll five minutes apart are stopped as well; after the hour a change is written again', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			const both = new TwoForms(office, kind);
			await both.push();
			for (let n = 0; n < 25; n++) {
				office.advance(4 * MINUTE);
				await both.run(1);
			}
			expect(both.wrote).toHaveLength(11);
			expect(both.outcomes.filter(({ code }) => code === 'PingPong')).toHaveLength(1);
			await both.push();
			expect(both.outcomes.at(-1)).toMatchObject({ outcome: 'updated' });
		});
	});
});

describe.each(KINDS)('an %s that the other system alone writes again and again', (kind) => {
	it('is no ping-pong, however often it does', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			const outcomes: Outcome[] = [];
			for (let n = 0; n < 30; n++) outcomes.push(await office.pushOne(kind, { externalId: '1', record: recordOf(kind, 'key', { subject: `No ${n}` }) }));
			expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', ...Array.from({ length: 29 }, () => 'updated')]);
		});
	});
});
