import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExchange } from '../exchange-server/startExchange.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { testCredential } from '../n8n-harness/credentials.mts';
import type { CredentialTestResult } from '../n8n-harness/credentials.mts';
import { ANNA, basicCredential, BOB, Stage } from './stage.mts';

describe('the test of a Basic credential in n8n', () => {
	let stage: Stage;
	let secured: RunningExchange;

	beforeAll(async () => {
		[stage, secured] = await Promise.all([Stage.start(), startExchange({ users: [ANNA], https: true })]);
	});
	afterAll(async () => {
		await Promise.all([stage?.close(), secured?.close()]);
	});

	async function verdict(data: Record<string, unknown>): Promise<CredentialTestResult> {
		return await testCredential(stage.n8n.client, stage.credential, data);
	}

	it('passes with the right password and names the mailbox', async () => {
		const result = await verdict(basicCredential(stage.exchange.url));
		expect(result).toMatchObject({ status: 'OK', message: expect.stringContaining(ANNA.address) });
	});

	it('fails with a wrong password, says so, and keeps the password to itself', async () => {
		const result = await verdict(basicCredential(stage.exchange.url, { password: 'quite-wrong-7731' }));
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/password|refused|logon/i);
		expect(result.message).not.toContain('quite-wrong-7731');
	});

	it('tries a wrong password once only, so that no account gets locked', async () => {
		stage.exchange.control.clearRequests();
		await verdict(basicCredential(stage.exchange.url, { password: 'wrong-again' }));
		expect(stage.exchange.control.requests().length).toBeLessThanOrEqual(1);
	});

	it('fails for an address that is not EWS', async () => {
		const result = await verdict(basicCredential(`${stage.exchange.origin}/nothing/here`));
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/EWS|address|URL/i);
	});

	it('fails for a server that is not there', async () => {
		const result = await verdict(basicCredential('http://127.0.0.1:9/EWS/Exchange.asmx'));
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/reach|connect/i);
	});

	it('fails for a certificate that nobody trusts, and passes once it is entered', async () => {
		const refused = await verdict(basicCredential(secured.url));
		expect(refused.status).toBe('Error');
		expect(refused.message).toMatch(/certificate/i);
		expect(await verdict(basicCredential(secured.url, { trustedCa: secured.certificate }))).toMatchObject({ status: 'OK' });
		expect(await verdict(basicCredential(secured.url, { ignoreCertificate: true }))).toMatchObject({ status: 'OK' });
	});

	it('refuses a mailbox that is listed twice and names it [account-one-to-one]', async () => {
		const links = [
			{ account: 'anna', mailbox: ANNA.address },
			{ account: 'also-anna', mailbox: ANNA.address.toUpperCase() },
		];
		const result = await verdict(basicCredential(stage.exchange.url, { accounts: { links } }));
		expect(result.status).toBe('Error');
		expect(result.message.toLowerCase()).toContain(ANNA.address);
	});

	it('logs on to every account with its own login', async () => {
		const links = [
			{ account: 'anna', mailbox: ANNA.address },
			{ account: 'bob', mailbox: BOB.address },
		];
		const logins: Record<string, { user: string; password: string }> = { [ANNA.address]: { user: ANNA.address, password: ANNA.password }, [BOB.address]: { user: BOB.address, password: BOB.password } };
		const right = await verdict(basicCredential(stage.exchange.url, { user: '', password: '', accounts: { links }, mailboxLogins: JSON.stringify(logins) }));
		expect(right).toMatchObject({ status: 'OK', message: expect.stringContaining('2 mailboxes') });
		logins[BOB.address] = { user: BOB.address, password: 'not-bobs' };
		const wrong = await verdict(basicCredential(stage.exchange.url, { user: '', password: '', accounts: { links }, mailboxLogins: JSON.stringify(logins) }));
		expect(wrong).toMatchObject({ status: 'Error', message: expect.stringContaining(BOB.address) });
	});
});
