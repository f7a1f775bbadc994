import { describe, expect, it } from 'vitest';

import { authenticatorFor } from '../../../src/connector/authenticators.ts';
import type { Authentication } from '../../../src/connector/connector-settings.ts';
import type { AccountLink } from '../../../src/sync/account-link.ts';
import { startConnectProxy } from './connect-proxy.mts';
import { openedByTests } from './opened.mts';
import { itemResponse, responses, startScriptedServer } from './scripted-server.mts';
import { connect, PASSWORD, subjectOf } from './test-connection.mts';

const opened = openedByTests();
const LINK: AccountLink = { mailbox: 'anna@example.test' } as AccountLink;
const basic: Authentication = { method: 'basic', login: { user: 'anna', password: PASSWORD }, loginByMailbox: {} };

/** A server of another machine, as it seems: the proxy leads every name to this one. */
async function elsewhere(ignoreCertificate: boolean): Promise<{ anna: Parameters<typeof subjectOf>[0]; authorizations: () => Array<string | undefined> }> {
	const server = await startScriptedServer(() => ({ body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>')) }));
	const proxy = await startConnectProxy();
	const url = `http://mail.example.test:${new URL(server.url).port}/EWS/Exchange.asmx`;
	const tls = { ignoreCertificate };
	const { connection, anna } = connect(url, { tls, proxy: { use: 'explicit', url: proxy.url }, authenticator: authenticatorFor(basic, LINK, { url, tls }) });
	opened.push(connection, server, proxy);
	return { anna, authorizations: () => server.requests.map(({ headers }) => headers.authorization) };
}

describe('a password by Basic, without TLS', () => {
	it('does not leave for another machine', async () => {
		const { anna, authorizations } = await elsewhere(false);
		const thrown: unknown = await subjectOf(anna).catch((error: unknown) => error);
		expect(thrown).toMatchObject({ reason: 'logonRefused', code: 'SecretWithheld', retry: { can: false }, message: expect.stringMatching(/mail\.example\.test:\d+ without TLS: use an https address, or NTLM/) });
		expect(String(thrown)).not.toContain(PASSWORD);
		expect(authorizations()).toEqual([]);
	});

	it('leaves where the administrator takes it that anybody on the way can read it', async () => {
		const { anna, authorizations } = await elsewhere(true);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(authorizations()).toEqual([`Basic ${Buffer.from(`anna:${PASSWORD}`).toString('base64')}`]);
	});
});
