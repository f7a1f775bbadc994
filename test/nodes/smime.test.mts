import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { CERTIFICATE, ENVELOPED, PRIVATE_KEY } from '../exchange-server/seed/smimeSamples.mts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute, poll, type TestMemory } from './harness/n8n-core.mts';

const server = embeddedExchange();
const MAIL = [
	'From: Clara <clara@example.org>',
	'To: anna@example.test',
	'Subject: Confidential',
	'Message-ID: <confidential@x>',
	'Date: Sun, 1 Mar 2026 10:00:00 +0000',
	'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
	'Content-Transfer-Encoding: base64',
	'',
	ENVELOPED.toString('base64').replace(/.{76}/g, '$&\r\n'),
	'',
].join('\r\n');

let folder: string;
let certificate: string;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'nodes-smime-'));
	writeFileSync(join(folder, 'anna.key'), PRIVATE_KEY);
	writeFileSync(join(folder, 'anna.pem'), CERTIFICATE);
	execFileSync('openssl', ['pkcs12', '-export', '-inkey', 'anna.key', '-in', 'anna.pem', '-passout', 'pass:p12', '-out', 'anna.p12'], { cwd: folder, stdio: 'pipe' });
	certificate = readFileSync(join(folder, 'anna.p12')).toString('base64');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const credentials = () => ({ exchangeEwsBasicApi: basicCredential(server().url), exchangeSmimeApi: { certificate, password: 'p12' } });

describe('the credential S/MIME Certificate', () => {
	it('smime-pull: decrypts for Get and Get Many where it is switched on, and only there', async () => {
		const item = await server().control.deliver('anna@example.test', MAIL);
		const exchangeId = server().control.outlook('anna@example.test').idOf(item);
		for (const [decryptSmime, encryption] of [[true, 'decrypted'], [false, 'encrypted']] as const) {
			const run = async (parameters: object) => (await execute({ nodeType: new ExchangeEmail(), parameters: { decryptSmime, ...parameters }, credentials: credentials() }, [{ exchangeId }]))[0]?.[0]?.json;
			for (const parameters of [{ operation: 'get' }, { operation: 'getMany', returnAll: true }]) {
				const json = await run(parameters);
				expect(json).toMatchObject({ subject: 'Confidential', encryption });
				expect(JSON.stringify(json).includes('vertraulich')).toBe(decryptSmime);
			}
		}
	});

	it('smime-pull: decrypts for the trigger', async () => {
		const memory: TestMemory = { staticData: {} };
		const node = { nodeType: new ExchangeTrigger(), parameters: { decryptSmime: true }, credentials: credentials() };
		expect(await poll(node, memory)).toBeNull();
		await server().control.deliver('anna@example.test', MAIL.replace('<confidential@x>', '<second@x>'));
		const [[event] = []] = (await poll(node, memory)) ?? [];
		expect(event?.json).toMatchObject({ event: 'created', subject: 'Confidential', encryption: 'decrypted', text: expect.stringContaining('vertraulich') });
	});
});
