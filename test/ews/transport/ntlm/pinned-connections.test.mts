import { describe, expect, it } from 'vitest';

import type { PerConnectionAuthenticator } from '../../../../src/ews/transport/authenticator.ts';
import { type OpenPinned, PinnedConnections } from '../../../../src/ews/transport/pinned-connections.ts';
import type { OutgoingRequest, Sender } from '../../../../src/ews/transport/http-exchange.ts';

const authenticator: PerConnectionAuthenticator = { kind: 'perConnection', scheme: 'NTLM', account: 'anna', begin: () => ({ first: () => 'NTLM', next: () => undefined }) };

/** Answers at once, without asking for a logon. */
const redirected: Sender = async () => ({ status: 301, headers: {}, body: (async function* () {})() });

function to(origin: string): OutgoingRequest {
	return { url: new URL('/EWS/Exchange.asmx', origin), method: 'POST', headers: {} };
}

describe('connections that are logged on themselves', () => {
	it('are closed for those to another address where there are as many as there may be (a redirect from http to https)', async () => {
		const closed: string[] = [];
		const open = ((origin: string) => ({
			client: { destroyed: false, close: async () => void closed.push(origin) },
			dispatcher: {},
			connector: { close: async () => undefined },
		})) as unknown as OpenPinned;
		const pinned = new PinnedConnections(authenticator, 2, open);
		const send = async (origin: string): Promise<number> => (await pinned.send(to(origin), redirected)).status;
		// All of them at once, so that none is left for the other address.
		const asked = ['http://mail.example.test', 'http://mail.example.test'].map(async (origin) => await send(origin));
		const behind = ['https://mail.example.test', 'https://mail.example.test', 'http://mail.example.test'].map(async (origin) => await send(origin));
		const hangs = new Promise<string>((resolve) => setTimeout(() => resolve('hangs'), 20_000).unref());
		expect(await Promise.race([Promise.all([...asked, ...behind]), hangs])).toEqual([301, 301, 301, 301, 301]);
		expect(closed).toContain('http://mail.example.test');
	});
});
