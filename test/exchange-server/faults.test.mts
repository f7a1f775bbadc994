import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, FaultEffect } from './faults/fault.mts';
import { seededRandom } from './faults/faultScript.mts';
import type { RunningExchange } from './startExchange.mts';
import { startExchange } from './startExchange.mts';
import { createRequest, findRequest, syncRequest, TestClient } from './testClient.mts';

const ANNA = 'anna@example.test';
let server: RunningExchange;
let client: TestClient;

beforeAll(async () => {
	server = await startExchange({ users: [{ address: ANNA, password: 'secret' }, { address: 'bert@example.test', password: 'secret' }], now: new Date('2026-03-02T08:00:00Z') });
	client = new TestClient(server);
});
beforeEach(() => {
	server.control.heal();
	server.control.clearRequests();
	const outlook = server.control.outlook(ANNA);
	for (const { id } of outlook.items('inbox')) outlook.remove(id, 'hard');
});
afterAll(() => server.close());

const once = (effect: FaultEffect, match: Omit<Fault, 'do'> = {}): void => server.control.inject({ ...match, do: effect });
const inbox = () => server.control.outlook(ANNA).items('inbox');
const ids = (count: number): string => {
	const outlook = server.control.outlook(ANNA);
	const made = Array.from({ length: count }, (_, index) => outlook.idOf(outlook.create({ subject: `s${index}` })));
	return `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds>${made.map((id) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:GetItem>`;
};

describe('scripted faults', () => {
	it.each([401, 403, 429, 449, 456, 500, 502, 503])('HTTP %i with headers and a body of choice, once', async (status) => {
		once({ effect: 'http', status, headers: { 'retry-after': '7' }, body: '<html>busy</html>' });
		const answer = await client.send(syncRequest('inbox'));
		expect([answer.status, answer.headers.get('retry-after'), answer.text]).toEqual([status, '7', '<html>busy</html>']);
		expect((await client.send(syncRequest('inbox'))).status).toBe(200);
		expect(server.control.requests().map(({ operation, fault }) => [operation, fault])).toEqual([['SyncFolderItems', `http ${status}`], ['SyncFolderItems', undefined]]);
	});

	it('a redirect', async () => {
		once({ effect: 'redirect', location: '/owa/auth/logon.aspx' });
		const answer = await client.send(syncRequest('inbox'));
		expect([answer.status, answer.headers.get('location')]).toEqual([302, '/owa/auth/logon.aspx']);
	});

	it('a SOAP fault with BackOffMilliseconds, open or hidden in another code', async () => {
		once({ effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 297_749 });
		const open = await client.send(syncRequest('inbox'));
		expect([open.status, open.fault]).toEqual([500, 'ErrorServerBusy']);
		expect(open.text).toContain('<t:Value Name="BackOffMilliseconds">297749</t:Value>');
		once({ effect: 'item', code: 'ErrorServerBusy', hiddenIn: 'ErrorInternalServerError', backOffMilliseconds: 5 });
		const hidden = await client.send(syncRequest('inbox'));
		expect(hidden.messages.map(({ code }) => code)).toEqual(['ErrorInternalServerError']);
		expect(hidden.text).toContain('<t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value>');
	});

	it('errors of single items, the others are served', async () => {
		const request = ids(3);
		once({ effect: 'item', code: 'ErrorItemCorrupt', indexes: [1] });
		expect((await client.send(request)).messages.map(({ code }) => code)).toEqual(['NoError', 'ErrorItemCorrupt', 'NoError']);
		const [, second] = [...request.matchAll(/ Id="([^"]*)"/g)].map(([, id]) => id ?? '');
		once({ effect: 'item', code: 'ErrorItemCorrupt', ids: [second ?? ''] });
		expect((await client.send(request)).messages.map(({ code }) => code)).toEqual(['NoError', 'ErrorItemCorrupt', 'NoError']);
		once({ effect: 'batch-stopped', from: 1 });
		expect((await client.send(request)).messages.map(({ class: responseClass, code }) => [responseClass, code])).toEqual([['Success', 'NoError'], ['Warning', 'ErrorBatchProcessingStopped'], ['Warning', 'ErrorBatchProcessingStopped']]);
	});

	it('a cut connection: before, after and while the server acts', async () => {
		for (const [when, created] of [['before', 0], ['acted', 1], ['during', 2]] as const) {
			once({ effect: 'drop', when });
			await expect(client.send(createRequest('<t:Subject>x</t:Subject>'))).rejects.toThrow();
			expect(inbox()).toHaveLength(created);
		}
	});

	it('an answer that hides that the server acted', async () => {
		once({ effect: 'fault', code: 'ErrorTimeoutExpired', acted: true });
		expect(await client.code(createRequest('<t:Subject>x</t:Subject>'))).toBe('ErrorTimeoutExpired');
		expect(inbox()).toHaveLength(1);
	});

	it('cut XML, illegal characters, missing responses, replaced texts', async () => {
		const request = ids(3);
		once({ effect: 'truncate', after: 0.5 });
		expect((await client.send(request)).text.endsWith('</s:Envelope>')).toBe(false);
		once({ effect: 'illegal-characters' });
		expect((await client.send(request)).text).toContain('<t:Subject>&#x1;s0</t:Subject>');
		once({ effect: 'fewer-responses', missing: 2 });
		expect((await client.send(request)).messages).toHaveLength(1);
		once({ effect: 'rewrite', replace: 's1', by: 'other' });
		expect((await client.send(request)).text).toContain('<t:Subject>other</t:Subject>');
	});

	it('slow answers', async () => {
		for (const when of ['before', 'headers', 'body'] as const) {
			once({ effect: 'stall', milliseconds: 60, when });
			const started = performance.now();
			expect((await client.send(syncRequest('inbox'))).status).toBe(200);
			expect(performance.now() - started).toBeGreaterThan(50);
		}
	});

	it('strike by operation, user, text, number and times', async () => {
		once({ effect: 'http', status: 503 }, { operation: ['FindItem', 'GetItem'], nth: 2, times: 2 });
		const find = async (): Promise<number> => (await client.send(findRequest({}))).status;
		expect((await client.send(syncRequest('inbox'))).status).toBe(200);
		expect([await find(), await find(), await find(), await find()]).toEqual([200, 503, 503, 200]);
		once({ effect: 'http', status: 503 }, { user: 'bert@example.test' });
		expect(await find()).toBe(200);
		expect((await new TestClient(server, 'bert@example.test').send(findRequest({}))).status).toBe(503);
		once({ effect: 'http', status: 503 }, { containing: 'drafts' });
		expect([await find(), (await client.send(findRequest({ folder: 'drafts' }))).status]).toEqual([200, 503]);
	});

	it('strike at random the same way for the same seed', async () => {
		const run = async (seed: number): Promise<number[]> => {
			server.control.heal();
			server.control.faults.seed(seed);
			once({ effect: 'http', status: 503 }, { probability: 0.5 });
			const statuses: number[] = [];
			for (let index = 0; index < 12; index += 1) statuses.push((await client.send(findRequest({}))).status);
			return statuses;
		};
		const first = await run(7);
		expect(new Set(first)).toEqual(new Set([200, 503]));
		expect(await run(7)).toEqual(first);
		expect(await run(8)).not.toEqual(first);
		expect(seededRandom(1)()).toBe(seededRandom(1)());
	});
});
