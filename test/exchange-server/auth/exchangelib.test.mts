import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SecuredExchange } from './startSecuredExchange.mts';
import { startSecuredExchange } from './startSecuredExchange.mts';

const PYTHON = '/usr/bin/python3';
const TENANT = '11111111-2222-4333-8444-555555555555';
const APP = 'aaaaaaaa-0000-4000-8000-000000000001';
const PASSWORD = 'Anna-s3cret';
const SECRET = 'App~S3cret-value';

function canImport(...modules: string[]): boolean {
	try {
		execFileSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore', timeout: 30_000 });
		return true;
	} catch {
		return false;
	}
}

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
		const { stdout } = await promisify(execFile)(PYTHON, [fileURLToPath(new URL('exchangelib_logon.py', import.meta.url)), way, server.url], {
			timeout: 100_000,
			env: { PATH: process.env.PATH ?? '', REQUESTS_CA_BUNDLE: join(folder, 'ca.pem'), ...environment },
		});
		return stdout.trimEnd();
	}

	it.runIf(canImport('exchangelib', 'requests_ntlm'))('with NTLM over TLS, channel binding required', { timeout: 120_000 }, async () => {
		expect(await run('ntlm', { SECRET: PASSWORD })).toMatch(/^wrong password refused\nlogged on$/);
		expect(server.ntlm.handshakes.filter(({ step }) => step === 'accepted').length).toBeGreaterThan(0);
	});

	it.runIf(canImport('exchangelib', 'oauthlib', 'requests_oauthlib'))('with OAuth2 as an application that impersonates', { timeout: 120_000 }, async () => {
		expect(await run('oauth', { SECRET, CLIENT_ID: APP, TENANT, LOGIN_ORIGIN: server.origin })).toMatch(/^wrong secret refused: \w+\nlogged on$/);
		expect(server.entra.requests.map(({ result }) => result)).toEqual(expect.arrayContaining(['token', '7000215']));
	});
});
