import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { startExchange } from '../exchange-server/startExchange.mts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, PASSWORDS } from './harness/exchange.mts';
import { testCredential } from './harness/n8n-core.mts';

const server = embeddedExchange();
const node = new ExchangeEmail();
const closing: Array<() => Promise<void>> = [];
afterAll(async () => {
	await Promise.all(closing.map(async (close) => await close()));
});

const tested = async (data: ReturnType<typeof basicCredential>, type = 'exchangeEwsBasicApi') => await testCredential(node, 'testConnector', { type, data });

describe('the test of a connector credential', () => {
	it('logs on and says what it found', async () => {
		expect(await tested(basicCredential(server().url))).toEqual({ status: 'OK', message: expect.stringContaining('anna@example.test') });
	});

	it('logon-limit: says that the password is wrong after one single logon, and never shows it', async () => {
		server().control.clearRequests();
		const result = await tested(basicCredential(server().url, { password: 'a-wrong-password' }));
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/user name|password|refused/i);
		expect(result.message).not.toContain('a-wrong-password');
		expect(server().control.requests().length).toBeLessThanOrEqual(1);
	});

	it('says which kinds of authentication the server offers instead', async () => {
		expect(await tested(basicCredential(server().url, { authentication: 'ntlm' }))).toEqual({ status: 'Error', message: expect.stringContaining('(it offers Basic)') });
	});

	it('says that an address is not the EWS service', async () => {
		const page = createServer((_request, response) => response.end('<html><body>Outlook Web App</body></html>'));
		await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
		closing.push(async () => await new Promise((resolve) => page.close(() => resolve())));
		const result = await tested(basicCredential(`http://127.0.0.1:${(page.address() as AddressInfo).port}/EWS/Exchange.asmx`));
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(/not.*EWS|HTML|web page|service/i) });
	});

	it('says that nothing answers', async () => {
		const free = createServer();
		await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
		const { port } = free.address() as AddressInfo;
		await new Promise((resolve) => free.close(resolve));
		const result = await tested(basicCredential(`http://127.0.0.1:${port}/EWS/Exchange.asmx`));
		expect(result).toEqual({ status: 'Error', message: expect.stringContaining('127.0.0.1') });
	});

	it('says that the certificate is not trusted, and trusts it when the credential does', async () => {
		const secure = await startExchange({ https: true, users: [{ address: 'anna@example.test', password: PASSWORDS.anna }] });
		closing.push(async () => await secure.close());
		expect(await tested(basicCredential(secure.url))).toEqual({ status: 'Error', message: expect.stringMatching(/certificate/i) });
		expect((await tested(basicCredential(secure.url, { trustedCa: secure.certificate ?? '' }))).status).toBe('OK');
		expect((await tested(basicCredential(secure.url, { ignoreCertificate: true }))).status).toBe('OK');
	});

	it('says that EWS is switched off', async () => {
		server().control.refuse('bob@example.test', 403);
		const result = await tested(basicCredential(server().url, { user: 'bob@example.test', password: PASSWORDS.bob }));
		server().control.refuse('bob@example.test', undefined);
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(/403|EWS|not allowed|denied/i) });
		expect(result.message).not.toContain(PASSWORDS.bob);
	});

	it('says that a password is not sent without TLS, and what to change', async () => {
		const result = await tested(basicCredential('http://mail.example.test/EWS/Exchange.asmx'));
		expect(result).toEqual({ status: 'Error', message: expect.stringContaining('without TLS: use an https address') });
		expect(result.message).not.toContain(PASSWORDS.anna);
	});

	it('names the field that is wrong', async () => {
		expect(await tested(basicCredential('https://mail.example.test/owa'))).toEqual({ status: 'Error', message: expect.stringContaining('connector-url') });
	});

	it('says that nobody has signed in yet with OAuth2', async () => {
		const data = basicCredential(server().url, { accounts: { links: [{ account: 'anna', mailbox: 'anna@example.test' }] } });
		expect(await tested(data, 'exchangeEwsOAuth2Api')).toEqual({ status: 'Error', message: expect.stringContaining('Connect my account') });
	});

	it('smime-pull: counts the certificates', async () => {
		expect(await testCredential(node, 'testSmimeCertificate', { type: 'exchangeSmimeApi', data: { certificate: 'AAAA', password: 'x' } })).toEqual({ status: 'OK', message: 'One certificate' });
		expect(await testCredential(node, 'testSmimeCertificate', { type: 'exchangeSmimeApi', data: {} })).toEqual({ status: 'Error', message: 'No certificate is entered' });
	});
});
