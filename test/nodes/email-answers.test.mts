import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message, PASSWORDS } from './harness/exchange.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();
const AS_BOB = { user: 'bob@example.test', password: PASSWORDS.bob };
const FILE = { data: { data: Buffer.from('PDF').toString('base64'), mimeType: 'application/pdf', fileName: 'offer.pdf' } };

type Input = Parameters<typeof execute>[1][number];

async function run(parameters: IDataObject, item: Input = {}, credential: IDataObject = {}): Promise<INodeExecutionData[]> {
	const [answers = []] = await execute({ nodeType: new ExchangeEmail(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url, credential as never) } }, [item]);
	return answers;
}

const outlook = (address = 'anna@example.test') => server().control.outlook(address);
const drafts = () => outlook().items('drafts').map(({ subject }) => subject);
const emptyDrafts = () => outlook().items('drafts').forEach(({ id }) => outlook().remove(id, 'hard'));
const sent = () => server().control.outbox().length;

/** A mail of Bob's that Anna has, as an input item. */
async function question(subject: string): Promise<{ json: IDataObject }> {
	const mail = await server().control.deliver('anna@example.test', message({ subject, id: subject.replaceAll(' ', '-'), from: 'Bob <bob@example.test>' }));
	return { json: { exchangeId: outlook().idOf(mail) } };
}

/** What came of it in Bob's Inbox, as he reads it. */
async function arrived(subject: string): Promise<IDataObject[]> {
	return (await run({ operation: 'getMany', filters: { subject } }, {}, AS_BOB)).map(({ json }) => json);
}

const OPERATIONS: Array<[name: string, parameters: IDataObject]> = [
	['Reply', { operation: 'reply', message: 'An answer' }],
	['Reply to All', { operation: 'reply', message: 'An answer', replyToAll: true }],
	['Forward', { operation: 'forward', to: 'bob@example.test', message: 'For you' }],
];

describe('Exchange Email: options of an answer', () => {
	const OPTIONS: Array<[name: string, options: IDataObject, seen: IDataObject]> = [
		['From', { from: 'Sales <sales@example.test>' }, { from: { name: 'Sales', address: 'sales@example.test' }, sender: { address: 'anna@example.test' } }],
		['Read Receipt', { readReceipt: true }, { readReceipt: true }],
		['Importance', { importance: 'high' }, { importance: 'high' }],
		['Reply To', { replyTo: 'Desk <desk@example.test>, help@example.test' }, { replyTo: [{ name: 'Desk', address: 'desk@example.test' }, { address: 'help@example.test' }] }],
		['all of them', { from: 'sales@example.test', readReceipt: true, importance: 'low', replyTo: 'desk@example.test' }, { from: { address: 'sales@example.test' }, sender: { address: 'anna@example.test' }, readReceipt: true, importance: 'low', replyTo: [{ address: 'desk@example.test' }] }],
	];

	describe.each(OPERATIONS)('%s', (name, parameters) => {
		it.each(OPTIONS)('%s: shows in the mail that arrives', async (option, options, seen) => {
			const subject = `${name} with ${option}`;
			const before = sent();
			await run({ ...parameters, options }, await question(subject));
			expect(await arrived(subject)).toMatchObject([{ ...seen, text: expect.stringContaining(String(parameters['message'])) }]);
			expect(sent()).toBe(before + 1);
			expect(drafts()).toEqual([]);
		});

		it('goes with attachments, too', async () => {
			const subject = `${name} with a file`;
			const before = sent();
			await run({ ...parameters, attachmentFields: 'data', options: { importance: 'high', readReceipt: true } }, { ...(await question(subject)), binary: FILE });
			expect(await arrived(subject)).toMatchObject([{ importance: 'high', readReceipt: true, attachments: [{ name: 'offer.pdf' }] }]);
			expect(sent()).toBe(before + 1);
			expect(drafts()).toEqual([]);
		});

		it('categories: shows in the copy in Sent Items', async () => {
			const subject = `${name} with categories`;
			await run({ ...parameters, options: { categories: 'Red, Blue' } }, await question(subject));
			expect(outlook().items('sentitems').filter((item) => item.subject.endsWith(subject))).toMatchObject([{ categories: ['Red', 'Blue'] }]);
		});

		it('takes one request to write where no such option is chosen', async () => {
			const item = await question(`${name} without options`);
			server().control.clearRequests();
			await run({ ...parameters, options: { from: 'sales@example.test', cc: 'bob@example.test' } }, item);
			expect(server().control.requests().map(({ operation }) => operation).filter((operation) => /Create|Update|Send/.test(operation ?? ''))).toEqual(['CreateItem']);
		});
	});

	it('read-receipts: none is asked for where the credential leaves that to Exchange', async () => {
		await run({ operation: 'reply', message: 'An answer', options: { readReceipt: true } }, await question('No receipt'), { readReceiptsRequestedBy: 'exchange' });
		expect(await arrived('No receipt')).toMatchObject([{ readReceipt: false }]);
	});
});

describe('Exchange Email: an answer that cannot be sent', () => {
	const WITH_OPTIONS: IDataObject = { operation: 'reply', message: 'An answer', options: { importance: 'high' }, attachmentFields: 'data' };
	const failing = async (subject: string) => run(WITH_OPTIONS, { ...(await question(subject)), binary: FILE });

	it.each(['UpdateItem', 'CreateAttachment', 'SendItem'])('leaves no draft when %s is refused', async (operation) => {
		const before = sent();
		server().control.inject({ operation, do: { effect: 'item', code: operation === 'SendItem' ? 'ErrorSendAsDenied' : 'ErrorQuotaExceeded' } });
		await expect(failing(`Refused at ${operation}`)).rejects.toMatchObject({ message: expect.stringMatching(/Nothing was sent, and its draft was deleted/) });
		expect(drafts()).toEqual([]);
		expect(sent()).toBe(before);
	});

	it('says where the draft is that it could not delete', async () => {
		server().control.inject({ operation: 'SendItem', do: { effect: 'item', code: 'ErrorSendAsDenied' } }, { operation: 'DeleteItem', do: { effect: 'item', code: 'ErrorCannotDeleteObject' } });
		await expect(failing('Left behind')).rejects.toMatchObject({ message: expect.stringMatching(/Nothing was sent.*its draft lies in Drafts/) });
		expect(drafts()).toEqual(['RE: Left behind']);
		emptyDrafts();
	});

	it('does not say that a draft was not sent that somebody else has sent or deleted meanwhile', async () => {
		for (const operation of ['SendItem', 'DeleteItem']) server().control.inject({ operation, do: { effect: 'item', code: 'ErrorItemNotFound' } });
		await expect(failing('Taken away')).rejects.toMatchObject({ message: expect.stringMatching(/Its draft is not in Drafts any more\.$/) });
		emptyDrafts();
	});

	it.each(['acted', 'before'] as const)('is not sent again, and its draft is left, when the answer to SendItem is lost (%s)', async (when) => {
		const before = sent();
		server().control.inject({ operation: 'SendItem', do: { effect: 'drop', when } });
		await expect(failing(`Lost ${when}`)).rejects.toMatchObject({ message: expect.stringMatching(/not known.*If it was not sent, its draft lies in Drafts/) });
		expect(sent()).toBe(before + (when === 'acted' ? 1 : 0));
		expect(drafts()).toEqual(when === 'acted' ? [] : [`RE: Lost ${when}`]);
		emptyDrafts();
	});

	it('changes the draft once more when the answer to the change is lost', async () => {
		const before = sent();
		server().control.inject({ operation: 'UpdateItem', do: { effect: 'drop', when: 'acted' } });
		await failing('Changed twice');
		expect(await arrived('Changed twice')).toMatchObject([{ importance: 'high', attachments: [{ name: 'offer.pdf' }] }]);
		expect(sent()).toBe(before + 1);
	});
});
