import { describe, expect, it, vi } from 'vitest';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import type { PullOptions, PullResult } from '../../src/sync/pull/pull-types.ts';
import { basicCredential } from './harness/credentials.mts';
import { activated, poll } from './harness/n8n-core.mts';

const connector = vi.hoisted(() => ({ pull: vi.fn(), signIn: vi.fn(async () => undefined), close: vi.fn(async () => undefined), accounts: [{ account: 'anna', mailbox: 'anna@example.test' }], deadlines: [] as unknown[] }));

vi.mock('../../src/connector/open-connector.ts', () => ({
	openConnector: (_settings: unknown, options: { deadlineAt?: number }) => {
		connector.deadlines.push(options.deadlineAt);
		return connector;
	},
}));

function answer(cursor: unknown): PullResult {
	return { events: [], outcomes: [], summary: { seen: 0, emitted: 0, echoes: 0, excluded: {}, failed: 0, moreToCome: false, pausedUntil: {} }, cursor: cursor as never, failedAccounts: [] };
}

const test = { nodeType: new ExchangeTrigger(), credentials: { exchangeEwsBasicApi: basicCredential('https://mail.example.test') } };

describe('polls of one node', () => {
	it('do not overlap: the second hands over nothing and leaves the cursor alone', async () => {
		let finish = (_result: PullResult): void => undefined;
		connector.pull.mockImplementationOnce(async () => await new Promise<PullResult>((resolve) => (finish = resolve)));
		const first = { staticData: {} };
		const second = { staticData: {} };
		const underWay = poll(test, first);
		await vi.waitFor(() => expect(connector.pull).toHaveBeenCalledTimes(1));
		expect(await poll(test, second)).toBeNull();
		expect(connector.pull).toHaveBeenCalledTimes(1);
		expect(second.staticData).toEqual({});
		finish(answer({ version: 1, from: 'the first' }));
		await underWay;
		expect(first.staticData).toMatchObject({ cursor: { version: 1, from: 'the first' } });
	});

	it('begin no page after most of n8n’s budget is used up, and know whether n8n’s cursor is durable', async () => {
		for (const durable of [false, true]) {
			connector.pull.mockResolvedValue(answer({ version: 1 }));
			const again = activated(test, { staticData: { queueMode: false }, durable, workflowId: `budget-${durable}` });
			await again();
			// With n8n's own way of storing cursors the first poll is part of the activation, which n8n gives less time.
			expect((connector.pull.mock.lastCall as [unknown, PullOptions])[1].budgetMs).toBe((durable ? 36_000 : 30_000) * 0.7);
			const began = Date.now();
			await again();
			const [, options] = connector.pull.mock.lastCall as [unknown, PullOptions];
			const budget = durable ? 36_000 : 300_000;
			expect(options.budgetMs).toBe(budget * 0.7);
			expect(options.durableCursor).toBe(durable);
			const deadline = connector.deadlines.at(-1) as number;
			expect(deadline).toBeGreaterThan(began + options.budgetMs);
			expect(deadline).toBeLessThan(Date.now() + budget);
		}
	});

	it.each(['init', 'leadershipChange'] as const)('begin at the first poll time where n8n activates the trigger by itself (%s)', async (activation) => {
		connector.pull.mockReset().mockResolvedValue(answer({ version: 1 }));
		const memory = { staticData: {}, activation };
		const again = activated(test, memory);
		expect(await again()).toBeNull();
		expect(connector.pull).not.toHaveBeenCalled();
		expect(memory.staticData).toEqual({});
		await again();
		expect(connector.pull).toHaveBeenCalledTimes(1);
		await again();
		expect(connector.pull).toHaveBeenCalledTimes(2);
	});

	it('are left out once at most, should n8n make a context for each poll', async () => {
		connector.pull.mockReset().mockResolvedValue(answer({ version: 1 }));
		const memory = { staticData: {}, activation: 'init' as const };
		for (let polls = 0; polls < 4; polls++) await poll(test, memory);
		expect(connector.pull).toHaveBeenCalledTimes(2);
	});

	it.each(['activate', 'update'] as const)('begin at once where a person activates the trigger, who is told what is wrong (%s)', async (activation) => {
		connector.pull.mockReset().mockRejectedValueOnce(new Error('no such server'));
		await expect(poll(test, { staticData: {}, activation })).rejects.toThrow('no such server');
	});

	it.each([{ polledBefore: false }, { polledBefore: true }])('do not begin at a cursor that n8n read before it stored the last (polled before: $polledBefore)', async ({ polledBefore }) => {
		connector.pull.mockReset().mockImplementation(async () => answer({ version: 1 }));
		const memory = { staticData: {}, durable: true, workflowId: `overtaken-${polledBefore}` };
		if (polledBefore) await poll(test, memory);
		const readTooEarly = structuredClone(memory);
		await poll(test, memory);
		const before = structuredClone(readTooEarly);
		const polls = connector.pull.mock.calls.length;
		expect(await poll(test, readTooEarly)).toBeNull();
		expect(connector.pull).toHaveBeenCalledTimes(polls);
		expect(readTooEarly).toEqual(before);
		await poll(test, memory);
		expect(connector.pull).toHaveBeenCalledTimes(polls + 1);
	});

	it('begin at the older cursor after all when n8n could not store the last', async () => {
		connector.pull.mockReset().mockImplementation(async () => answer({ version: 1 }));
		vi.useFakeTimers({ toFake: ['Date'] });
		try {
			const memory = { staticData: {}, durable: true, workflowId: 'not-stored' };
			const stored = structuredClone(memory);
			await poll(test, memory);
			vi.setSystemTime(Date.now() + 31_000);
			await poll(test, stored);
			expect(connector.pull).toHaveBeenCalledTimes(2);
		} finally {
			vi.useRealTimers();
		}
	});

	it('keep the cursor when a pull throws, and give the connection back', async () => {
		connector.close.mockClear();
		connector.pull.mockRejectedValueOnce(new Error('broken'));
		const memory = { staticData: { cursor: { version: 1, kept: true } } };
		await expect(poll(test, memory)).rejects.toThrow('broken');
		expect(memory.staticData).toEqual({ cursor: { version: 1, kept: true } });
		expect(connector.close).toHaveBeenCalledTimes(1);
		connector.pull.mockResolvedValueOnce(answer({ version: 1, next: true }));
		await poll(test, memory);
		expect(connector.pull.mock.lastCall?.[0]).toEqual({ version: 1, kept: true });
	});

	it('clear exclusions and read folders again as the options say', async () => {
		connector.pull.mockResolvedValueOnce(answer({ version: 1 }));
		const parameters = { options: { clearExclusions: 'today', resetFolders: 'Inbox, Inbox/Projects@2' } };
		await poll({ ...test, parameters }, { staticData: {} });
		expect(connector.pull.mock.lastCall?.[1]).toMatchObject({ clearExclusions: 'today', resetFolders: { token: '2', folders: ['Inbox', 'Inbox/Projects'] } });
	});
});
