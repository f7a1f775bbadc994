import { createHash } from 'node:crypto';
import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { noise } from '../bench/mail-content.mts';
import { BinaryStorage } from './harness/binary-storage.mts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import type { TestMemory, TestNode } from './harness/n8n-core.mts';
import { activated, execute, poll } from './harness/n8n-core.mts';

const MB = 1_000_000;
const server = embeddedExchange({ keepsTexts: false });
const outlook = () => server().control.outlook('anna@example.test');
const storage = new BinaryStorage();
const hundredMegabytes = noise(100 * MB);
const digestOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

beforeAll(() => storage.start());
beforeEach(() => {
	for (const { id } of outlook().items('inbox')) outlook().remove(id, 'hard');
});

type File = { name: string; content: Buffer };

function mail(subject: string, attachments: readonly File[]) {
	return outlook().create({ subject, text: 'See attachments', messageId: `<${subject.replaceAll(' ', '-')}@example.org>`, from: { name: 'Carla', address: 'carla@example.org' }, to: [{ name: 'Anna', address: 'anna@example.test' }], attachments });
}

function trigger(parameters: IDataObject = {}): TestNode {
	return { nodeType: new ExchangeTrigger(), parameters: { firstRun: 'beginning', downloadAttachments: true, includeExcluded: true, ...parameters }, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } };
}

/** Names, sizes and digests of an item's binary data, in their order. */
async function stored(item: INodeExecutionData | undefined): Promise<unknown[]> {
	const entries = Object.entries(item?.binary ?? {}) as Array<[string, IBinaryData]>;
	return await Promise.all(entries.map(async ([field, data]) => [field, data.fileName, data.bytes, await storage.digest(data)]));
}

const due = (files: readonly File[]) => files.map(({ name, content }, index) => [`attachment_${index}`, name, content.length, digestOf(content)]);

describe('large attachments', () => {
	it('an attachment of 100 MB goes through the trigger to n8n\'s storage, byte for byte', async () => {
		const files = [{ name: 'Film.bin', content: hundredMegabytes }];
		mail('Film', files);
		const again = activated(trigger(), { staticData: {} });
		// The first poll is part of the activation, and short: a busy machine may not be done with 100 MB by then.
		const [items] = (await again()) ?? (await again()) ?? [];
		expect(await stored(items?.[0])).toEqual(due(files));
	}, 180_000);

	it('a mail with 150 MB in all comes whole and once, and the mails behind it with the next polls', async () => {
		const files = [
			...[40, 0.3, 45].map((megabytes, index) => ({ name: `Part ${index}.bin`, content: hundredMegabytes.subarray(index * MB, (index + megabytes) * MB) })),
			...Array.from({ length: 5 }, (_, index) => ({ name: `Plan ${index}.bin`, content: hundredMegabytes.subarray(index, index + 0.9 * MB) })),
			{ name: 'Last.bin', content: hundredMegabytes.subarray(0, 60.2 * MB) },
		];
		mail('Huge', files);
		for (let number = 0; number < 3; number++) mail(`Small ${number}`, [{ name: 'note.txt', content: Buffer.from(`note ${number}`) }]);
		const again = activated(trigger(), { staticData: {} });
		const seen: INodeExecutionData[] = [];
		for (let polls = 0; polls < 5; polls++) seen.push(...((await again())?.[0] ?? []));
		expect(seen.map(({ json }) => json['subject']).sort()).toEqual(['Huge', 'Small 0', 'Small 1', 'Small 2']);
		expect(await stored(seen.find(({ json }) => json['subject'] === 'Huge'))).toEqual(due(files));
	}, 240_000);

	it('a connection that is cut in the middle leaves nothing behind, and the mail comes whole with the next poll', async () => {
		const content = hundredMegabytes.subarray(0, 12 * MB);
		const memory: TestMemory = { staticData: {} };
		await poll(trigger(), memory);
		const before = storage.files().length;
		mail('Cut', [{ name: 'Cut.bin', content }]);
		server().control.inject({ operation: 'GetAttachment', times: 1, do: { effect: 'drop', when: 'during' } });
		// What is cut is asked for again within the same poll, as any read.
		const [items] = (await poll(trigger(), memory)) ?? [];
		expect(await stored(items?.[0])).toEqual(due([{ name: 'Cut.bin', content }]));
		expect(storage.files().length).toBe(before + 1);
		expect(storage.files().filter(({ name }) => name.includes('tmp'))).toEqual([]);
	}, 60_000);

	it.each([
		['is no base64', { effect: 'rewrite', replace: '</t:Content>', by: '!!!</t:Content>' } as const],
		['ends in the middle of a group', { effect: 'rewrite', replace: '</t:Content>', by: 'A</t:Content>' } as const],
		['has something else inside', { effect: 'rewrite', replace: '</t:Content>', by: '<x/></t:Content>' } as const],
		['ends without an end', { effect: 'rewrite', replace: '</t:Content></t:FileAttachment></m:Attachments></m:GetAttachmentResponseMessage></m:ResponseMessages></m:GetAttachmentResponse></s:Body></s:Envelope>', by: '' } as const],
	])('import-attempts: a mail whose attachment %s waits, and comes whole once it can be read', async (_, effect) => {
		const content = hundredMegabytes.subarray(0, 3 * MB);
		const memory: TestMemory = { staticData: {} };
		await poll(trigger(), memory);
		mail('Garbled', [{ name: 'Garbled.bin', content }]);
		server().control.inject({ operation: 'GetAttachment', times: 2, do: effect });
		expect(await poll(trigger(), memory)).toBeNull();
		expect(await poll(trigger(), memory)).toBeNull();
		const [items] = (await poll(trigger(), memory)) ?? [];
		expect(await stored(items?.[0])).toEqual(due([{ name: 'Garbled.bin', content }]));
	}, 60_000);

	it('import-attempts: a mail whose attachment can never be read comes without it, with an outcome', async () => {
		const memory: TestMemory = { staticData: {} };
		const node = trigger({ options: { importAttempts: 2 } });
		await poll(node, memory);
		mail('Broken', [{ name: 'Broken.bin', content: hundredMegabytes.subarray(0, 3 * MB) }, { name: 'note.txt', content: Buffer.from('note') }]);
		server().control.inject({ operation: 'GetAttachment', containing: '<', times: 2, do: { effect: 'rewrite', replace: '</t:Content>', by: '!!!</t:Content>' } });
		expect(await poll(node, memory)).toBeNull();
		const [items, excluded] = (await poll(node, memory)) ?? [];
		expect(items?.map(({ json }) => json['subject'])).toEqual(['Broken']);
		expect(await stored(items?.[0])).toEqual([['attachment_0', 'note.txt', 4, digestOf(Buffer.from('note'))]]);
		expect(excluded).toMatchObject([{ json: { outcome: 'failed', subject: 'Broken', message: expect.stringContaining('Broken.bin') } }, { json: { outcome: 'summary' } }]);
	}, 60_000);

	it.each([
		['too small', '1'],
		['too large by a little', '4000000'],
		['none', 'x'],
	])('an attachment whose size the server states wrong (%s) comes whole', async (_, size) => {
		const content = hundredMegabytes.subarray(0, 3 * MB);
		const memory: TestMemory = { staticData: {} };
		await poll(trigger(), memory);
		mail('Wrong size', [{ name: 'Wrong.bin', content }]);
		server().control.inject({ operation: ['GetItem', 'GetAttachment'], times: 10, do: { effect: 'rewrite', replace: '<t:Size>3000000</t:Size>', by: size === 'x' ? '' : `<t:Size>${size}</t:Size>` } });
		const [items] = (await poll(trigger(), memory)) ?? [];
		expect(await stored(items?.[0])).toEqual(due([{ name: 'Wrong.bin', content }]));
	}, 60_000);

	it('an attachment above "Max Attachment Size" is left out with an outcome, whether the server says its size or not', async () => {
		mail('Above', [{ name: 'Above.bin', content: hundredMegabytes.subarray(0, 6 * MB) }]);
		const node = trigger({ options: { maxAttachmentMegabytes: 5 } });
		const left = { json: { outcome: 'failed', subject: 'Above', message: expect.stringMatching(/"Above\.bin".*5(\.0)? MB/) } };
		for (const size of ['6000000', '2000000', '1']) {
			server().control.inject({ operation: 'GetItem', times: 10, do: { effect: 'rewrite', replace: '<t:Size>6000000</t:Size>', by: `<t:Size>${size}</t:Size>` } });
			const [items, excluded] = (await poll(node, { staticData: {} })) ?? [];
			expect(items).toMatchObject([{ json: { subject: 'Above', attachments: [{ name: 'Above.bin' }] } }]);
			expect(items?.[0]?.binary ?? {}).toEqual({});
			expect(excluded?.[0]).toMatchObject(left);
			server().control.heal();
		}
	}, 60_000);

	it('a test run names attachments as a poll does, and leaves out those that a poll leaves out', async () => {
		const note = { name: 'note.txt', content: Buffer.from('note') };
		mail('Sample', [{ name: 'Above.bin', content: hundredMegabytes.subarray(0, 3 * MB) }, { name: 'gone.txt', content: Buffer.from('gone') }, note]);
		const node = trigger({ options: { maxAttachmentMegabytes: 1 } });
		for (const mode of ['trigger', 'manual'] as const) {
			server().control.inject({ operation: 'GetAttachment', times: 1, do: { effect: 'item', code: 'ErrorItemNotFound', indexes: [0] } });
			const [items] = (await poll(node, { staticData: {}, mode })) ?? [];
			expect([mode, ...(await stored(items?.[0]))]).toEqual([mode, ...due([note])]);
			server().control.heal();
		}
	}, 60_000);

	it('an attached message of 20 MB arrives as .eml', async () => {
		const inner = mail('Inner', [{ name: 'Inside.bin', content: hundredMegabytes.subarray(0, 20 * MB) }]);
		const outer = mail('Outer', []);
		const { kind, properties, extended, body, attachments, draft } = inner;
		outer.attachments.push({ type: 'item', number: 77, name: 'Inner', isInline: false, lastModified: new Date(), item: { kind, properties, extended, attachments, draft, ...(body && { body }) } });
		outlook().remove(inner, 'hard');
		const [items] = (await poll(trigger(), { staticData: {} })) ?? [];
		const [eml] = Object.values(items?.[0]?.binary ?? {});
		expect(eml).toMatchObject({ fileName: 'Inner.eml', mimeType: 'message/rfc822' });
		expect(eml?.bytes).toBeGreaterThan(27 * MB);
	}, 120_000);

	it('Get and Get Attachments store them too', async () => {
		const files = [{ name: 'Film.bin', content: hundredMegabytes.subarray(0, 5 * MB) }, { name: 'note.txt', content: Buffer.from('note') }];
		const exchangeId = outlook().idOf(mail('Got', files));
		const node = (parameters: IDataObject): TestNode => ({ nodeType: new ExchangeEmail(), parameters: { exchangeId, ...parameters }, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } });
		const [[got] = []] = await execute(node({ operation: 'get', options: { downloadAttachments: true } }), [{}]);
		expect(await stored(got)).toEqual(due(files));
		const [each = []] = await execute(node({ operation: 'getAttachments' }), [{}]);
		expect(await Promise.all(each.map(stored))).toEqual(due(files).map(([, ...rest]) => [['data', ...rest]]));
	}, 120_000);
});
