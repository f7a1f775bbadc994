import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EwsMailbox } from '../../../src/ews/EwsMailbox.ts';
import { ntlmAuthenticator } from '../../../src/ews/transport/ntlm/ntlm-authenticator.ts';
import { openEwsConnection } from '../../../src/ews/transport/open-ews-connection.ts';
import { noise } from '../../bench/mail-content.mts';
import { startSecuredExchange } from '../../exchange-server/auth/startSecuredExchange.mts';
import { email } from '../../sync/records.mts';
import { ANNA, setUp, type Setup, values } from './exchange-and-mailbox.mts';

const content = noise(2_000_001);
let setup: Setup;

beforeAll(async () => {
	setup = await setUp();
});
afterAll(() => setup.close());

async function created(mailbox: EwsMailbox, subject: string): Promise<Buffer | undefined> {
	const { id } = await mailbox.folder({ by: 'role', role: 'inbox' });
	const attachments = [{ name: 'große Datei.bin', contentType: 'application/octet-stream', inline: false, content }];
	const [reference] = values(await mailbox.create('email', [{ record: email({ subject, key: `<${subject}@x>` }), folderId: id, attachments }]));
	const [stored] = values(await mailbox.read('email', [reference?.id ?? ''], { body: 'text', timeZone: 'UTC' }));
	expect(stored?.record.subject).toBe(subject);
	return values(await mailbox.attachments([stored?.record.attachments[0]?.attachmentId ?? '']))[0]?.content;
}

describe('large requests', () => {
	it('bytes go out while they are encoded, with their length told before', async () => {
		setup.server.control.clearRequests();
		expect((await created(setup.mailbox, 'Größe'))?.equals(content)).toBe(true);
		const request = setup.server.control.requests().find(({ operation }) => operation === 'CreateItem');
		expect(request?.headers['transfer-encoding']).toBeUndefined();
		expect(Number(request?.headers['content-length'])).toBe(request?.bytesIn);
		expect(request?.bytesIn).toBeGreaterThan(3_600_000);
	});

	it('several in one request stand where they belong', async () => {
		const { id } = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
		const sizes = [300_000, 10, 280_000];
		const items = sizes.map((size, index) => ({
			record: email({ subject: `Mail ${index}`, key: `<mail-${index}@x>` }),
			folderId: id,
			attachments: [{ name: `${index}.bin`, contentType: 'application/octet-stream', inline: false, content: content.subarray(index, index + size) }],
		}));
		const references = values(await setup.mailbox.create('email', items));
		const stored = values(await setup.mailbox.read('email', references.map((reference) => reference.id), { body: 'text', timeZone: 'UTC' }));
		const contents = values(await setup.mailbox.attachments(stored.map(({ record }) => record.attachments[0]?.attachmentId ?? '')));
		expect(contents.map((each, index) => each.content.equals(content.subarray(index, index + (sizes[index] ?? 0))))).toEqual([true, true, true]);
	});

	it('what Exchange finds too large is refused with its own code', async () => {
		const { id } = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
		setup.server.control.inject({ operation: 'CreateItem', do: { effect: 'item', code: 'ErrorMessageSizeExceeded' } });
		const [refused] = await setup.mailbox.create('email', [{ record: email({ key: '<large@x>' }), folderId: id, attachments: [{ name: 'a.bin', contentType: 'application/octet-stream', inline: false, content }] }]);
		expect(refused).toMatchObject({ ok: false, fault: { reason: 'itemRefused', scope: 'item', code: 'ErrorMessageSizeExceeded', message: expect.stringContaining('larger than the server takes') } });
	});

	it('and what the web server in front of it finds too large, with where that is set', async () => {
		const { id } = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
		setup.server.control.inject({ operation: 'CreateItem', do: { effect: 'http', status: 413 } });
		const [refused] = await setup.mailbox.create('email', [{ record: email({ key: '<large-2@x>' }), folderId: id, attachments: [{ name: 'a.bin', contentType: 'application/octet-stream', inline: false, content }] }]);
		expect(refused).toMatchObject({ ok: false, fault: { reason: 'tooLarge', scope: 'item', message: expect.stringContaining('maxRequestLength') } });
	});

	it('NTLM: they are sent anew, from the beginning, where the server has forgotten the logon', async () => {
		const server = await startSecuredExchange({ users: [{ address: ANNA, password: 'secret' }], logons: ['NTLM'] });
		const connection = openEwsConnection({ url: server.url, authenticator: ntlmAuthenticator({ user: ANNA, password: 'secret' }) });
		try {
			const mailbox = new EwsMailbox(connection.mailbox({ address: ANNA, mode: 'own' }));
			expect((await created(mailbox, 'First'))?.equals(content)).toBe(true);
			server.control.inject({ operation: 'CreateItem', do: { effect: 'http', status: 401, headers: { 'www-authenticate': 'NTLM' } } });
			expect((await created(mailbox, 'Second'))?.equals(content)).toBe(true);
			expect(server.control.outlook(ANNA).items('inbox').map(({ subject }) => subject)).toEqual(['First', 'Second']);
		} finally {
			await connection.close();
			await server.close();
		}
	});
});
