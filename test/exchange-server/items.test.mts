import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningExchange } from './startExchange.mts';
import { startExchange } from './startExchange.mts';
import { createRequest, deleteRequest, TestClient, updateRequest } from './testClient.mts';
import { child, childText, descend } from './xml/element.mts';

const ANNA = 'anna@example.test';
const BERT = 'bert@example.test';
let server: RunningExchange;
let client: TestClient;
const outlook = (address = ANNA) => server.control.outlook(address);

beforeAll(async () => {
	server = await startExchange({ users: [{ address: ANNA, password: 'secret', name: 'Anna Berg' }, { address: BERT, password: 'secret', name: 'Bert' }], now: new Date('2026-03-02T08:00:00Z') });
	client = new TestClient(server);
});
beforeEach(() => {
	for (const address of [ANNA, BERT]) for (const folder of ['inbox', 'drafts', 'sentitems', 'deleteditems']) for (const { id } of outlook(address).items(folder)) outlook(address).mailbox.remove(outlook(address).item(id));
	server.exchange.outbox.length = 0;
});
afterAll(async () => {
	await server.close();
});

const idOf = (item: Awaited<ReturnType<TestClient['get']>>): { Id: string; ChangeKey: string } => child(item, 'ItemId')!.attributes as { Id: string; ChangeKey: string };
const to = (address: string): string => `<t:ToRecipients><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
const tag = (propertyTag: string, type: string, value: string): string => `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="${propertyTag}" PropertyType="${type}"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;

describe('CreateItem', () => {
	it('saves a draft, unless PR_MESSAGE_FLAGS says it was sent; the dates come from MAPI', async () => {
		const draft = await client.get((await client.create('<t:Subject>draft</t:Subject>')).Id);
		expect([childText(draft, 'IsDraft'), childText(draft, 'IsRead')]).toEqual(['true', 'true']);
		const sent = await client.get((await client.create(`<t:Subject>x</t:Subject>${tag('0x0E07', 'Integer', '0')}${tag('0x0E06', 'SystemTime', '2024-05-06T07:08:09Z')}${tag('0x0039', 'SystemTime', '2024-05-06T07:08:00Z')}`)).Id);
		expect([childText(sent, 'IsDraft'), childText(sent, 'IsRead'), childText(sent, 'DateTimeReceived'), childText(sent, 'DateTimeSent')]).toEqual(['false', 'false', '2024-05-06T07:08:09Z', '2024-05-06T07:08:00Z']);
	});

	it('takes MIME and gives it back byte by byte until its content changes', async () => {
		const mime = ['From: Zoe <zoe@modern.example>', `To: ${ANNA}`, 'Subject: =?utf-8?B?w5xiZXI=?=', 'Message-ID: <m1@modern.example>', 'Date: Thu, 01 Jan 2026 10:00:00 +0100', 'Disposition-Notification-To: zoe@modern.example', 'Content-Type: text/html; charset=iso-8859-1', 'Content-Transfer-Encoding: quoted-printable', '', '<b>=FC</b>', ''].join('\r\n');
		const made = await client.create(`<t:MimeContent CharacterSet="UTF-8">${Buffer.from(mime).toString('base64')}</t:MimeContent>${tag('0x0E07', 'Integer', '1')}`);
		const shape = '<t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>';
		const item = await client.get(made.Id, shape);
		expect(Buffer.from(childText(item, 'MimeContent') ?? '', 'base64').toString()).toBe(mime);
		expect(['Subject', 'InternetMessageId', 'DateTimeSent', 'IsReadReceiptRequested', 'IsDraft'].map((name) => childText(item, name))).toEqual(['Über', '<m1@modern.example>', '2026-01-01T09:00:00Z', 'true', 'false']);
		expect(childText(item, 'Body')?.trim()).toBe('<b>ü</b>');
		expect(descend(item, 'From', 'Mailbox', 'EmailAddress')?.text).toBe('zoe@modern.example');
		await client.ok(updateRequest(made, { 'item:Categories': '<t:Categories><t:String>a</t:String></t:Categories>' }));
		expect(Buffer.from(childText(await client.get(made.Id, shape), 'MimeContent') ?? '', 'base64').toString()).toBe(mime);
		await client.ok(updateRequest(made, { 'item:Subject': '<t:Subject>neu</t:Subject>' }));
		expect(Buffer.from(childText(await client.get(made.Id, shape), 'MimeContent') ?? '', 'base64').toString()).toMatch(/^Subject: neu\r$/m);
	});

	it('sends to its own mailboxes, keeps a copy where asked, and logs every recipient', async () => {
		expect(await client.code(createRequest(`<t:Subject>a</t:Subject>${to(BERT)}`, 'sentitems', 'SendAndSaveCopy'))).toBe('NoError');
		expect(await client.code(createRequest(`<t:Subject>b</t:Subject>${to('x@elsewhere.example')}`, 'sentitems', 'SendOnly').replace(/<m:SavedItemFolderId>.*<\/m:SavedItemFolderId>/, ''))).toBe('NoError');
		expect(outlook().items('sentitems').map(({ subject, isDraft }) => [subject, isDraft])).toEqual([['a', false]]);
		expect(outlook(BERT).items('inbox').map(({ subject, isRead, isDraft }) => [subject, isRead, isDraft])).toEqual([['a', false, false]]);
		expect(server.control.outbox().map(({ what, subject, to: all, deliveredTo }) => [what, subject, all, deliveredTo])).toEqual([['message', 'a', [BERT], [BERT]], ['message', 'b', ['x@elsewhere.example'], []]]);
		expect(await client.code(createRequest('<t:Subject>c</t:Subject>', 'sentitems', 'SendAndSaveCopy'))).toBe('ErrorMissingRecipients');
	});

	it('tells each item of a batch its own outcome', async () => {
		const request = createRequest('<t:Subject>a</t:Subject>').replace('</m:Items>', `<t:Message><t:Subject>${'x'.repeat(300)}</t:Subject></t:Message></m:Items>`);
		expect((await client.send(request)).messages.map(({ class: responseClass, code }) => [responseClass, code])).toEqual([['Success', 'NoError'], ['Error', 'ErrorPropertyValidationFailure']]);
	});

	it('refuses elements in the wrong order by its schema, as a fault', async () => {
		const answer = await client.send(createRequest('<t:Body BodyType="Text">b</t:Body><t:Subject>s</t:Subject>'));
		expect([answer.status, answer.fault]).toEqual([500, 'ErrorSchemaValidation']);
		const swapped = await client.send(`<m:GetItem><m:ItemIds><t:ItemId Id="x"/></m:ItemIds><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape></m:GetItem>`);
		expect([swapped.status, swapped.fault]).toEqual([500, 'ErrorSchemaValidation']);
		expect((await server.control.schemaViolations()).every(({ where }) => where === 'request')).toBe(true);
		server.control.clearSchemaViolations();
	});
});

describe('GetItem', () => {
	it('converts bodies and gives what the shape asks for', async () => {
		const { Id } = await client.create('<t:Subject>s</t:Subject><t:Body BodyType="HTML">&lt;p&gt;Hallo &lt;b&gt;Welt&lt;/b&gt;&lt;/p&gt;</t:Body>');
		const text = await client.get(Id, '<t:BaseShape>Default</t:BaseShape><t:BodyType>Text</t:BodyType>');
		expect([child(text, 'Body')?.attributes.BodyType, childText(text, 'Body')?.trim()]).toEqual(['Text', 'Hallo Welt']);
		expect((await client.get(Id, '<t:BaseShape>IdOnly</t:BaseShape>')).children.map(({ name }) => name)).toEqual(['ItemId']);
	});

	it('gives bodies back as a real server rewrites them, where that is switched on', async () => {
		const html = await client.create('<t:Subject>s</t:Subject><t:Body BodyType="HTML">&lt;p&gt;x&lt;/p&gt;</t:Body>');
		const text = await client.create('<t:Subject>s</t:Subject><t:Body BodyType="Text">a\nb</t:Body>');
		const bodies = async (): Promise<unknown[]> => [childText(await client.get(html.Id), 'Body'), childText(await client.get(text.Id), 'Body')];
		expect(await bodies()).toEqual(['<p>x</p>', 'a\nb']);
		server.exchange.rewritesBodies = true;
		expect(await bodies()).toEqual(['<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n<p>x</p>\r\n</body>\r\n</html>\r\n', 'a\r\nb']);
		server.exchange.rewritesBodies = false;
	});

	it('never shows who got a blind copy', async () => {
		const mime = `From: ${ANNA}\r\nTo: ${BERT}\r\nBcc: hidden@elsewhere.example,\r\n other@elsewhere.example\r\nSubject: b\r\n\r\nText\r\n`;
		await client.send(createRequest(`<t:MimeContent>${Buffer.from(mime).toString('base64')}</t:MimeContent>`, 'sentitems', 'SendAndSaveCopy'));
		expect(server.control.outbox()[0]?.to).toEqual([BERT, 'hidden@elsewhere.example', 'other@elsewhere.example']);
		const arrived = await new TestClient(server, BERT).get(outlook(BERT).items('inbox')[0]!.id, '<t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>');
		expect(JSON.stringify(arrived) + Buffer.from(childText(arrived, 'MimeContent') ?? '', 'base64').toString()).not.toContain('elsewhere.example');
	});

	it('knows ids letter by letter', async () => {
		const { Id } = await client.create('<t:Subject>s</t:Subject>');
		const get = (id: string): Promise<string> => client.code(`<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`);
		expect(Id.length).toBeGreaterThan(100);
		expect(await get(Id.toLowerCase())).toBe('ErrorInvalidIdMalformed');
		expect(await get('rubbish')).toBe('ErrorInvalidIdMalformed');
		const { Id: gone } = await client.create('<t:Subject>gone</t:Subject>');
		await client.ok(deleteRequest(gone, 'HardDelete'));
		expect(await get(gone)).toBe('ErrorItemNotFound');
	});
});

describe('UpdateItem', () => {
	it('detects conflicts by change key as ConflictResolution says', async () => {
		const made = await client.create('<t:Subject>s</t:Subject>');
		await client.ok(updateRequest(made, { 'item:Subject': '<t:Subject>t</t:Subject>' }));
		const subject = { 'item:Subject': '<t:Subject>u</t:Subject>' };
		const never = 'ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"';
		expect(await client.code(updateRequest(made, subject, never))).toBe('ErrorIrresolvableConflict');
		expect(await client.code(updateRequest({ Id: made.Id }, subject, never))).toBe('ErrorChangeKeyRequiredForWriteOperations');
		expect(await client.code(updateRequest(idOf(await client.get(made.Id)), subject, never))).toBe('NoError');
		expect(await client.code(updateRequest({ Id: made.Id }, subject))).toBe('NoError');
	});

	it('appends, deletes, and refuses what is read-only or settled by sending', async () => {
		const made = await client.create(`<t:Subject>s</t:Subject><t:Body BodyType="Text">one</t:Body><t:Categories><t:String>a</t:String></t:Categories>`);
		const changes = '<t:AppendToItemField><t:FieldURI FieldURI="item:Body"/><t:Message><t:Body BodyType="Text">two</t:Body></t:Message></t:AppendToItemField><t:DeleteItemField><t:FieldURI FieldURI="item:Categories"/></t:DeleteItemField>';
		await client.ok(updateRequest(made, {}).replace('<t:Updates></t:Updates>', `<t:Updates>${changes}</t:Updates>`));
		const item = await client.get(made.Id);
		expect([childText(item, 'Body'), child(item, 'Categories')]).toEqual(['onetwo', undefined]);
		expect(await client.code(updateRequest(made, { 'item:DateTimeReceived': '<t:DateTimeReceived>2026-01-01T00:00:00Z</t:DateTimeReceived>' }))).toBe('ErrorInvalidPropertySet');
		const sent = outlook().create({ subject: 'sent' });
		expect(await client.code(updateRequest({ Id: outlook().idOf(sent) }, { 'message:IsReadReceiptRequested': '<t:IsReadReceiptRequested>true</t:IsReadReceiptRequested>' }))).toBe('ErrorInvalidPropertyUpdateSentMessage');
	});

	it.each([
		['NotFlagged', [], 'NoError'],
		['NotFlagged', ['DueDate'], 'ErrorInvalidArgument'],
		['Flagged', [], 'NoError'],
		['Flagged', ['StartDate', 'DueDate'], 'NoError'],
		['Flagged', ['DueDate'], 'ErrorInvalidArgument'],
		['Flagged', ['StartDate'], 'ErrorInvalidArgument'],
		['Flagged', ['CompleteDate'], 'ErrorInvalidArgument'],
		['Complete', [], 'NoError'],
		['Complete', ['CompleteDate'], 'NoError'],
		['Complete', ['StartDate', 'DueDate'], 'ErrorInvalidArgument'],
	])('takes a flag only with the dates of its status: %s %j', async (status, dates, code) => {
		const made = await client.create('<t:Subject>s</t:Subject>');
		const flag = `<t:Flag><t:FlagStatus>${status}</t:FlagStatus>${dates.map((date) => `<t:${date}>2026-01-02T00:00:00Z</t:${date}>`).join('')}</t:Flag>`;
		expect(await client.code(updateRequest(made, { 'item:Flag': flag }))).toBe(code);
	});
});

describe('read receipts', () => {
	const ask = () => outlook().create({ subject: 'please', from: { address: BERT }, asksForReadReceipt: true });
	const read = { 'message:IsRead': '<t:IsRead>true</t:IsRead>' };
	const suppressed = 'ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly" SuppressReadReceipts="true"';

	it('are sent when a mail that asks for one is marked read, and not when suppressed', async () => {
		await client.ok(updateRequest({ Id: outlook().idOf(ask()) }, read, suppressed));
		expect(server.control.outbox()).toEqual([]);
		await client.ok(updateRequest({ Id: outlook().idOf(ask()) }, read));
		expect(server.control.outbox().map(({ what, to: all }) => [what, all])).toEqual([['read-receipt', [BERT]]]);
		expect(outlook(BERT).items('inbox').map(({ itemClass }) => itemClass)).toEqual(['REPORT.IPM.Note.IPNRN']);
	});

	it('say "not read" when the mail is deleted unread, unless suppressed', async () => {
		await client.ok(deleteRequest(outlook().idOf(ask()), 'MoveToDeletedItems', ' SuppressReadReceipts="true"'));
		expect(server.control.outbox()).toEqual([]);
		await client.ok(deleteRequest(outlook().idOf(ask())));
		expect(server.control.outbox().map(({ what }) => what)).toEqual(['non-read-receipt']);
	});
});

describe('MoveItem, CopyItem, DeleteItem, SendItem', () => {
	const moveRequest = (name: string, id: string): string => `<m:${name}><m:ToFolderId><t:DistinguishedFolderId Id="drafts"/></m:ToFolderId><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:${name}>`;

	it('give new ids', async () => {
		const made = await client.create('<t:Subject>s</t:Subject>');
		const copy = descend(await client.ok(moveRequest('CopyItem', made.Id)), 'Items', 'Message', 'ItemId')?.attributes.Id;
		const moved = descend(await client.ok(moveRequest('MoveItem', made.Id)), 'Items', 'Message', 'ItemId')?.attributes.Id;
		expect(new Set([made.Id, copy, moved]).size).toBe(3);
		expect(outlook().items('drafts')).toHaveLength(2);
		expect(await client.code(moveRequest('MoveItem', made.Id))).toBe('ErrorItemNotFound');
	});

	it('delete to the bin, to the recoverable items, or for good', async () => {
		const [a, b, c] = ['a', 'b', 'c'].map((subject) => outlook().idOf(outlook().create({ subject })));
		await client.ok(deleteRequest(a!));
		await client.ok(deleteRequest(b!, 'SoftDelete'));
		await client.ok(deleteRequest(c!, 'HardDelete'));
		expect([outlook().items('deleteditems'), outlook().items('recoverableitemsdeletions')].map((rows) => rows.map(({ subject }) => subject))).toEqual([['a'], ['b']]);
	});

	it('send a draft: gone from Drafts, new in Sent Items, at the recipient; a stale change key is refused', async () => {
		const made = await client.create(`<t:Subject>s</t:Subject>${to(BERT)}`, 'drafts');
		const sendRequest = (id: { Id: string; ChangeKey: string }): string => `<m:SendItem SaveItemToFolder="true"><m:ItemIds><t:ItemId Id="${id.Id}" ChangeKey="${id.ChangeKey}"/></m:ItemIds></m:SendItem>`;
		await client.ok(updateRequest(made, { 'item:Subject': '<t:Subject>t</t:Subject>' }));
		expect(await client.code(sendRequest(made))).toBe('ErrorStaleObject');
		await client.ok(sendRequest(idOf(await client.get(made.Id))));
		expect([outlook().items('drafts').length, outlook().items('sentitems').map(({ subject }) => subject), outlook(BERT).items('inbox').map(({ subject }) => subject)]).toEqual([0, ['t'], ['t']]);
	});
});

describe('replies and forwards', () => {
	it('quote, address and thread; the answered mail changes', async () => {
		const original = outlook().create({ subject: 'Frage', from: { name: 'Bert', address: BERT }, text: 'Wann?', messageId: '<q@x.example>', attachments: [{ name: 'a.txt', content: 'a' }] });
		const answer = (name: string, id: { Id: string; ChangeKey: string }, more = ''): string => `<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:${name}>${more}<t:ReferenceItemId Id="${id.Id}" ChangeKey="${id.ChangeKey}"/><t:NewBodyContent BodyType="Text">Morgen</t:NewBodyContent></t:${name}></m:Items></m:CreateItem>`;
		const before = idOf(await client.get(outlook().idOf(original)));
		await client.ok(answer('ReplyToItem', before));
		const after = idOf(await client.get(before.Id));
		expect(after.ChangeKey).not.toBe(before.ChangeKey);
		await client.ok(answer('ForwardItem', after, to('x@elsewhere.example')));
		expect(outlook().items('sentitems').map(({ subject }) => subject)).toEqual(['RE: Frage', 'FW: Frage']);
		const [reply] = outlook(BERT).items('inbox');
		const arrived = await new TestClient(server, BERT).get(reply!.id);
		expect(childText(arrived, 'InReplyTo')).toBe('<q@x.example>');
		expect(childText(arrived, 'Body')).toMatch(/^Morgen[\s\S]*Wann\?/);
		expect(descend(await client.get(outlook().items('sentitems')[1]!.id), 'Attachments')?.children).toHaveLength(1);
	});
});

describe('attachments', () => {
	it('are listed, fetched, added and removed; item attachments come with their MIME', async () => {
		const inner = '<t:ItemAttachment><t:Name>inner</t:Name><t:Message><t:Subject>inner</t:Subject><t:Body BodyType="Text">b</t:Body></t:Message></t:ItemAttachment>';
		const made = await client.create(`<t:Subject>s</t:Subject><t:Attachments><t:FileAttachment><t:Name>ä.txt</t:Name><t:ContentType>text/plain</t:ContentType><t:Content>${Buffer.from('äöü').toString('base64')}</t:Content></t:FileAttachment>${inner}</t:Attachments>`);
		const listed = child(await client.get(made.Id), 'Attachments')!.children;
		expect(listed.map((each) => [each.name, childText(each, 'Name'), childText(each, 'Content')])).toEqual([['FileAttachment', 'ä.txt', undefined], ['ItemAttachment', 'inner', undefined]]);
		const ids = listed.map((each) => `<t:AttachmentId Id="${child(each, 'AttachmentId')?.attributes.Id ?? ''}"/>`);
		const fetched = await client.send(`<m:GetAttachment><m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape><m:AttachmentIds>${ids.join('')}</m:AttachmentIds></m:GetAttachment>`);
		const [file, item] = fetched.messages.map(({ element }) => child(element, 'Attachments')!.children[0]!);
		expect(Buffer.from(childText(file, 'Content') ?? '', 'base64').toString()).toBe('äöü');
		expect(Buffer.from(descend(item, 'Message', 'MimeContent')?.text ?? '', 'base64').toString()).toMatch(/^Subject: inner\r$/m);
		const added = await client.ok(`<m:CreateAttachment><m:ParentItemId Id="${made.Id}"/><m:Attachments><t:FileAttachment><t:Name>new</t:Name><t:Content>YQ==</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>`);
		const { Id, RootItemChangeKey } = descend(added, 'Attachments', 'FileAttachment', 'AttachmentId')!.attributes;
		expect(RootItemChangeKey).toBe(idOf(await client.get(made.Id)).ChangeKey);
		await client.ok(`<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id="${Id ?? ''}"/></m:AttachmentIds></m:DeleteAttachment>`);
		expect(child(await client.get(made.Id), 'Attachments')?.children).toHaveLength(2);
	});
});
