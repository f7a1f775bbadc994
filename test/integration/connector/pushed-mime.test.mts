import { describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import { ANNA, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

const HEAD = ['From: Bert <bert@example.org>', `To: ${ANNA}`, 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Message-ID: <mime@x>', 'Date: Sun, 1 Mar 2026 10:00:00 +0000'];
const ASKING = ['Disposition-Notification-To: Bert', ' <bert@example.org>', 'Return-Receipt-To: bert@example.org', 'X-Confirm-Reading-To: bert@example.org'];
/** A body that no line ending may be mended in: what is signed is signed byte for byte. */
const SIGNED = [
	'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="s"',
	'',
	'--s\r\nContent-Type: text/plain\r\nDisposition-Notification-To: stays@example.org\r\n\r\nSigned \nwords\r\n--s\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n--s--\r\n',
].join('\r\n');
const ENCRYPTED = ['Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', 'Content-Transfer-Encoding: base64', '', 'MIIB\nMIIC\r\n'].join('\r\n');

function base64(...lines: string[]): string {
	return Buffer.from(lines.join('\r\n'), 'latin1').toString('base64');
}

const plain = (...headers: string[]): string => base64(...HEAD, ...headers, '', 'Text', '');

/** The message as it went to Exchange. */
function sentMime(office: ConnectorBench): string {
	const [pushed] = office.requests().filter(({ operation }) => operation === 'CreateItem');
	return Buffer.from(/<t:MimeContent[^>]*>([^<]*)</.exec(pushed?.request ?? '')?.[1] ?? '', 'base64').toString('latin1');
}

/** What a second connector, which has written nothing, pulls. */
async function pulledByAnother(office: ConnectorBench) {
	return onlyEvent(await office.another({ ...office.connector.settings, connectorId: 'other' }).pull(undefined, office.pullOptions()));
}

describe('receipts that a pushed MIME text asks for', () => {
	it.each([
		['the other system asks and the record says nothing', 'otherSystem', {}, true],
		['the other system asks and the record says so', 'otherSystem', { readReceipt: true }, true],
		['the other system asks, but the record says no', 'otherSystem', { readReceipt: false }, false],
		['Exchange asks', 'exchange', {}, false],
		['Exchange asks, whatever the record says', 'exchange', { readReceipt: true }, false],
	] as const)('read-receipts: %s', async (_, side, more, asked) => {
		const office = await bench({ settings: { readReceiptsRequestedBy: side } });
		expect(await office.pushOne('email', { externalId: 'm1', record: { mime: plain(...ASKING), ...more } })).toMatchObject({ outcome: 'created' });
		const sent = sentMime(office);
		expect(sent).toBe([...HEAD, ...(asked ? ASKING : []), '', 'Text', ''].join('\r\n'));
		const { record } = await pulledByAnother(office);
		expect(record).toMatchObject({ readReceipt: asked, key: '<mime@x>' });
		expect(told(await office.pull())).toEqual([]);
	});

	it.each([
		['signed', SIGNED],
		['encrypted', ENCRYPTED],
	])('read-receipts, smime-push: of a %s message only the readable header in front loses its request, every other byte stays', async (_, body) => {
		for (const [side, asked] of [['exchange', false], ['otherSystem', true]] as const) {
			const office = await bench({ settings: { readReceiptsRequestedBy: side } });
			const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: { mime: base64(...HEAD, ...ASKING, body) } });
			const expected = [...HEAD, ...(asked ? ASKING : []), body].join('\r\n');
			expect(sentMime(office)).toBe(expected);
			expect((await (await office.mailbox()).mime(exchangeId!)).toString('latin1')).toBe(expected);
		}
	});
});

describe('what a record leaves to its MIME text', () => {
	const MIME = base64('Received: from mx.example.org by mail; Sun, 1 Mar 2026 10:00:07 +0000', 'Received: from pc by mx.example.org; Sun, 1 Mar 2026 09:00:00 +0000', ...HEAD, 'Importance: high', 'Sensitivity: Company-Confidential', '', 'Text', '');

	it('importance, sensitivity, dates and people are those of the MIME text', async () => {
		const office = await bench();
		const outcome = await office.pushOne('email', { externalId: 'm1', record: { mime: MIME } });
		expect(outcome).toMatchObject({ outcome: 'created', subject: 'Grüße', date: '2026-03-01T10:00:07Z' });
		const { record } = await pulledByAnother(office);
		expect(record).toMatchObject({ importance: 'high', sensitivity: 'confidential', sentAt: '2026-03-01T10:00:00Z', receivedAt: '2026-03-01T10:00:07Z', isRead: false });
	});

	it('what the record says counts', async () => {
		const office = await bench();
		await office.pushOne('email', { externalId: 'm1', record: { mime: MIME, importance: 'low', sensitivity: 'personal', isRead: true, receivedAt: '2026-03-01T11:00:00Z', categories: ['Red'] } });
		expect((await pulledByAnother(office)).record).toMatchObject({ importance: 'low', sensitivity: 'personal', isRead: true, receivedAt: '2026-03-01T11:00:00Z', categories: ['Red'] });
	});

	it('goes to Sent Items when its MIME text says that the mailbox itself sent it', async () => {
		const office = await bench();
		await office.pushOne('email', { externalId: 'm1', record: { mime: base64(`From: Anna <${ANNA}>`, 'To: bert@example.org', 'Subject: Mine', 'Message-ID: <mine@x>', 'Date: Sun, 1 Mar 2026 10:00:00 +0000', '', 'Text', '') } });
		expect(office.outlook().items('sentitems').map(({ subject }) => subject)).toEqual(['Mine']);
	});

	it('private-left-out: a MIME text may say that it is private', async () => {
		const office = await bench();
		const record = { mime: plain('Sensitivity: Private') };
		expect(await office.pushOne('email', { externalId: 'm1', record }, { includePrivate: false })).toMatchObject({ outcome: 'skipped', rule: 'private-left-out', subject: 'Grüße' });
		expect(await office.pushOne('email', { externalId: 'm2', record: { ...record, sensitivity: 'normal' } }, { includePrivate: false })).toMatchObject({ outcome: 'created' });
	});

	it('a change leaves alone what neither record nor MIME text speaks of', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: { mime: MIME } });
		office.outlook().edit(exchangeId!, { isRead: true, importance: 'Low' });
		const [stored] = await (await office.mailbox()).read('email', [exchangeId!], { body: 'both', timeZone: 'UTC' });
		if (stored?.ok !== true) throw new Error('not read');
		await (await office.mailbox()).update('email', [{ stored: stored.value, record: { ...stored.value.record, flag: { status: 'flagged' } } as EmailRecord, ifChanged: 'refuse' }]);
		expect(await office.pushOne('email', { externalId: 'm1', record: { mime: MIME, categories: ['Red'] } }, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
		expect((await pulledByAnother(office)).record).toMatchObject({ categories: ['Red'], isRead: true, importance: 'low', flag: { status: 'flagged' }, subject: 'Grüße' });
	});

	it('adopting a mail by its exchange id changes nothing in it', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, Buffer.from(MIME, 'base64').toString('latin1'));
		const { envelope, record } = onlyEvent(await office.pull());
		office.outlook().edit(envelope.exchangeId, { isRead: true, categories: ['Theirs'] });
		const { changeKey } = onlyEvent(await office.pull()).envelope;
		expect(await office.pushOne('email', { externalId: 'm1', exchangeId: envelope.exchangeId, changeKey, record: { mime: MIME } })).toMatchObject({ exchangeId: envelope.exchangeId });
		expect((await pulledByAnother(office)).record).toMatchObject({ ...record, isRead: true, categories: ['Theirs'] });
	});

	it('a header that is too long, or no message at all, fails that record alone and says why', async () => {
		const office = await bench();
		const outcomes = await office.push('email', [
			{ externalId: 'm1', record: { mime: base64(`X-Long: ${'x'.repeat(1_100_000)}`, '', 'Text') } },
			{ externalId: 'm2', record: { mime: plain() } },
		]);
		expect(outcomes).toMatchObject([{ outcome: 'failed', code: 'InvalidRecord', message: expect.stringContaining('mime') }, { outcome: 'created' }]);
	});
});
