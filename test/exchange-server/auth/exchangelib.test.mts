import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUICK } from '../../quick-look.mts';
import { canImport, expectAnswersByTheSchema, runPython } from '../otherClients.mts';
import type { SecuredExchange } from './startSecuredExchange.mts';
import { startSecuredExchange } from './startSecuredExchange.mts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const APP = 'aaaaaaaa-0000-4000-8000-000000000001';
const PASSWORD = 'Anna-s3cret';
const SECRET = 'App~S3cret-value';

describe("Debian's python3-exchangelib logs on", () => {
	let server: SecuredExchange;
	let folder: string;

	beforeAll(async () => {
		server = await startSecuredExchange({
			https: true,
			logons: ['NTLM', 'Bearer'],
			users: [{ address: 'anna@example.test', password: PASSWORD, logonNames: ['EXAMPLE\\anna'] }],
			entra: { tenants: [{ id: TENANT, domains: [], applications: [{ clientId: APP, secrets: [{ value: SECRET }] }] }] },
		});
		folder = await mkdtemp(join(tmpdir(), 'exchangelib-'));
		await writeFile(join(folder, 'ca.pem'), server.certificate ?? '');
	});
	afterAll(async () => {
		await server.close();
		await rm(folder, { recursive: true });
	});

	async function run(way: 'ntlm' | 'oauth', environment: Record<string, string>): Promise<string> {
		server.control.clearRequests();
		const lines = await runPython(new URL('exchangelib_logon.py', import.meta.url), [way, server.url], { PATH: process.env.PATH ?? '', REQUESTS_CA_BUNDLE: join(folder, 'ca.pem'), ...environment });
		await expectAnswersByTheSchema(server.control);
		return lines.join('\n');
	}

	it.runIf(!QUICK && canImport('exchangelib', 'requests_ntlm'))('with NTLM over TLS, channel binding required', { timeout: 300_000 }, async () => {
		expect(await run('ntlm', { SECRET: PASSWORD })).toMatch(/^wrong password refused\nlogged on$/);
		expect(server.ntlm.handshakes.filter(({ step }) => step === 'accepted').length).toBeGreaterThan(0);
	});

	it.runIf(!QUICK && canImport('exchangelib', 'oauthlib', 'requests_oauthlib'))('with OAuth2 as an application that impersonates', { timeout: 300_000 }, async () => {
		expect(await run('oauth', { SECRET, CLIENT_ID: APP, TENANT, LOGIN_ORIGIN: server.origin })).toMatch(/^wrong secret refused: \w+\nlogged on$/);
		expect(server.entra.requests.map(({ result }) => result)).toEqual(expect.arrayContaining(['token', '7000215']));
	});
});
