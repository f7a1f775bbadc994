import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OpenedMessage } from '../../../src/ews/operations/smime-opener.ts';
import type { StoredItem } from '../../../src/sync/mailbox.ts';
import { ANNA, type Setup, setUp, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'both', timeZone: 'Europe/Zurich' } as const;

function encrypted(id: string): string {
	return [
		'From: Ben <ben@example.test>',
		`To: ${ANNA}`,
		`Subject: ${id}`,
		`Message-ID: <${id}@x>`,
		'MIME-Version: 1.0',
		'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
		'Content-Transfer-Encoding: base64',
		'Content-Disposition: attachment; filename=smime.p7m',
		'',
		'MIAGCSqGSIb3DQEHA6CA',
		'',
	].join('\n');
}

const INNER = [
	'From: Ben <ben@example.test>',
	'Subject: inside',
	'MIME-Version: 1.0',
	'Content-Type: multipart/mixed; boundary=b',
	'',
	'--b',
	'Content-Type: text/plain',
	'',
	'The secret text',
	'--b',
	'Content-Type: application/pdf; name="secret.pdf"',
	'Content-Disposition: attachment; filename="secret.pdf"',
	'Content-Transfer-Encoding: base64',
	'',
	Buffer.from('%PDF secret').toString('base64'),
	'--b--',
	'',
].join('\r\n');

/** Opens as the message's subject says. */
async function open(mime: Buffer): Promise<OpenedMessage> {
	const text = mime.toString();
	if (text.includes('Subject: readable')) return { mime: Buffer.from(INNER), encryption: 'decrypted', signature: 'valid', signer: 'ben@example.test' };
	return { encryption: 'encrypted', encryptionReason: 'No certificate fits.', signature: 'none' };
}

describe('smime-pull: encrypted mails of a mailbox', () => {
	let setup: Setup;
	beforeAll(async () => {
		setup = await setUp({ smime: { open } });
		for (const id of ['readable', 'foreign']) await setup.server.control.deliver(ANNA, encrypted(id));
		await setup.server.control.deliver(ANNA, `From: ben@example.test\nTo: ${ANNA}\nSubject: plain\nMessage-ID: <plain@x>\n\nhello\n`);
	});
	afterAll(() => setup.close());

	async function all(mailbox = setup.mailbox): Promise<Map<string, StoredItem<'email'>>> {
		const inbox = await mailbox.folder({ by: 'role', role: 'inbox' });
		const page = await mailbox.changes(inbox.id, undefined, 512);
		const stored = values(await mailbox.read('email', page.changes.map(({ id }) => id), OPTIONS));
		return new Map(stored.map((item) => [item.record.subject, item]));
	}

	it('come with what is inside under their outer headers', async () => {
		const mail = (await all()).get('readable');
		expect(mail?.record).toMatchObject({
			key: '<readable@x>',
			encryption: 'decrypted',
			signature: 'valid',
			signer: 'ben@example.test',
			text: 'The secret text',
		});
		expect(mail?.record.attachments.map(({ name, contentType }) => [name, contentType])).toEqual([['secret.pdf', 'application/pdf']]);
		const [content] = values(await setup.mailbox.attachments([mail?.record.attachments[0]?.attachmentId ?? '']));
		expect(content?.content.toString()).toBe('%PDF secret');
	});

	it('stay as they are where nothing opens them, and say why', async () => {
		const mail = (await all()).get('foreign');
		expect(mail?.record).toMatchObject({ encryption: 'encrypted', encryptionReason: 'No certificate fits.' });
		expect(mail?.record.attachments.map(({ name }) => name)).toEqual(['smime.p7m']);
	});

	it('are not read as MIME without certificates, and other mails never are', async () => {
		const plain = await all(setup.another(ANNA));
		expect(plain.get('readable')?.record).toMatchObject({ encryption: 'encrypted' });
		expect(plain.get('plain')?.record).toMatchObject({ encryption: 'none', text: 'hello' });
	});
});
