import { describe, expect, it } from 'vitest';

import { faultOfResponse } from '../../../src/ews/errors/mailbox-fault.ts';
import { loadEwsLibrary } from '../../../src/ews/library/ews-library.ts';
import { machineClock } from '../../../src/ews/transport/clock.ts';
import { openedByTests } from './opened.mts';
import { errorResponse, fault, itemResponse, responses, startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.mts';
import { connect, fastClock, getItems, subjectOf } from './test-connection.mts';

const opened = openedByTests();

async function serve(script: (index: number, body: string) => Reply): Promise<ScriptedServer> {
	const server = await startScriptedServer((request, index) => script(index, request.body));
	opened.push(server);
	return server;
}

const good: Reply = { body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>')) };
const backOff = (ms: number): string => `<t:Value Name="BackOffMilliseconds">${ms}</t:Value>`;
const inner = '<t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value>';

describe('a server that asks to be left alone', () => {
	it.each<[string, Reply, number]>([
		['by SOAP fault', { status: 500, body: fault('ErrorServerBusy', backOff(7000)) }, 7000],
		['by SOAP fault with status 200', { body: fault('ErrorServerBusy', backOff(7000)) }, 7000],
		['by the error of the item', { body: responses('GetItem', errorResponse('GetItem', 'ErrorServerBusy', backOff(8000))) }, 8000],
		['hidden in ErrorInternalServerError', { body: responses('GetItem', errorResponse('GetItem', 'ErrorInternalServerError', inner + backOff(9000))) }, 9000],
		['hidden in the fault ErrorInternalServerError', { status: 500, body: fault('ErrorInternalServerError', inner + backOff(9500)) }, 9500],
		['without saying for how long', { status: 500, body: fault('ErrorServerBusy') }, 60_000],
		['by Retry-After in seconds', { status: 503, headers: { 'retry-after': '5' }, body: 'busy' }, 5000],
		['by 429', { status: 429, headers: { 'retry-after': '6' } }, 6000],
	])('%s is left alone for exactly so long', async (_how, reply, expected) => {
		const server = await serve((index) => (index === 0 ? reply : good));
		const clock = fastClock();
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBe(expected);
		expect(server.requests).toHaveLength(2);
	});

	it('holds all requests of the account, not those of another mailbox', async () => {
		const server = await serve((index) => (index === 0 ? { status: 500, body: fault('ErrorServerBusy', backOff(500_000)) } : good));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'throttled', scope: 'account', retry: { can: true, afterMs: 500_000 } });
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'throttled' });
		expect(anna.pausedForMs).toBe(500_000);
		expect(connection.mailbox({ address: 'ANNA@example.test', mode: 'own' }).pausedForMs).toBe(500_000);
		expect(server.requests).toHaveLength(1);
		expect(await subjectOf(connection.mailbox({ address: 'ben@example.test', mode: 'impersonate' }))).toBe('Hello');
	});

	it.each([
		['an hour back', -3_600_000],
		['thirty days back', -30 * 86_400_000],
		['an hour on', 3_600_000],
	])('a pause lasts as long as the server asked for, no longer and no shorter, when the clock is set %s', async (_, by) => {
		const server = await serve((index) => (index === 0 ? { body: responses('GetItem', itemResponse('A', '<t:Subject>one</t:Subject>'), errorResponse('GetItem', 'ErrorServerBusy', backOff(2000))) } : good));
		const clock = fastClock();
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		await anna.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, ['A', 'B'], library));
		clock.set(by);
		expect(anna.pausedForMs).toBe(2000);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(clock.waits).toEqual([2000]);
	});

	it('a clock that is set back during the wait does not make it longer', async () => {
		const server = await serve((index) => (index === 0 ? { status: 500, body: fault('ErrorServerBusy', backOff(2000)) } : good));
		const clock = fastClock();
		const wait = clock.wait.bind(clock);
		clock.wait = async (ms, signal) => {
			await wait(ms, signal);
			clock.set(-3_600_000);
		};
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(clock.waits).toEqual([2000]);
	});

	it('a pause that does not fit the deadline is told instead of waited for', async () => {
		const server = await serve(() => ({ status: 500, body: fault('ErrorServerBusy', backOff(297_749)) }));
		const clock = fastClock();
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		const running = anna.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, ['A'], library), { deadlineAt: clock.now() + 30_000 });
		await expect(running).rejects.toMatchObject({ reason: 'throttled', retry: { can: true, afterMs: 297_749 } });
		expect(clock.waits).toEqual([]);
	});

	it('a pause in the middle of a good answer holds the next request', async () => {
		const server = await serve((index) =>
			index === 0 ? { body: responses('GetItem', itemResponse('A', '<t:Subject>one</t:Subject>'), errorResponse('GetItem', 'ErrorServerBusy', backOff(4000))) } : good,
		);
		const clock = fastClock();
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		const { Responses } = await anna.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, ['A', 'B'], library));
		expect(Responses.map((response) => faultOfResponse(response, { host: 'h', operation: 'GetItem' })?.reason)).toEqual([undefined, 'throttled']);
		expect(anna.pausedForMs).toBe(4000);
	});
});

describe('the machine’s clock', () => {
	it('a wait ends when the caller gives up', async () => {
		const server = await serve(() => ({ status: 500, body: fault('ErrorServerBusy', backOff(60_000)) }));
		const { connection, anna } = connect(server.url, {}, machineClock);
		opened.push(connection);
		const cancel = new AbortController();
		const running = anna.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, ['A'], library), { signal: cancel.signal });
		while (anna.pausedForMs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		cancel.abort();
		await expect(running).rejects.toMatchObject({ reason: 'aborted' });
		expect(server.requests).toHaveLength(1);
	});
});

describe('passing faults', () => {
	it('are tried again with doubling waits until the deadline', async () => {
		const server = await serve(() => ({ status: 503 }));
		const clock = fastClock();
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		const running = anna.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, ['A'], library), { deadlineAt: clock.now() + 20_000 });
		await expect(running).rejects.toMatchObject({ reason: 'unavailable', httpStatus: 503 });
		expect(clock.waits).toEqual([1000, 2000, 4000, 8000]);
		expect(server.requests).toHaveLength(5);
	});

	it('a redirect to the page for passing errors is one of them', async () => {
		const server = await serve((index) => (index === 0 ? { status: 302, headers: { location: '/ews/genericerrorpage.htm?aspxerrorpath=/ews/exchange.asmx' } } : good));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(server.requests.map((request) => request.method)).toEqual(['POST', 'POST']);
	});

	it('a create that the server refused for now is sent again', async () => {
		const created = responses('CreateItem', '<m:CreateItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Items><t:Message><t:ItemId Id="N" ChangeKey="C"/></t:Message></m:Items></m:CreateItemResponseMessage>');
		const server = await serve((index) => (index === 0 ? { body: responses('CreateItem', errorResponse('CreateItem', 'ErrorMailboxStoreUnavailable')) } : { body: created }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await anna.run({ operation: 'CreateItem', repeatable: false }, async (service, library) => {
			const message = new library.EmailMessage(service);
			message.Subject = 'Once';
			await message.Save(library.WellKnownFolderName.Inbox);
		});
		expect(server.requests).toHaveLength(2);
	});

	it('a create that a gateway lost is not', async () => {
		const server = await serve(() => ({ status: 504 }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await expect(anna.run({ operation: 'CreateItem', repeatable: false }, async (service, library) => await getItems(service, ['A'], library))).rejects.toMatchObject({ httpStatus: 504 });
		expect(server.requests).toHaveLength(1);
	});
});

/** Answers after a while, and counts how many requests wait for it at a time. */
class SlowReply {
	mostInFlight = 0;
	#inFlight = 0;

	readonly reply: Reply = (response) => {
		this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
		setTimeout(() => {
			this.#inFlight--;
			response.writeHead(200, { 'content-type': 'text/xml' });
			response.end(responses('GetItem', itemResponse('A', '<t:Subject>x</t:Subject>')));
		}, 20);
	};
}

describe('limits', () => {
	it('four requests of a mailbox are in flight, the others wait', async () => {
		const slow = new SlowReply();
		const server = await serve(() => slow.reply);
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await Promise.all(Array.from({ length: 20 }, async () => await subjectOf(anna)));
		expect(slow.mostInFlight).toBe(4);
	});

	it('requests of a mailbox that pauses take nobody’s turn', async () => {
		const server = await serve((index) => (index === 0 ? { status: 500, body: fault('ErrorServerBusy', backOff(50_000)) } : good));
		let goOn = (): void => undefined;
		const paused = new Promise<void>((resolve) => (goOn = resolve));
		let time = 0;
		const clock = {
			now: () => time,
			elapsed: () => time,
			async wait(ms: number) {
				await paused;
				time += ms;
			},
		};
		const { connection, anna } = connect(server.url, { concurrency: { overall: 1 } }, clock);
		opened.push(connection);
		const waiting = Promise.all([subjectOf(anna), subjectOf(anna), subjectOf(anna)]);
		expect(await subjectOf(connection.mailbox({ address: 'ben@example.test', mode: 'impersonate' }))).toBe('Hello');
		expect(server.requests).toHaveLength(2);
		goOn();
		expect(await waiting).toEqual(['Hello', 'Hello', 'Hello']);
	});

	it('ErrorExceededConnectionCount halves them', async () => {
		const slow = new SlowReply();
		const server = await serve((index) => (index === 0 ? { status: 500, body: fault('ErrorExceededConnectionCount') } : slow.reply));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await subjectOf(anna);
		await Promise.all(Array.from({ length: 10 }, async () => await subjectOf(anna)));
		expect(slow.mostInFlight).toBe(2);
	});

	it('those that were halved become more again, one with each five minutes without a complaint, and never more than at first', async () => {
		const complains = new Set([0]);
		let slow = new SlowReply();
		const server = await serve((index) => (complains.has(index) ? { status: 500, body: fault('ErrorExceededConnectionCount') } : slow.reply));
		const clock = fastClock();
		const { connection, anna } = connect(server.url, {}, clock);
		opened.push(connection);
		const atOnce = async (): Promise<number> => {
			slow = new SlowReply();
			await Promise.all(Array.from({ length: 10 }, async () => await subjectOf(anna)));
			return slow.mostInFlight;
		};
		await subjectOf(anna);
		const counted: number[] = [];
		// A minute is over already: the pause after the complaint.
		for (const seconds of [0, 239, 1, 300, 3_000]) {
			await clock.wait(seconds * 1000, undefined);
			counted.push(await atOnce());
		}
		expect(counted).toEqual([2, 2, 3, 4, 4]);
		complains.add(server.requests.length);
		await subjectOf(anna);
		expect(await atOnce()).toBe(2);
	});

	it('the schema version steps down to what the server knows, once', async () => {
		const versions: string[] = [];
		const server = await serve((_index, body) => {
			const version = /RequestServerVersion Version="([^"]+)"/.exec(body)?.[1] ?? '';
			versions.push(version);
			return version === 'Exchange2013' ? good : { status: 500, body: fault(version === 'Exchange2016' ? 'ErrorInvalidServerVersion' : 'ErrorIncorrectSchemaVersion') };
		});
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		await subjectOf(anna);
		await subjectOf(anna);
		expect(versions).toEqual(['Exchange2016', 'Exchange2013_SP1', 'Exchange2013', 'Exchange2013']);
		expect(connection.serverInfo).toEqual({ build: '15.2.1544.4', schema: 'V2017_07_11' });
	});
});

describe('batches', () => {
	const request = (ids: readonly string[], size: number) => ({ operation: 'GetItem', repeatable: true, items: ids, size });
	const idsIn = (body: string): string[] => [...body.matchAll(/ItemId Id="([^"]+)"/g)].map((match) => match[1] ?? '');

	it('results stand in the order of the items, errors with their item', async () => {
		const server = await serve((_index, body) => ({
			body: responses('GetItem', ...idsIn(body).map((id) => (id === 'gone' ? errorResponse('GetItem', 'ErrorItemNotFound') : itemResponse(id, `<t:Subject>${id}</t:Subject>`)))),
		}));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const results = await anna.batch(request(['a', 'b', 'gone', 'c', 'd'], 2), getItems, (response) => response.Item.Subject);
		expect(results.map((result) => (result.ok ? result.value : result.fault.reason))).toEqual(['a', 'b', 'gone', 'c', 'd']);
		expect(server.requests).toHaveLength(3);
	});

	it('only what was not processed is asked for again', async () => {
		const asked: string[][] = [];
		const server = await serve((index, body) => {
			const ids = idsIn(body);
			asked.push(ids);
			const stopped = '<m:GetItemResponseMessage ResponseClass="Warning"><m:MessageText>Stopped</m:MessageText><m:ResponseCode>ErrorBatchProcessingStopped</m:ResponseCode><m:Items/></m:GetItemResponseMessage>';
			return { body: responses('GetItem', ...ids.map((id, position) => (index === 0 && position > 0 ? stopped : itemResponse(id, `<t:Subject>${id}</t:Subject>`)))) };
		});
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const results = await anna.batch(request(['a', 'b', 'c'], 10), getItems, (response) => response.Item.Subject);
		expect(results.map((result) => (result.ok ? result.value : result.fault.reason))).toEqual(['a', 'b', 'c']);
		expect(asked).toEqual([['a', 'b', 'c'], ['b', 'c']]);
	});

	it('a batch that takes the server too long is halved until it fits', async () => {
		const sizes: number[] = [];
		const server = await serve((_index, body) => {
			const ids = idsIn(body);
			sizes.push(ids.length);
			return ids.length > 2 ? { status: 500, body: fault('ErrorTimeoutExpired') } : { body: responses('GetItem', ...ids.map((id) => itemResponse(id, `<t:Subject>${id}</t:Subject>`))) };
		});
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const results = await anna.batch(request(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 8), getItems, (response) => response.Item.Subject);
		expect(results.every((result) => result.ok)).toBe(true);
		expect(sizes).toEqual([8, 4, 2, 2, 4, 2, 2]);
	});

	it('a server none of whose answers can be read is asked thirteen times, and no item is at fault', async () => {
		const server = await serve(() => ({ body: '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' }));
		const { connection, anna } = connect(server.url, { concurrency: { perMailbox: 1 } });
		opened.push(connection);
		const ids = Array.from({ length: 512 }, (_each, n) => `${n}`);
		await expect(anna.batch(request(ids, 512), getItems, (response) => response.Item.Subject)).rejects.toMatchObject({ reason: 'malformedAnswer', scope: 'account' });
		expect(server.requests).toHaveLength(13);
	});

	it('a refused logon stops it at once', async () => {
		const server = await serve(() => ({ status: 401 }));
		const { connection, anna } = connect(server.url, { concurrency: { perMailbox: 1 } });
		opened.push(connection);
		await expect(anna.batch(request(['a', 'b', 'c', 'd'], 1), getItems, (response) => response.Item.Subject)).rejects.toMatchObject({ reason: 'logonRefused' });
		expect(server.requests).toHaveLength(1);
	});

	it('what had succeeded before a fault of the account is not lost', async () => {
		const server = await serve((index, body) => (index === 0 ? { body: responses('GetItem', ...idsIn(body).map((id) => itemResponse(id, `<t:Subject>${id}</t:Subject>`))) } : { status: 401 }));
		const { connection, anna } = connect(server.url, { concurrency: { perMailbox: 1 } });
		opened.push(connection);
		const results = await anna.batch(request(['a', 'b', 'c'], 1), getItems, (response) => response.Item.Subject);
		expect(results.map((result) => (result.ok ? result.value : result.fault.reason))).toEqual(['a', 'logonRefused', 'logonRefused']);
		expect(server.requests).toHaveLength(2);
	});
});

it('the meaning of a code that the library does not know is not lost', async () => {
	await loadEwsLibrary();
	const server = await serve(() => ({ body: responses('GetItem', errorResponse('GetItem', 'ErrorSomethingOfNextYear'), itemResponse('B', '<t:Subject>b</t:Subject>')) }));
	const { connection, anna } = connect(server.url);
	opened.push(connection);
	const results = await anna.batch({ operation: 'GetItem', repeatable: true, items: ['A', 'B'], size: 2 }, getItems, (response) => response.Item.Subject);
	expect(results.map((result) => (result.ok ? result.value : result.fault.code))).toEqual(['ErrorSomethingOfNextYear', 'b']);
});
