/** What an email says in another way than it seems to: blank HTML, attachments without bytes, binary parts. Nothing of it is lost without a word. */
import { describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import { email } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { onlyRecord, useBenches } from './connector-bench.mts';

const bench = useBenches();

/** As another connector pulls it. */
async function stored(office: Awaited<ReturnType<typeof bench>>): Promise<EmailRecord> {
	const other = office.another({ ...office.connector.settings, name: 'Other', connectorId: 'other' });
	return onlyRecord(await other.pull(undefined, office.pullOptions({ body: 'both' }))) as EmailRecord;
}

describe('HTML that says nothing', () => {
	it.each(['', ' ', '\n'])('leaves the body to the text beside it: %j', async (html) => {
		const office = await bench();
		await office.pull();
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ html, text: 'Hello' }) })).toMatchObject({ outcome: 'created' });
		expect((await stored(office)).text).toBe('Hello');
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ html, text: 'The order is 4711' }) })).toMatchObject({ outcome: 'updated' });
		expect((await stored(office)).text).toBe('The order is 4711');
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ html, text: 'The order is 4711' }) })).toMatchObject({ outcome: 'unchanged' });
		expect(told(await office.pull())).toEqual([]);
	});

	it('writes over HTML that was there', async () => {
		const office = await bench();
		await office.pushOne('email', { externalId: 'm1', record: email({ html: '<p>Hello</p>', text: 'Hello' }) });
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ html: ' ', text: 'The order is 4711' }) })).toMatchObject({ outcome: 'updated' });
		expect((await stored(office)).text).toBe('The order is 4711');
	});
});

describe('attachments that a record lists', () => {
	const OFFER = { name: 'offer.pdf', contentType: 'application/pdf', size: 3, type: 'file', inline: false } as const;
	const LINK = { name: 'plan', contentType: 'application/octet-stream', size: 0, type: 'reference', inline: false, url: 'https://x.example/plan' } as const;

	it('without bytes are named in the outcome, and the mail that comes of it is told to nobody', async () => {
		const office = await bench();
		await office.pull();
		const item = { externalId: 'm1', record: email({ attachments: [OFFER, LINK] }) };
		expect(await office.pushOne('email', item)).toMatchObject({ outcome: 'created', keptFields: ['attachments'], message: expect.stringContaining('was created without "offer.pdf" and "plan": the record has no bytes of them.') });
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('email', item)).toMatchObject({ outcome: 'unchanged' });
	});

	it('with bytes are written, whatever they are called there', async () => {
		const office = await bench();
		const file = (name: string) => ({ name, contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF') });
		const outcome = await office.pushOne('email', { externalId: 'm1', record: email({ attachments: [OFFER, { ...OFFER, name: 'attachment', binaryProperty: 'data' }] }), attachments: [file('offer.pdf'), file('terms.pdf')] });
		expect([outcome.outcome, outcome.keptFields]).toEqual(['created', undefined]);
	});
});

describe('a message with a binary part', () => {
	it('smime-push: the mime of a record is passed on byte for byte, line feeds of binary parts included', async () => {
		const office = await bench();
		const pdf = Buffer.from('%PDF-1.7\n\x01\n\xff\n', 'latin1');
		const head = 'From: a@example.test\r\nTo: b@example.test\r\nSubject: Binary\r\nMessage-ID: <binary@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n';
		const mime = Buffer.concat([Buffer.from(head), pdf, Buffer.from('\r\n--x--\r\n')]);
		await office.pushOne('email', { externalId: 'm1', record: { mime: mime.toString('base64') } });
		const [mail] = office.outlook().items('inbox');
		const [file] = office.outlook().item(mail?.id ?? '').attachments;
		expect(file?.type === 'file' && file.content).toEqual(pdf);
	});
});
