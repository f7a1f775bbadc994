import { describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import { appointment, email } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();

const CAROL = [{ name: 'Carol', address: 'carol@example.test' }];
const FILE = { name: 'offer.pdf', contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF') };
const ATTACHED = [{ name: 'offer.pdf', contentType: 'application/pdf', size: 4, type: 'file', inline: false }];

/** A record of each field that Exchange does not let be changed. */
const UNCHANGEABLE: ReadonlyArray<[string, Partial<EmailRecord>]> = [
	['from', { from: CAROL[0]! }],
	['to', { to: CAROL }],
	['cc', { cc: CAROL }],
	['bcc', { bcc: CAROL }],
	['replyTo', { replyTo: CAROL }],
	['sentAt', { sentAt: '2026-02-01T07:00:00Z' }],
	['sensitivity', { sensitivity: 'private' }],
	['attachments', { attachments: ATTACHED as EmailRecord['attachments'] }],
];

async function pushed(office: ConnectorBench, more: object) {
	return await office.pushOne('email', { externalId: 'm1', record: { ...email(), ...more } });
}

describe('cancelled', () => {
	it('is not written, and named', async () => {
		const office = await bench();
		await office.pull();
		const kept = { keptFields: ['cancelled'], message: expect.stringContaining('cancelled stays as it is') };
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment() })).not.toHaveProperty('keptFields');
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ cancelled: true }) })).toMatchObject({ outcome: 'unchanged', ...kept });
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ cancelled: true, subject: 'Changed' }) })).toMatchObject({ outcome: 'updated', ...kept });
		expect(await office.pushOne('appointment', { externalId: 'a2', record: appointment({ key: 'uid-2', cancelled: true }) })).toMatchObject({ outcome: 'created', ...kept });
		expect(await office.pushOne('appointment', { externalId: 'a2', record: appointment({ key: 'uid-2', cancelled: true }) })).toMatchObject({ outcome: 'unchanged' });
		expect((await office.pull()).events).toEqual([]);
	});
});

describe('what Exchange does not let be changed in an email that is there', () => {
	it.each(UNCHANGEABLE)('%s stays, and the outcome says so; neither side takes it for a change', async (field, change) => {
		const office = await bench();
		await office.pull();
		const { exchangeId } = await pushed(office, {});
		const before = office.outlook().item(exchangeId!);
		expect(await pushed(office, change)).toMatchObject({
			outcome: 'unchanged',
			exchangeId,
			keptFields: [field],
			message: expect.stringMatching(new RegExp(`^Email "Offer" .+ was not changed: ${field} .+ Exchange does not let .+\\.$`)),
		});
		expect(told(await office.pull())).toEqual([]);
		expect(await pushed(office, { ...change, categories: ['Ours'] })).toMatchObject({ outcome: 'updated', keptFields: [field], message: expect.stringContaining(`was updated; ${field} `) });
		expect(office.outlook().items('inbox').map(({ categories }) => categories)).toEqual([['Ours']]);
		expect(told(await office.pull())).toEqual([]);
		const again = await pushed(office, { ...change, categories: ['Ours'] });
		expect(again.outcome).toBe('unchanged');
		expect(office.outlook().item(exchangeId!).attachments).toEqual(before.attachments);

		office.outlook().edit(exchangeId!, { categories: ['Theirs'] });
		expect(onlyEvent(await office.pull()).envelope).toMatchObject({ event: 'updated', externalId: 'm1' });
		expect(await pushed(office, { ...change, categories: ['Both'] })).toMatchObject({ outcome: 'conflict' });
	});

	it('costs no request more than any update', async () => {
		const office = await bench();
		await pushed(office, {});
		office.operations();
		await pushed(office, { to: CAROL, isRead: true });
		expect(office.operations()).toEqual({ GetFolder: 1, FindFolder: 1, FindItem: 1, GetItem: 1, UpdateItem: 1 });
	});

	it('several fields are named together, and only what the record says', async () => {
		const office = await bench();
		await office.push('email', [{ externalId: 'm1', record: email({ sensitivity: 'private', cc: CAROL, attachments: ATTACHED as EmailRecord['attachments'] }), attachments: [FILE] }]);
		const { from: _from, sentAt: _sentAt, cc: _cc, sensitivity: _sensitivity, attachments: _attachments, ...said } = email({ isRead: true, to: CAROL, bcc: CAROL });
		expect(await office.pushOne('email', { externalId: 'm1', record: said })).toMatchObject({ outcome: 'updated', keptFields: ['to', 'bcc'], message: expect.stringContaining('; to and bcc stay as they are, as Exchange does not let them be changed') });
		await office.pull();
		expect(await office.pushOne('email', { externalId: 'm1', record: { ...said, isRead: false } })).toMatchObject({ outcome: 'updated' });
		const { isRead: _isRead, ...unread } = said;
		const { keptFields, outcome } = await office.pushOne('email', { externalId: 'm1', record: { ...unread, to: email().to, bcc: [] } });
		expect([outcome, keptFields]).toEqual(['unchanged', undefined]);
		expect(told(await office.pull())).toEqual([]);
	});

	it('the other system wins over a change of a user, as far as Exchange lets it', async () => {
		const office = await bench();
		const { exchangeId } = await pushed(office, {});
		await office.pull();
		office.outlook().edit(exchangeId!, { categories: ['Theirs'] });
		const outcome = await office.pushOne('email', { externalId: 'm1', record: email({ to: CAROL, categories: ['Ours'] }) }, { conflictPolicy: 'otherSystemWins' });
		expect(outcome).toMatchObject({ outcome: 'updated', keptFields: ['to'], message: expect.stringContaining("Exchange's version was overwritten; to stays as it is") });
		expect(told(await office.pull())).toEqual([]);
	});

	it('smime-push: the text of an encrypted mail stays, too', async () => {
		const office = await bench();
		await office.pull();
		const { from: _from, to: _to, sentAt: _sentAt, text: _text, attachments: _attachments, ...said } = email();
		const mime = Buffer.from(['From: bert@example.test', 'To: anna@example.test', 'Subject: Offer', 'Date: Sun, 1 Mar 2026 07:00:00 +0000', 'Message-ID: <one@example.test>', 'MIME-Version: 1.0', 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m', 'Content-Transfer-Encoding: base64', '', 'MIAGCSqGSIb3DQEHA6CAMIACAQA=', ''].join('\r\n'));
		expect(await office.pushOne('email', { externalId: 'm1', record: { ...said, mime: mime.toString('base64') } })).toMatchObject({ outcome: 'created' });
		expect(await office.pushOne('email', { externalId: 'm1', record: { ...said, text: 'In the open', isRead: true } })).toMatchObject({ outcome: 'updated', keptFields: ['text'] });
		expect(told(await office.pull())).toEqual([]);
	});

	it('HTML that is empty leaves the text to be written', async () => {
		const office = await bench();
		const { exchangeId } = await pushed(office, {});
		expect(await pushed(office, { html: '', text: 'Another text' })).toMatchObject({ outcome: 'updated' });
		expect(office.outlook().item(exchangeId!).body).toMatchObject({ content: expect.stringContaining('Another text') });
	});
});
