/** Who gives up waits for nothing any more, whatever its request waits for. */
import { getEventListeners } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';

import { isOutcomeUnknown } from '../../../src/ews/errors/mailbox-fault.ts';
import type { PerRequestAuthenticator } from '../../../src/ews/transport/authenticator.ts';
import type { MailboxConnection } from '../../../src/ews/transport/ews-connection.ts';
import { machineClock } from '../../../src/ews/transport/clock.ts';
import { openedByTests } from './opened.mts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.mts';
import { connect, getItems } from './test-connection.mts';

const opened = openedByTests();
/** Longer than any test lasts. */
const HOUR_MS = 3_600_000;
const PATIENT = { timeouts: { connectMs: HOUR_MS, headersMs: HOUR_MS, bodyMs: HOUR_MS } };
const GIVE_UP = {
	caller: (caller: AbortController) => caller.abort(),
	// As AbortSignal.timeout does it.
	deadline: (caller: AbortController) => caller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
};

async function silentServer(): Promise<ScriptedServer> {
	const server = await startScriptedServer(() => () => undefined);
	opened.push(server);
	return server;
}

function ask(mailbox: MailboxConnection, signal?: AbortSignal): Promise<unknown> {
	return mailbox
		.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, ['A'], library), signal === undefined ? {} : { signal })
		.catch((error: unknown) => error);
}

describe('a caller who gives up', () => {
	it.each([
		['caller', { reason: 'aborted', scope: 'account', retry: { can: false }, code: undefined }],
		// The server's silence is no fault of an item, and passes.
		['deadline', { reason: 'aborted', scope: 'account', retry: { can: true }, code: 'OutOfTime', message: expect.stringContaining('localhost had not answered GetItem when the time for it was over') }],
	] as const)('does not wait for an answer (%s)', async (by, expected) => {
		const server = await silentServer();
		const { connection, anna } = connect(server.url, PATIENT);
		opened.push(connection);
		const caller = new AbortController();
		const asked = ask(anna, caller.signal);
		await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);
		GIVE_UP[by](caller);
		expect(await asked).toMatchObject(expected);
	});

	it('does not wait for its turn, and leaves it to the next', async () => {
		const server = await silentServer();
		const { connection, anna } = connect(server.url, { ...PATIENT, concurrency: { perMailbox: 1 } });
		opened.push(connection);
		const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
		const asked = ask(anna, first.signal);
		await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);
		const waiting = ask(anna, second.signal);
		const last = ask(anna, third.signal);
		GIVE_UP.deadline(second);
		const fault = await waiting;
		expect(fault).toMatchObject({ code: 'OutOfTime' });
		expect(isOutcomeUnknown(fault)).toBe(false);
		expect(server.requests).toHaveLength(1);
		GIVE_UP.deadline(first);
		await asked;
		await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(2);
		GIVE_UP.deadline(third);
		await last;
	});

	it('does not wait until the logon of another is answered', async () => {
		const server = await silentServer();
		const { connection, anna } = connect(server.url, PATIENT);
		opened.push(connection);
		const [first, second] = [new AbortController(), new AbortController()];
		const asked = ask(anna, first.signal);
		await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);
		const waiting = ask(connection.mailbox({ address: 'ben@example.test', mode: 'delegate' }), second.signal);
		GIVE_UP.deadline(second);
		expect(await waiting).toMatchObject({ code: 'OutOfTime' });
		GIVE_UP.deadline(first);
		expect(await asked).toMatchObject({ code: 'OutOfTime' });
		expect(server.requests).toHaveLength(1);
	});

	it('does not wait for a token', async () => {
		const server = await silentServer();
		let wanted = (): void => undefined;
		const isWanted = new Promise<void>((resolve) => (wanted = resolve));
		const authenticator: PerRequestAuthenticator = {
			kind: 'perRequest',
			scheme: 'OAuth2',
			account: 'anna',
			renewable: true,
			authorization: async () => {
				wanted();
				return await new Promise<never>(() => undefined);
			},
		};
		const { connection, anna } = connect(server.url, { ...PATIENT, authenticator });
		opened.push(connection);
		const caller = new AbortController();
		const asked = ask(anna, caller.signal);
		await isWanted;
		GIVE_UP.deadline(caller);
		expect(await asked).toMatchObject({ code: 'OutOfTime' });
	});

	it('does not wait until a connection stands', async () => {
		const sockets: Socket[] = [];
		const server: Server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		opened.push({
			async close() {
				for (const socket of sockets) socket.destroy();
				await new Promise((resolve) => server.close(resolve));
			},
		});
		// It takes the connection and says nothing of TLS.
		const { connection, anna } = connect(`https://127.0.0.1:${(server.address() as AddressInfo).port}/EWS/Exchange.asmx`, PATIENT);
		opened.push(connection);
		const caller = new AbortController();
		const asked = ask(anna, caller.signal);
		await expect.poll(() => sockets.length, { timeout: 60_000 }).toBe(1);
		GIVE_UP.deadline(caller);
		expect(await asked).toMatchObject({ code: 'OutOfTime' });
	});
});

describe('a pause', () => {
	it('leaves nothing at the signal of a caller who goes on', async () => {
		const { signal } = new AbortController();
		for (let pause = 1; pause <= 3; pause++) await machineClock.wait(1, signal);
		expect(getEventListeners(signal, 'abort')).toEqual([]);
	});

	it('ends when its caller gives up, or has before', async () => {
		const caller = new AbortController();
		const waiting = machineClock.wait(HOUR_MS, caller.signal).catch((error: unknown) => error);
		await new Promise((resolve) => setTimeout(resolve, 50));
		GIVE_UP.deadline(caller);
		const expected = { detail: { kind: 'aborted', by: 'deadline' }, outcomeUnknown: false };
		expect(await waiting).toMatchObject(expected);
		await expect(machineClock.wait(HOUR_MS, caller.signal)).rejects.toMatchObject(expected);
	});
});
