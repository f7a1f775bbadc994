import type { IPollFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { pollTime } from '../../nodes/ExchangeTrigger/poll-time.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message } from './harness/exchange.mts';
import { poll, type TestMemory, type TestNode } from './harness/n8n-core.mts';

const server = embeddedExchange();
/** What n8n 2.41 gives an activation, its first poll included. */
const ACTIVATION_MS = 84_000;
/** Longer than any test lasts. */
const SILENT = { effect: 'stall', milliseconds: 3_600_000 } as const;

const granting = (ms?: number) => (ms === undefined ? {} : { getPollBudgetMs: () => ms }) as IPollFunctions;

describe('the time of a poll', () => {
	it.each([
		['n8n polls with its own cursors', 300_000],
		['n8n polls with durable cursors', 36_000],
		['an older n8n does not say', undefined],
	])('ends before n8n gives it up: %s', (_, granted) => {
		const { lastPageMs, lastRequestMs, endsMs } = pollTime(granting(granted), false);
		expect([lastPageMs, lastRequestMs, endsMs, granted ?? 300_000]).toEqual([lastPageMs, lastRequestMs, endsMs, granted ?? 300_000].sort((a, b) => a - b));
	});

	it.each([300_000, 36_000, undefined])('ends in the activation that it is part of (%s ms granted)', (granted) => {
		const { lastRequestMs, endsMs } = pollTime(granting(granted), true);
		expect(lastRequestMs).toBeLessThan(ACTIVATION_MS / 2);
		expect(endsMs).toBeLessThanOrEqual(ACTIVATION_MS * 0.75);
	});

	it('is kept where the server falls silent, and the error says so', async () => {
		const node: TestNode = { nodeType: new ExchangeTrigger(), parameters: {}, credentials: { exchangeEwsBasicApi: basicCredential(server().url, { timeoutSeconds: 600 } as never) } };
		const memory: TestMemory = { staticData: {}, durable: true, workflowId: 'silent' };
		expect(await poll(node, memory)).toBeNull();
		await server().control.deliver('anna@example.test', message({ subject: 'Late', id: 'late' }));
		server().control.inject({ operation: 'GetItem', do: SILENT });
		await expect(poll(node, { ...memory, grantedMs: 3_000 })).rejects.toMatchObject({ message: expect.stringContaining('had not answered GetItem when the time for it was over') });
	});
});
