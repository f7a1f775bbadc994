import { describe, expect, it } from 'vitest';

import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { encryptedMail, pkcs12 } from '../mime/smime/encrypted-mail.mts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute, poll, type TestMemory } from './harness/n8n-core.mts';

const server = embeddedExchange();
const CERTIFICATE = { certificate: pkcs12('p12'), password: 'p12' };

const credentials = () => ({ exchangeEwsBasicApi: basicCredential(server().url), exchangeSmimeApi: CERTIFICATE });

describe('the credential S/MIME Certificate', () => {
	it('smime-pull: decrypts for Get and Get Many where it is switched on, and only there', async () => {
		const item = await server().control.deliver('anna@example.test', encryptedMail('<first@x>'));
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
		await server().control.deliver('anna@example.test', encryptedMail('<second@x>'));
		const [[event] = []] = (await poll(node, memory)) ?? [];
		expect(event?.json).toMatchObject({ event: 'created', subject: 'Confidential', encryption: 'decrypted', text: expect.stringContaining('vertraulich') });
	});
});
