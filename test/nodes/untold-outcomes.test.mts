import { describe, expect, it, vi } from 'vitest';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { MailboxFault } from '../../src/sync/fault.ts';
import type { Outcome } from '../../src/sync/outcome.ts';
import type { PullResult } from '../../src/sync/pull/pull-types.ts';
import { basicCredential } from './harness/credentials.mts';
import { activated, type TestMemory } from './harness/n8n-core.mts';

const connector = vi.hoisted(() => ({ pull: vi.fn(), signIn: vi.fn(async () => undefined), close: vi.fn(async () => undefined), accounts: [{ account: 'anna', mailbox: 'anna@example.test' }, { account: 'ben', mailbox: 'ben@example.test' }] }));

vi.mock('../../src/connector/open-connector.ts', () => ({ openConnector: () => connector }));

let workflows = 0;

/** A trigger whose polls find what is given, each its own. */
function polls(results: Array<Partial<PullResult>>, includeExcluded = true): { poll: ReturnType<typeof activated>; memory: TestMemory } {
	connector.pull.mockReset();
	for (const [n, result] of results.entries()) {
		connector.pull.mockResolvedValueOnce({ events: [], outcomes: [], summary: { seen: 0, emitted: 0, echoes: 0, excluded: {}, failed: 0, moreToCome: false, pausedUntil: {} }, cursor: { version: 2, poll: n + 1 } as never, failedAccounts: [], ...result } satisfies PullResult);
	}
	const memory: TestMemory = { staticData: {}, workflowId: `untold-${++workflows}` };
	const credentials = { exchangeEwsBasicApi: basicCredential('https://mail.example.test') };
	return { poll: activated({ nodeType: new ExchangeTrigger(), parameters: { includeExcluded }, credentials }, memory), memory };
}

function outcome(more: Partial<Outcome>): Outcome {
	return { outcome: 'failed', connector: 'Exchange', account: 'anna', mailbox: 'anna@example.test', message: '', ...more };
}

const OFF = 'The server is out of order.';
const failing = (name: 'anna' | 'ben', message = OFF) => ({
	account: name,
	mailbox: `${name}@example.test`,
	fault: new MailboxFault({ reason: 'unavailable', scope: 'account', retry: { can: true, afterMs: 0 }, message }),
	outcome: outcome({ account: name, mailbox: `${name}@example.test`, message: `${name}@example.test could not be pulled: ${message}` }),
});
const failed = (...accounts: Array<ReturnType<typeof failing>>): Pick<PullResult, 'failedAccounts' | 'outcomes'> => ({ failedAccounts: accounts, outcomes: accounts.map((one) => one.outcome) });
const BOTH = failed(failing('anna'), failing('ben'));
const DRAFT = outcome({ outcome: 'skipped', rule: 'drafts-not-synced', kind: 'email', exchangeId: 'AAMkDraft', message: 'The draft is left out.' });
const BAD = outcome({ rule: 'import-attempts', kind: 'email', exchangeId: 'AAMkBad', message: 'The mail could not be read.' });
const WAITING = outcome({ kind: 'task', code: 'TooManyDeletes', message: 'Tasks waits.' });

const messages = (outputs: Awaited<ReturnType<ReturnType<typeof activated>>>) => outputs?.[1]?.map(({ json }) => json['message']).slice(0, -1);

describe('what was left out in a poll that ends with an error', () => {
	it('comes on the second output of the next poll that does not, once, and no fault of an account that is over', async () => {
		const { poll } = polls([{ ...BOTH, outcomes: [DRAFT, BAD, WAITING, ...BOTH.outcomes] }, {}, {}]);
		await expect(poll()).rejects.toThrow(OFF);
		expect(messages(await poll())).toEqual([DRAFT.message, BAD.message, WAITING.message]);
		expect(await poll()).toBeNull();
	});

	it('is kept over several errors, and comes with what else a poll hands over', async () => {
		const { poll, memory } = polls([{ ...BOTH, outcomes: [DRAFT, ...BOTH.outcomes] }, { ...BOTH, outcomes: [BAD, ...BOTH.outcomes] }, { outcomes: [WAITING] }]);
		await expect(poll()).rejects.toThrow(OFF);
		await expect(poll()).rejects.toThrow(OFF);
		expect(messages(await poll())).toEqual([DRAFT.message, BAD.message, WAITING.message]);
		expect(memory.staticData).not.toHaveProperty('untold');
	});

	it('a fault of one account that outlasts the errors is told', async () => {
		const { poll } = polls([BOTH, failed(failing('ben')), failed(failing('ben'))]);
		await expect(poll()).rejects.toThrow(OFF);
		expect(messages(await poll())).toEqual([failing('ben').outcome.message]);
		expect(await poll()).toBeNull();
	});

	it('is not kept where there is no second output', async () => {
		const { poll, memory } = polls([{ ...BOTH, outcomes: [DRAFT, ...BOTH.outcomes] }, {}], false);
		await expect(poll()).rejects.toThrow(OFF);
		expect(await poll()).toBeNull();
		expect(memory.staticData).not.toHaveProperty('untold');
	});

	it('is kept as far as it is not too much, with a word about the rest', async () => {
		const drafts = Array.from({ length: 400 }, (_, n) => ({ ...DRAFT, exchangeId: `AAMk${n}`, message: `Draft ${n} is left out.` }));
		const { poll } = polls([{ ...BOTH, outcomes: drafts }, { ...BOTH, outcomes: drafts }, {}]);
		await expect(poll()).rejects.toThrow(OFF);
		await expect(poll()).rejects.toThrow(OFF);
		const told = messages(await poll());
		expect(told).toHaveLength(501);
		expect(told?.at(-1)).toContain('300 more');
	});
});
