/** A logon is refused for one mailbox of several behind one login (logon-limit). */
import { describe, expect, it } from 'vitest';

import { openedByTests } from './opened.mts';
import { itemResponse, responses, startScriptedServer, type ScriptedServer, type SeenRequest } from './scripted-server.mts';
import { connect, subjectOf } from './test-connection.mts';

const opened = openedByTests();

const good = { body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>')) };
const bert = { address: 'bert@example.test', mode: 'impersonate' } as const;

async function serve(refused: (request: SeenRequest, index: number) => boolean): Promise<ScriptedServer> {
	const server = await startScriptedServer((request, index) => (refused(request, index) ? { status: 401 } : good));
	opened.push(server);
	return server;
}

const isForBert = ({ headers }: SeenRequest): boolean => headers['x-anchormailbox'] === bert.address;
const outcome = async (mailbox: Parameters<typeof subjectOf>[0]): Promise<unknown> => await subjectOf(mailbox).catch((error: { reason?: string }) => error.reason);
const mailboxesOf = (server: ScriptedServer): unknown[] => server.requests.map(({ headers }) => headers['x-anchormailbox']);

describe('logon-limit: a login that was accepted and is refused for one mailbox', () => {
	it('is tried for the others that wait behind it, and not again for this one', async () => {
		const server = await serve(isForBert);
		const { connection, anna } = connect(server.url, { concurrency: { perMailbox: 1, overall: 1 } });
		opened.push(connection);
		expect(await outcome(anna)).toBe('Hello');
		const others = connection.mailbox(bert);
		// All are made before the first of them is refused, and wait for their turn.
		expect(await Promise.all([outcome(others), outcome(anna), outcome(others), outcome(anna)])).toEqual(['logonRefused', 'Hello', 'logonRefused', 'Hello']);
		expect(mailboxesOf(server)).toEqual(['anna@example.test', bert.address, 'anna@example.test', 'anna@example.test']);
	});

	it('is tried for no third one when the second refuses it too', async () => {
		const server = await serve((_request, index) => index > 0);
		const { connection, anna } = connect(server.url, { concurrency: { perMailbox: 1, overall: 1 } });
		opened.push(connection);
		expect(await outcome(anna)).toBe('Hello');
		const carla = connection.mailbox({ address: 'carla@example.test', mode: 'impersonate' });
		expect(await Promise.all([outcome(connection.mailbox(bert)), outcome(anna), outcome(carla)])).toEqual(['logonRefused', 'logonRefused', 'logonRefused']);
		expect(server.requests).toHaveLength(3);
	});
});
