import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import type { Execution } from '../n8n-harness/executions.mts';
import { ANNA, OAUTH2, SecuredStage, TENANT } from './secured-stage.mts';
import { EMAIL } from './stage.mts';

describe('somebody who signs in with OAuth2 in n8n [connector-authentication]', () => {
	let stage: SecuredStage;
	let credential: StoredCredential;

	beforeAll(async () => {
		stage = await SecuredStage.start();
		credential = await stage.credential('Signed in', OAUTH2, stage.delegated());
	});
	afterAll(async () => {
		await stage?.close();
	});

	const diagnose = async (): Promise<Execution> => await stage.run(credential, EMAIL, { operation: 'diagnose' });
	/** What the token endpoint was asked for, oldest first. */
	const grants = (): string[] => stage.exchange.entra.requests.map(({ grant, result }) => `${grant} ${result}`);
	const refused = (): number => stage.exchange.control.requests().filter(({ status }) => status === 401).length;

	it('is asked to, before anything is sent', async () => {
		const { status, error } = await diagnose();
		expect(status).toBe('error');
		expect(error?.message).toContain('Connect my account');
		expect(stage.exchange.control.requests()).toEqual([]);
	});

	it('does so by the button of the credential, and reaches the mailbox', async () => {
		const page = await stage.signIn(credential, ANNA.address);
		expect(`${page.origin}${page.pathname}`).toBe(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/authorize`);
		expect(page.searchParams.get('scope')).toBe('https://outlook.office365.com/EWS.AccessAsUser.All offline_access');
		expect(grants()).toEqual(['authorization_code token']);
		const execution = await diagnose();
		expect(execution.error).toBeUndefined();
		expect(execution.items('Exchange').map(({ json }) => [json['mailbox'], json['reachable'], json['logonMethod']])).toEqual([[ANNA.address, true, 'OAuth2 (delegated)']]);
	});

	it('is never asked by a parameter "resource", which the token endpoint refuses beside a scope', async () => {
		const hybrid = await stage.credential('Hybrid', OAUTH2, stage.delegated({ ownResource: 'https://mail.example.test' }));
		const page = new URL(await stage.n8n.client.request<string>('GET', `/rest/oauth2-credential/auth?id=${hybrid.id}`));
		expect([...page.searchParams.keys()]).not.toContain('resource');
	});

	it('notices nothing of a token that is revoked before it expires: n8n renews it once and keeps the new one', async () => {
		stage.exchange.control.clearRequests();
		stage.exchange.entra.requests.length = 0;
		for (const token of stage.exchange.entra.issued) stage.exchange.entra.revoked.add(token);
		for (let again = 0; again < 2; again++) expect((await diagnose()).items('Exchange').map(({ json }) => [json['reachable'], json['problem']])).toEqual([[true, '']]);
		expect(grants()).toEqual(['refresh_token token']);
		expect(refused()).toBe(1);
	});

	it('learns that the sign-in is over where it cannot be renewed, after one request to each server', async () => {
		stage.exchange.control.clearRequests();
		stage.exchange.entra.requests.length = 0;
		stage.noteTokens();
		for (const token of stage.exchange.entra.issued) stage.exchange.entra.revoked.add(token);
		stage.exchange.entra.grants.clear();
		const [told] = (await diagnose()).items('Exchange').map(({ json }) => json);
		expect(told).toMatchObject({ reachable: false, problem: expect.stringContaining('needs to be reconnected') });
		expect(grants()).toEqual(['refresh_token 70000']);
		expect(refused()).toBe(1);
		const { status, error } = await stage.run(credential, EMAIL, { operation: 'getMany' });
		expect([status, `${error?.message} ${error?.description}`]).toEqual(['error', expect.stringContaining('needs to be reconnected')]);
	});
});
