import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message, messageWithAttachment, PASSWORDS } from './harness/exchange.mts';
import type { TestNode } from './harness/n8n-core.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();
const BOTH = { links: [{ account: 'anna', mailbox: 'anna@example.test' }, { account: 'bob', mailbox: 'bob@example.test' }] };
const LOGINS = JSON.stringify({ 'bob@example.test': { user: 'bob@example.test', password: PASSWORDS.bob } });

async function run(parameters: IDataObject, items: Parameters<typeof execute>[1] = [{}], test: Partial<TestNode> & { credential?: IDataObject } = {}): Promise<INodeExecutionData[][]> {
	const { credential, ...rest } = test;
	return await execute({ nodeType: new ExchangeEmail(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url, credential as never) }, ...rest }, items);
}

async function one(parameters: IDataObject, item: Parameters<typeof execute>[1][number] = {}): Promise<INodeExecutionData> {
	const [[answer] = []] = await run(parameters, [item]);
	if (answer === undefined) throw new Error('The node gave no item');
	return answer;
}

const outlook = (address = 'anna@example.test') => server().control.outlook(address);
const byId = (exchangeId: unknown): IDataObject => ({ exchangeId: String(exchangeId) });
const record = (externalId: string, more: IDataObject = {}) => ({ externalId, subject: `Order ${externalId}`, from: 'carla@example.org', to: 'anna@example.test', text: 'Hello', receivedAt: '2026-03-02T08:00:00Z', isRead: true, ...more });

describe('Exchange Email: Sync', () => {
	it('writes all input items in one push and answers unchanged when it is repeated', async () => {
		const items = Array.from({ length: 20 }, (_, number) => record(`batch-${number}`));
		const [first = []] = await run({ operation: 'sync' }, items);
		expect(first.map(({ json, pairedItem }) => [json['outcome'], pairedItem])).toEqual(items.map((_, item) => ['created', { item }]));
		expect(server().control.requests().length).toBeLessThan(items.length);
		expect(outlook().items('inbox').filter(({ subject }) => subject.startsWith('Order batch-'))).toHaveLength(20);
		const [again = []] = await run({ operation: 'sync' }, items);
		expect(new Set(again.map(({ json }) => json['outcome']))).toEqual(new Set(['unchanged']));
	});

	it('drafts-not-synced, archived-not-pushed: skips with rule and sentence, and separates the outputs', async () => {
		const items = [record('routes-1'), record('routes-2', { isDraft: true }), record('routes-3', { archived: true }), record('routes-4', { receivedAt: 'yesterday' })];
		const [synced = [], skipped = [], failed = [], conflicts = []] = await run({ operation: 'sync', separateOutputs: true }, items);
		expect(synced.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(skipped.map(({ json, pairedItem }) => [json['rule'], pairedItem])).toEqual([
			['drafts-not-synced', { item: 1 }],
			['archived-not-pushed', { item: 2 }],
		]);
		expect(failed).toMatchObject([{ json: { outcome: 'failed', message: expect.stringContaining('receivedAt') }, pairedItem: { item: 3 } }]);
		expect(conflicts).toEqual([]);
	});

	it('fails the execution when nothing but failures came out', async () => {
		await expect(run({ operation: 'sync' }, [record('bad', { receivedAt: 'yesterday' })])).rejects.toMatchObject({ message: expect.stringMatching(/^Exchange: .*receivedAt/) });
	});

	it('maps each field where the builder wants that', async () => {
		const fields = { mappingMode: 'defineBelow', value: { subject: '={{ $json.title }}', text: '={{ $json.note }}', receivedAt: '2026-03-02T08:00:00Z' }, schema: [] };
		const { json } = await one({ operation: 'sync', externalId: '={{ $json.number }}', fields }, { number: 4711, title: 'Mapped title', note: 'N' });
		expect(json).toMatchObject({ outcome: 'created', externalId: '4711', subject: 'Mapped title' });
	});

	it('attaches the binary fields that the record points to', async () => {
		const item = {
			json: record('with-file', { attachments: [{ name: 'list.csv', contentType: 'text/csv', binaryProperty: 'file' }] }),
			binary: { file: { data: Buffer.from('a;b').toString('base64'), mimeType: 'text/csv', fileName: 'other.csv' }, unused: { data: 'eA==', mimeType: 'text/plain' } },
		};
		const { json } = await one({ operation: 'sync' }, item);
		expect(json['outcome']).toBe('created');
		const found = await one({ operation: 'get', options: { downloadAttachments: true } }, byId(json['exchangeId']));
		expect(found.json['attachments']).toMatchObject([{ name: 'list.csv', contentType: 'text/csv', binaryProperty: 'attachment_0' }]);
		expect(Buffer.from(found.binary?.['attachment_0']?.data ?? '', 'base64').toString()).toBe('a;b');
		const [, , failed = []] = await run({ operation: 'sync', separateOutputs: true, attachmentFields: 'missing' }, [item]);
		expect(failed).toMatchObject([{ json: { message: expect.stringContaining('"missing"') } }]);
	});

	it('account-one-to-one: takes the mailbox from the item’s account, and refuses an account that the credential does not list', async () => {
		const credential = { accounts: BOTH, mailboxLogins: LOGINS };
		const items = [record('to-anna', { account: 'anna' }), record('to-bob', { account: 'Bob', to: 'bob@example.test' }), record('to-dora', { account: 'dora' }), record('to-nobody')];
		const [synced = [], , failed = []] = await run({ operation: 'sync', separateOutputs: true }, items, { credential });
		expect(synced.map(({ json }) => json['mailbox'])).toEqual(['anna@example.test', 'bob@example.test']);
		expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 2 }, { item: 3 }]);
		expect(outlook('bob@example.test').items('inbox').some(({ subject }) => subject === 'Order to-bob')).toBe(true);
	});

	it('connector-inactive: skips every item without touching the network', async () => {
		const [items = []] = await run({ operation: 'sync' }, [record('x'), record('y')], { credential: { active: false } });
		const [deletes = []] = await run({ operation: 'delete' }, [{ externalId: 'z' }], { credential: { active: false } });
		expect([...items, ...deletes].map(({ json }) => [json['outcome'], json['rule'], json['externalId'], json['mailbox']])).toEqual([
			['skipped', 'connector-inactive', 'x', 'anna@example.test'],
			['skipped', 'connector-inactive', 'y', 'anna@example.test'],
			['skipped', 'connector-inactive', 'z', 'anna@example.test'],
		]);
		const [[got] = []] = await run({ operation: 'get' }, [{ exchangeId: 'AAMk' }], { credential: { active: false } });
		expect(got?.json).toMatchObject({ outcome: 'skipped', rule: 'connector-inactive' });
		expect(server().control.requests()).toEqual([]);
	});

	it('sends nothing to anybody', async () => {
		const sent = server().control.outbox().length;
		await run({ operation: 'sync' }, [record('quiet', { to: 'bob@example.test', readReceipt: true })]);
		expect(server().control.outbox().length).toBe(sent);
	});
});

describe('Exchange Email: Delete', () => {
	it('takes where an item goes from that very item', async () => {
		await run({ operation: 'sync' }, [record('past-bin'), record('to-bin')]);
		const [items = []] = await run({ operation: 'delete', deleteMode: '={{ $json.permanent ? "permanently" : "toBin" }}' }, [{ externalId: 'past-bin', permanent: true }, { externalId: 'to-bin', permanent: false }]);
		expect(items.map(({ json, pairedItem }) => [json['outcome'], pairedItem])).toEqual([['deleted', { item: 0 }], ['deleted', { item: 1 }]]);
		const binned = outlook().items('deleteditems').map(({ subject }) => subject);
		expect(binned).toContain('Order to-bin');
		expect(binned).not.toContain('Order past-bin');
	});

	it('puts items into the bin, all in one call, and says what is not there', async () => {
		await run({ operation: 'sync' }, [record('del-1'), record('del-2')]);
		const [items = []] = await run({ operation: 'delete' }, [{ externalId: 'del-1' }, { externalId: 'del-2' }, { externalId: 'never-seen' }]);
		expect(items.map(({ json }) => json['outcome']).slice(0, 2)).toEqual(['deleted', 'deleted']);
		expect(items).toHaveLength(3);
		expect(outlook().items('deleteditems').map(({ subject }) => subject)).toEqual(expect.arrayContaining(['Order del-1', 'Order del-2']));
	});
});

describe('Exchange Email: reading', () => {
	it('gets emails by id, the same fields as an event of the trigger', async () => {
		const item = await server().control.deliver('anna@example.test', message({ subject: 'Read me', id: 'read-me' }));
		const { json, pairedItem } = await one({ operation: 'get' }, byId(outlook().idOf(item)));
		expect(json).toMatchObject({ kind: 'email', subject: 'Read me', key: '<read-me@example.org>', from: { address: 'carla@example.org' }, text: expect.stringContaining('Hello'), account: 'anna@example.test', connector: 'Exchange', exchangeId: outlook().idOf(item) });
		expect(pairedItem).toEqual({ item: 0 });
	});

	it('lists many with filters, a limit, and another folder', async () => {
		const folder = outlook().createFolder('Inbox/Listed');
		for (const number of [1, 2, 3]) await server().control.deliver('anna@example.test', message({ subject: `Listed ${number}`, id: `listed-${number}` }), folder.displayName === 'Listed' ? 'Inbox/Listed' : 'inbox');
		const path = { __rl: true, mode: 'path', value: 'inbox/listed' };
		const [all = []] = await run({ operation: 'getMany', folder: path, returnAll: true });
		expect(all.map(({ json }) => json['subject']).sort()).toEqual(['Listed 1', 'Listed 2', 'Listed 3']);
		const [limited = []] = await run({ operation: 'getMany', folder: path, limit: 2 });
		expect(limited).toHaveLength(2);
		const [filtered = []] = await run({ operation: 'getMany', folder: path, filters: { subject: 'Listed 2' } });
		expect(filtered.map(({ json }) => json['subject'])).toEqual(['Listed 2']);
		await expect(run({ operation: 'getMany', folder: { __rl: true, mode: 'path', value: 'Inbox/Nowhere' } })).rejects.toMatchObject({ httpCode: '404' });
	});

	it('lists and downloads attachments, one item for each', async () => {
		const mail = await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'File', id: 'file', name: 'prices.csv', content: 'x;y' }));
		const [listed] = (await run({ operation: 'getAttachments', download: false }, [byId(outlook().idOf(mail))]))[0] ?? [];
		expect(listed).toMatchObject({ json: { name: 'prices.csv', contentType: 'text/csv', subject: 'File' } });
		expect(listed?.binary).toBeUndefined();
		const downloaded = await one({ operation: 'getAttachments' }, byId(outlook().idOf(mail)));
		expect(downloaded.binary?.['data']).toMatchObject({ fileName: 'prices.csv', mimeType: 'text/csv' });
		expect(Buffer.from(downloaded.binary?.['data']?.data ?? '', 'base64').toString()).toBe('x;y');
	});

	it('names the item and what to do when it is gone, and goes on when it may', async () => {
		const mail = await server().control.deliver('anna@example.test', message({ subject: 'Soon gone', id: 'soon-gone' }));
		const id = outlook().idOf(mail);
		outlook().remove(mail, 'hard');
		await expect(run({ operation: 'get' }, [byId(id)])).rejects.toMatchObject({ httpCode: '404', context: { itemIndex: 0 } });
		const kept = await server().control.deliver('anna@example.test', message({ subject: 'Kept', id: 'kept' }));
		const [items = []] = await run({ operation: 'get' }, [byId(id), byId(outlook().idOf(kept)), byId('')], { continueOnFail: true });
		expect(items.map(({ json, pairedItem }) => [json['error'] === undefined ? json['subject'] : 'error', pairedItem])).toEqual([
			['error', { item: 0 }],
			['Kept', { item: 1 }],
			['error', { item: 2 }],
		]);
	});
});

describe('Exchange Email: filing', () => {
	it('contacts-not-supported: a contact folder is refused by name', async () => {
		const folder = { __rl: true, mode: 'path', value: 'Contacts' };
		await expect(run({ operation: 'getMany', folder })).rejects.toThrow('contacts-not-supported');
		const mail = await server().control.deliver('anna@example.test', message({ subject: 'Stay', id: 'stay' }));
		await expect(run({ operation: 'move', folder }, [byId(outlook().idOf(mail))])).rejects.toThrow('contacts-not-supported');
	});

	it('moves emails and hands out their new ids', async () => {
		outlook().createFolder('Inbox/Done');
		const mail = await server().control.deliver('anna@example.test', message({ subject: 'Move me', id: 'move-me' }));
		const before = outlook().idOf(mail);
		const { json } = await one({ operation: 'move', folder: { __rl: true, mode: 'path', value: 'Inbox/Done' } }, byId(before));
		expect(json).toMatchObject({ previousExchangeId: before, folder: 'Inbox/Done' });
		expect(outlook().items('Inbox/Done').map(({ id }) => id)).toEqual([json['exchangeId']]);
	});

	it('marks emails as read, flags them and sets categories; read-receipts: without sending a receipt', async () => {
		const item = outlook().create({ subject: 'Mark me', from: { name: 'Carla', address: 'carla@example.org' } as never, asksForReadReceipt: true });
		const sent = server().control.outbox().length;
		await one({ operation: 'mark', marks: { isRead: true, flag: 'flagged', categories: 'Red, Blue' } }, byId(outlook().idOf(item)));
		expect(outlook().items('inbox').find(({ subject }) => subject === 'Mark me')).toMatchObject({ isRead: true, categories: ['Red', 'Blue'] });
		expect((await one({ operation: 'get' }, byId(outlook().idOf(item)))).json['flag']).toMatchObject({ status: 'flagged' });
		expect(server().control.outbox().length).toBe(sent);
	});
});

describe('Exchange Email: sending', () => {
	const sentBy = () => server().control.outbox();

	it('sends an email with an attachment and keeps a copy', async () => {
		const item = { json: {}, binary: { data: { data: Buffer.from('PDF').toString('base64'), mimeType: 'application/pdf', fileName: 'offer.pdf' } } };
		const { json } = await one({ operation: 'send', to: 'Bob <bob@example.test>', subject: 'Your offer', format: 'html', message: '<p>Hi</p>', attachmentFields: 'data' }, item);
		expect(json).toMatchObject({ success: true, to: ['bob@example.test'] });
		expect(outlook('bob@example.test').items('inbox').map(({ subject }) => subject)).toContain('Your offer');
		expect(outlook().items('sentitems').map(({ subject }) => subject)).toContain('Your offer');
		const [arrived = []] = await run({ operation: 'getMany', filters: { subject: 'Your offer' }, options: { downloadAttachments: true } }, [{}], { credential: { user: 'bob@example.test', password: PASSWORDS.bob } });
		expect(arrived[0]?.binary?.['attachment_0']?.fileName).toBe('offer.pdf');
	});

	it('read-receipts: asks for one unless the credential leaves that to Exchange', async () => {
		const parameters = { operation: 'send', to: 'bob@example.test', message: 'x', options: { readReceipt: true } };
		await run({ ...parameters, subject: 'With receipt' });
		await run({ ...parameters, subject: 'Without receipt' }, [{}], { credential: { readReceiptsRequestedBy: 'exchange' } });
		const [arrived = []] = await run({ operation: 'getMany', filters: { subject: 'receipt' } }, [{}], { credential: { user: 'bob@example.test', password: PASSWORDS.bob } });
		expect(Object.fromEntries(arrived.map(({ json }) => [json['subject'], json['readReceipt']]))).toEqual({ 'With receipt': true, 'Without receipt': false });
	});

	it.each([
		['={{ $json.missing }}', undefined],
		['={{ $json.none }}', undefined],
		['={{ $json.number }}', '42'],
	])('a message that an expression leaves %s is not sent as a word', async (expression, text) => {
		const subject = `Left as ${expression.replace(/\W/g, '')}`;
		await run({ operation: 'send', to: 'bob@example.test', subject, message: expression }, [{ json: { none: null, number: 42 } }]);
		const [arrived = []] = await run({ operation: 'getMany', filters: { subject } }, [{}], { credential: { user: 'bob@example.test', password: PASSWORDS.bob } });
		expect(arrived.map(({ json }) => json['text'])).toEqual([text]);
	});

	it('refuses a message that is an object, and takes a sender as the trigger hands it out', async () => {
		await expect(run({ operation: 'send', to: 'bob@example.test', subject: 'x', message: '={{ $json.object }}' }, [{ json: { object: { a: 1 } } }])).rejects.toThrow('Field "text"');
		await expect(run({ operation: 'send', to: 'bob@example.test', subject: 'x', message: 'x', options: { from: '={{ $json.from }}' } }, [{ json: { from: 42 } }])).rejects.toThrow('Field "from"');
	});

	it('refuses an email without any recipient, naming the item', async () => {
		await expect(run({ operation: 'send', to: 'nobody at all', subject: 'x', message: 'x' })).rejects.toMatchObject({ message: expect.stringContaining('to'), context: { itemIndex: 0 } });
	});

	it('replies and forwards', async () => {
		const mail = await server().control.deliver('anna@example.test', message({ subject: 'Question', id: 'question', from: 'Bob <bob@example.test>' }));
		const before = sentBy().length;
		await one({ operation: 'reply', message: 'Answer' }, byId(outlook().idOf(mail)));
		await one({ operation: 'forward', to: 'bob@example.test', message: 'For you' }, byId(outlook().idOf(mail)));
		expect(sentBy().slice(before).map(({ what, to, subject }) => [what, to, subject])).toEqual([
			['message', ['bob@example.test'], expect.stringMatching(/^RE: Question$/i)],
			['message', ['bob@example.test'], expect.stringMatching(/^FW: Question$/i)],
		]);
	});

	it('creates a draft without sending it, and sends it on demand', async () => {
		const before = sentBy().length;
		const { json } = await one({ operation: 'createDraft', to: 'bob@example.test', subject: 'Draft one', message: 'Not yet' });
		expect(sentBy().length).toBe(before);
		expect(outlook().items('drafts')).toMatchObject([{ subject: 'Draft one', isDraft: true }]);
		await one({ operation: 'sendDraft' }, byId(json['exchangeId']));
		expect(sentBy().slice(before).map(({ subject }) => subject)).toEqual(['Draft one']);
		expect(outlook().items('drafts')).toEqual([]);
	});
});

describe('Exchange Email: faults', () => {
	it('logon-limit: a wrong password is a NodeApiError with 401, tried once, and shown nowhere', async () => {
		const wrong = { password: 'a-wrong-password' };
		const error: unknown = await run({ operation: 'getMany' }, [{}], { credential: wrong }).catch((reason: unknown) => reason);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
		expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('a-wrong-password');
		expect(server().control.requests().length).toBeLessThanOrEqual(1);
	});

	it('diagnoses every account in one run, whatever the number of items', async () => {
		const [items = []] = await run({ operation: 'diagnose' }, [{}, {}], { credential: { accounts: BOTH, mailboxLogins: LOGINS } });
		expect(items.map(({ json }) => [json['mailbox'], json['reachable']])).toEqual([
			['anna@example.test', true],
			['bob@example.test', true],
		]);
	});
});
