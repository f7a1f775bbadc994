import type { ExchangeService } from 'ews-javascript-api';

import type { EwsLibrary } from '../../../src/ews/library/ews-library.ts';
import type { EwsConnection, MailboxConnection } from '../../../src/ews/transport/ews-connection.ts';
import { startScriptedServer, type ScriptedServer } from '../transport/scripted-server.mts';
import { connect } from '../transport/test-connection.mts';

/** A server that gives one answer, and Anna's mailbox on it. */
export interface OneAnswer {
	server: ScriptedServer;
	connection: EwsConnection;
	anna: MailboxConnection;
	close(): Promise<void>;
}

export async function serveAnswer(body: string): Promise<OneAnswer> {
	const server = await startScriptedServer(() => ({ body }));
	const { connection, anna } = connect(server.url);
	return {
		server,
		connection,
		anna,
		async close() {
			await connection.close();
			await server.close();
		},
	};
}

/** What the library sends for a call; the answer is an error, so that it does not matter. */
export async function sentBy(call: (service: ExchangeService, library: EwsLibrary) => Promise<unknown>): Promise<string> {
	const { server, anna, close } = await serveAnswer('<x/>');
	await anna.run({ operation: 'Test', repeatable: true }, call).catch(() => undefined);
	await close();
	const [request] = server.requests;
	if (request === undefined) throw new Error('nothing was sent');
	return request.body;
}

/** What the library makes of an answer. */
export async function readFrom<T>(answer: string, call: (service: ExchangeService, library: EwsLibrary) => Promise<T>): Promise<T> {
	const { anna, close } = await serveAnswer(answer);
	try {
		return await anna.run({ operation: 'Test', repeatable: true }, call);
	} finally {
		await close();
	}
}
