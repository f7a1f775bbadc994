import { describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import { sameContent } from '../../../src/records/content-hash.ts';
import { email } from '../../sync/records.mts';
import { ANNA, type ConnectorBench, onlyEvent, onlyRecord, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

/** What a second connector, which has written nothing, pulls. */
async function pulledByAnother(office: ConnectorBench, more: Parameters<ConnectorBench['pullOptions']>[0] = {}) {
	const other = office.another({ ...office.connector.settings, name: 'Other', connectorId: 'other' });
	return await other.pull(undefined, office.pullOptions(more));
}

function comparable({ attachments, ...record }: EmailRecord) {
	return { ...record, attachments: attachments.map(({ name, contentType, inline, contentId, type }) => ({ name, contentType, inline, type, ...(contentId !== undefined && { contentId }) })) };
}

const FULL: Partial<EmailRecord> = {
	subject: 'Offer & <terms> – Größe 🎉',
	sender: { name: 'Desk', address: 'desk@example.test' },
	cc: [{ name: 'Ben, Müller', address: 'ben@example.test' }],
	bcc: [{ name: '', address: 'hidden@example.test' }],
	replyTo: [{ name: 'Answers', address: 'answers@example.test' }],
	isRead: true,
	importance: 'high',
	sensitivity: 'confidential',
	flag: { status: 'flagged', startDate: '2026-03-28', dueDate: '2026-03-29' },
	categories: ['Blue', 'Red & green'],
};

describe('emails, there and back', () => {
	it('everything the record promises comes back as it was pushed', async () => {
		const office = await bench();
		const record = email(FULL);
		const outcome = await office.pushOne('email', { externalId: 'm1', record });
		expect(outcome).toMatchObject({ outcome: 'created', externalId: 'm1', kind: 'email', account: 'anna', mailbox: ANNA, connector: 'Office', subject: record.subject });
		const pulled = onlyEvent(await pulledByAnother(office));
		expect(pulled.envelope).toMatchObject({ event: 'created', folder: 'Inbox', exchangeId: outcome.exchangeId, changeKey: outcome.changeKey });
		expect(pulled.record).toEqual(record);
		expect(office.control.outbox()).toEqual([]);
	});

	it('what the mailbox itself sent goes to Sent Items', async () => {
		const office = await bench();
		const record = email({ from: { name: 'Anna', address: ANNA }, to: [{ name: 'Bert', address: 'bert@example.test' }], isRead: true });
		await office.pushOne('email', { externalId: 'm1', record });
		expect(office.outlook().items('sentitems')).toHaveLength(1);
		expect(onlyEvent(await pulledByAnother(office)).envelope.folder).toBe('Sent Items');
		expect(office.control.outbox()).toEqual([]);
	});

	it('what the mailbox itself sent does so, too, where its international domain is written in another form', async () => {
		const office = await bench({ accounts: [{ account: 'anna', mailbox: 'anna@müller.example' }] });
		const record = email({ from: { name: 'Anna', address: 'Anna@xn--mller-kva.example' }, isRead: true });
		expect(await office.pushOne('email', { externalId: 'm1', record })).toMatchObject({ outcome: 'created' });
		expect(office.outlook().items('sentitems')).toHaveLength(1);
	});

	it('HTML, its text, inline images and files', async () => {
		const office = await bench();
		const html = '<html><body><p>Dear <b>Anna</b> <img src="cid:logo@x"></p></body></html>';
		const attachments = [
			{ name: 'logo.png', contentType: 'image/png', contentId: 'logo@x', inline: true, content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]) },
			{ name: 'Vertrag über Ärger.pdf', contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF-1.7 …') },
			{ name: 'empty.bin', contentType: 'application/octet-stream', inline: false, content: Buffer.alloc(0) },
		];
		const record = email({ html, text: 'Dear Anna' });
		await office.pushOne('email', { externalId: 'm1', record, attachments });
		const pulled = onlyEvent(await pulledByAnother(office, { withAttachments: true }));
		const mail = pulled.record as EmailRecord;
		expect(mail.html).toContain('<b>Anna</b>');
		expect(mail.text?.trim()).toBe('Dear Anna');
		expect(comparable(mail).attachments.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
			{ name: 'empty.bin', contentType: 'application/octet-stream', inline: false, type: 'file' },
			{ name: 'logo.png', contentType: 'image/png', inline: true, type: 'file', contentId: 'logo@x' },
			{ name: 'Vertrag über Ärger.pdf', contentType: 'application/pdf', inline: false, type: 'file' },
		]);
		expect(mail.attachments.map(({ binaryProperty }) => binaryProperty)).toEqual(pulled.attachments.map(({ binaryProperty }) => binaryProperty));
		expect(Object.fromEntries(pulled.attachments.map(({ name, content }) => [name, content?.toString('base64')]))).toEqual(
			Object.fromEntries(attachments.map(({ name, content }) => [name, content?.toString('base64')])),
		);
		expect((onlyRecord(await pulledByAnother(office, { body: 'text' })) as EmailRecord).html).toBeUndefined();
		expect((onlyRecord(await pulledByAnother(office, { body: 'html' })) as EmailRecord).text).toBeUndefined();
	});

	it('a nested message arrives as .eml', async () => {
		const office = await bench();
		const inner = Buffer.from('From: carl@example.test\r\nTo: ben@example.test\r\nSubject: Inner\r\nMessage-ID: <inner@x>\r\n\r\nnested\r\n');
		await office.pushOne('email', { externalId: 'm1', record: email(), attachments: [{ name: 'Inner.eml', contentType: 'message/rfc822', inline: false, content: inner }] });
		const { record, attachments } = onlyEvent(await pulledByAnother(office, { withAttachments: true }));
		expect((record as EmailRecord).attachments).toMatchObject([{ type: 'message', contentType: 'message/rfc822' }]);
		expect(attachments[0]?.name).toMatch(/\.eml$/);
		expect(attachments[0]?.content?.toString()).toContain('Subject: Inner');
	});

	it('read state, flag, importance and categories cross in both directions', async () => {
		const office = await bench();
		const record = email();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record });
		expect(told(await office.pull())).toEqual([]);

		office.outlook().edit(exchangeId!, { isRead: true });
		const read = onlyEvent(await office.pull());
		expect(read.envelope).toMatchObject({ event: 'readState', isRead: true, externalId: 'm1' });
		office.outlook().edit(exchangeId!, { isRead: false });
		expect(onlyEvent(await office.pull()).envelope).toMatchObject({ event: 'readState', isRead: false });
		office.outlook().edit(exchangeId!, { categories: ['Red'], importance: 'Low' });
		const changed = onlyEvent(await office.pull());
		expect(changed.envelope.event).toBe('updated');
		expect(changed.record).toMatchObject({ categories: ['Red'], importance: 'low', isRead: false });

		const pushed: Array<Partial<EmailRecord>> = [{ isRead: true }, { flag: { status: 'complete', completeDate: '2026-03-01' } }, { categories: [] }, { importance: 'high', flag: { status: 'notFlagged' } }];
		let present = changed.record as EmailRecord;
		let changeKey = changed.envelope.changeKey;
		for (const change of pushed) {
			present = { ...present, ...change };
			const outcome = await office.pushOne('email', { externalId: 'm1', exchangeId: exchangeId!, ...(changeKey && { changeKey }), record: { ...present } });
			expect(outcome).toMatchObject({ outcome: 'updated' });
			changeKey = outcome.changeKey;
			expect(sameContent(onlyRecord(await pulledByAnother(office)), present)).toBe(true);
		}
		expect(told(await office.pull())).toEqual([]);
		expect(office.control.outbox()).toEqual([]);
	});
});

describe('echoes and repeats', () => {
	it('what push wrote is not pulled, and pushed again it is unchanged', async () => {
		const office = await bench();
		await office.pull();
		const items = [1, 2, 3].map((n) => ({ externalId: `m${n}`, record: email({ ...FULL, key: `<${n}@crm.example>`, subject: `No ${n}` }) }));
		expect((await office.push('email', items)).map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);
		const first = await office.pull();
		expect([told(first), first.summary.echoes]).toEqual([[], 3]);
		expect((await office.push('email', items)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
		await office.push('email', items.map((item) => ({ ...item, record: { ...item.record, categories: ['New'] } })));
		expect(told(await office.pull())).toEqual([]);
		expect(told(await office.pull())).toEqual([]);
	});

	it('what was pulled and pushed back as it is changes nothing but is adopted, and names its external id from then on', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, 'From: Bert <bert@example.test>\nTo: anna@example.test\nSubject: Hello\nMessage-ID: <hello@x>\nDate: Sun, 1 Mar 2026 10:00:00 +0000\n\nHi Anna\n');
		const { envelope, record } = onlyEvent(await office.pull());
		const outcome = await office.pushOne('email', { externalId: 'row-7', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey!, record: { ...record } });
		expect(outcome.outcome).toBe('unchanged');
		expect(told(await office.pull())).toEqual([]);
		office.outlook().edit(envelope.exchangeId, { categories: ['Red'] });
		expect(onlyEvent(await office.pull()).envelope).toMatchObject({ event: 'updated', externalId: 'row-7' });
	});

	it('a move between watched folders is a create with the same key and a delete of the old id', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, 'From: bert@example.test\nTo: anna@example.test\nSubject: Hello\nMessage-ID: <hello@x>\n\nHi\n');
		const before = onlyEvent(await office.pull());
		office.outlook().move(before.envelope.exchangeId, 'sentitems');
		const { events } = await office.pull();
		expect(events.map(({ envelope }) => envelope.event)).toEqual(['created', 'deleted']);
		expect(events[0]?.record?.key).toBe('<hello@x>');
		expect(events[1]?.envelope).toMatchObject({ exchangeId: before.envelope.exchangeId, permanent: false });
	});

	it('a pushed mail that a user moves between watched folders is a create with its external id and a delete of the old id', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: email() });
		expect(told(await office.pull())).toEqual([]);
		office.outlook().move(exchangeId!, 'sentitems');
		const { events } = await office.pull();
		expect(events.map(({ envelope }) => [envelope.event, envelope.externalId])).toEqual([['created', 'm1'], ['deleted', undefined]]);
	});

	it('a user\'s copy of a pushed mail is a mail of its own', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: email() });
		await office.pull();
		office.advance(60_000);
		office.outlook().copy(exchangeId!, 'inbox');
		const copy = onlyEvent(await office.pull());
		expect(copy.envelope.event).toBe('created');
		expect(copy.envelope.externalId).toBeUndefined();
	});

	it('a delete is carried out once, and loses against a change', async () => {
		const office = await bench();
		const [first, second] = await office.push('email', [
			{ externalId: 'm1', record: email({ key: '<1@x>', subject: 'One' }) },
			{ externalId: 'm2', record: email({ key: '<2@x>', subject: 'Two' }) },
		]);
		office.outlook().edit(second!.exchangeId!, { categories: ['Kept'] });
		expect((await office.delete('email', [{ externalId: 'm1' }, { externalId: 'm2' }])).map(({ outcome }) => outcome)).toEqual(['deleted', 'conflict']);
		expect((await office.delete('email', [{ externalId: 'm1', exchangeId: first!.exchangeId! }])).map(({ outcome }) => outcome)).toEqual(['unchanged']);
		expect(office.outlook().items('inbox').map(({ subject }) => subject)).toEqual(['Two']);
		expect(office.outlook().items('deleteditems').map(({ subject }) => subject)).toEqual(['One']);
		expect((await office.delete('email', [{ externalId: 'm2' }], { evenIfChanged: true, mode: 'permanently' })).map(({ outcome }) => outcome)).toEqual(['deleted']);
		expect(office.outlook().items('inbox')).toEqual([]);
		expect(office.control.outbox()).toEqual([]);
	});

	it('both sides changed: reported with both versions, or overwritten when told so', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: email() });
		office.outlook().edit(exchangeId!, { categories: ['Theirs'] });
		const item = { externalId: 'm1', record: email({ categories: ['Ours'] }) };
		expect(await office.pushOne('email', item)).toMatchObject({ outcome: 'conflict', exchangeVersion: { categories: ['Theirs'] }, otherVersion: { categories: ['Ours'] } });
		expect(await office.pushOne('email', item, { conflictPolicy: 'otherSystemWins' })).toMatchObject({ outcome: 'updated' });
		expect(office.outlook().items('inbox')[0]?.categories).toEqual(['Ours']);
	});
});

describe('email-independent', () => {
	const RELATED = [
		'From: Bert <bert@example.test>',
		'To: anna@example.test',
		'Subject: RE: Offer',
		'Message-ID: <answer@x>',
		'In-Reply-To: <question@x>',
		'References: <first@x>',
		' <question@x>',
		'Thread-Topic: Offer',
		'Thread-Index: AQHXb+8=',
		'Date: Sun, 1 Mar 2026 10:00:00 +0000',
		'',
		'Yes.',
		'',
	].join('\r\n');

	it('email-independent: a pulled answer says nothing of the mail it answers, and its icon of having been answered does not cross', async () => {
		const office = await bench();
		const item = await office.control.deliver(ANNA, RELATED);
		const { record, envelope } = onlyEvent(await office.pull());
		expect(JSON.stringify(record)).not.toMatch(/question@x|first@x|AQHXb|conversation|inReplyTo|references/i);
		expect(record).toMatchObject({ key: '<answer@x>', subject: 'RE: Offer' });
		office.outlook().edit(item, { properties: { 'message:IsResponseRequested': false } });
		const marked = office.outlook().item(envelope.exchangeId);
		marked.extended['Tag:0x1081'] = { type: 'Integer', value: '102' };
		office.outlook().mailbox.touch(marked);
		for (const { record: again } of (await office.pull()).events) expect(again).toEqual(record);
	});

	it('email-independent: nothing that ties a pushed mail to another reaches Exchange', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: { key: '<answer@x>', subject: 'RE: Offer', mime: Buffer.from(RELATED).toString('base64') } });
		const [pushed] = office.requests().filter(({ operation }) => operation === 'CreateItem');
		const sent = Buffer.from(/<t:MimeContent[^>]*>([^<]*)</.exec(pushed?.request ?? '')?.[1] ?? '', 'base64').toString();
		expect(sent).toContain('Message-ID: <answer@x>');
		expect(sent).toContain('\r\n\r\nYes.');
		expect(sent).not.toMatch(/In-Reply-To|References|Thread-/i);
		const stored = (await (await office.mailbox()).mime(exchangeId!)).toString();
		expect(stored).not.toMatch(/question@x|AQHXb/);
	});
});

describe('records that say less than their mail', () => {
	const file = { name: '../Angebot: 1.pdf', contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF') };
	const mime = Buffer.from('From: Bert <bert@example.org>\r\nTo: anna@example.test\r\nSubject: As MIME\r\nMessage-ID: <mime@x>\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\nText\r\n').toString('base64');

	it.each([
		['a whole MIME text', { externalId: 'm1', record: { key: '<mime@x>', subject: 'As MIME', mime } }],
		['nothing but a MIME text', { externalId: 'm1', record: { mime } }],
		['files that the record does not list', { externalId: 'm1', record: email(), attachments: [file] }],
		['neither date nor sender', { externalId: 'm1', record: { subject: 'Short', text: 'Hi', to: 'anna@example.test' } as never }],
		['hardly anything', { externalId: 'm1', record: { text: 'Hi' } }],
	])('%s: no echo, unchanged when pushed again, and a change is written', async (_, item) => {
		const office = await bench();
		expect(await office.pushOne('email', item)).toMatchObject({ outcome: 'created' });
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('email', item)).toMatchObject({ outcome: 'unchanged' });
		const { subject } = office.outlook().items('inbox')[0]!;
		const changed = { ...item, record: { ...(item.record as object), categories: ['Red'] } };
		expect(await office.pushOne('email', changed)).toMatchObject({ outcome: 'updated' });
		expect(office.outlook().items('inbox')).toMatchObject([{ categories: ['Red'], subject }]);
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('email', changed)).toMatchObject({ outcome: 'unchanged' });
	});
});
