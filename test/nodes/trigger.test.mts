import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message, messageWithAttachment } from './harness/exchange.mts';
import type { TestMemory, TestNode } from './harness/n8n-core.mts';
import { poll } from './harness/n8n-core.mts';

const server = embeddedExchange();
const outlook = () => server().control.outlook('anna@example.test');

function trigger(parameters: IDataObject = {}, credential: IDataObject = {}): TestNode {
	return { nodeType: new ExchangeTrigger(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url, credential as never) } };
}

/** Polls until nothing comes any more; everything that came, per output. */
async function drain(node: TestNode, memory: TestMemory): Promise<INodeExecutionData[][]> {
	const outputs: INodeExecutionData[][] = [[], []];
	for (let polls = 0; polls < 20; polls++) {
		const answer = await poll(node, memory);
		if (answer === null) return outputs;
		answer.forEach((items, index) => outputs[index]?.push(...items));
	}
	throw new Error('The trigger does not come to an end');
}

const seen = (items: INodeExecutionData[] = []) => items.map(({ json }) => [json['event'], json['subject'] ?? json['exchangeId']]);

describe('Exchange Trigger', () => {
	it('hands over nothing of what was there before, then what changes', async () => {
		await server().control.deliver('anna@example.test', message({ subject: 'Old', id: 'old' }));
		const memory: TestMemory = { staticData: {} };
		const node = trigger();
		expect(await poll(node, memory)).toBeNull();
		const mail = await server().control.deliver('anna@example.test', message({ subject: 'New', id: 'new' }));
		const [items] = await drain(node, memory);
		expect(items).toMatchObject([
			{ json: { event: 'created', kind: 'email', subject: 'New', account: 'anna@example.test', mailbox: 'anna@example.test', folder: 'Inbox', connector: 'Exchange', exchangeId: outlook().idOf(mail), key: '<new@example.org>' } },
		]);
		outlook().edit(mail, { isRead: true });
		expect((await drain(node, memory))[0]).toMatchObject([{ json: { event: 'readState', isRead: true } }]);
		outlook().remove(mail);
		expect((await drain(node, memory))[0]).toMatchObject([{ json: { event: 'deleted', permanent: false, exchangeId: outlook().idOf(mail) } }]);
	});

	it('takes switches and choices as words of expressions, and refuses what it cannot take', async () => {
		await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'By words', id: 'by-words', name: 'words.csv', content: 'x' }));
		const word = (text: string | string[]) => `={{ ${JSON.stringify(text)} }}`;
		const [items] = await drain(trigger({ firstRun: word('Everything'), events: word('Item Created, updated'), body: word('Text'), downloadAttachments: word('yes'), includeSubfolders: word('true') }), { staticData: {} });
		const [mail] = (items ?? []).filter(({ json }) => json['subject'] === 'By words');
		expect(mail?.json).not.toHaveProperty('html');
		expect(mail?.binary?.['attachment_0']).toMatchObject({ fileName: 'words.csv' });
		const REFUSED: Array<[parameters: IDataObject, message: RegExp]> = [
			[{ firstRun: word('All') }, /Field "Begin With" is "All", but must be one of Everything, Everything Since a Date, From Now On/],
			[{ events: word(['created', 'changed']) }, /Field "Events" is "changed", but must be one of Item Created, /],
			[{ body: word('PDF') }, /Field "Email Body" is "PDF", but must be one of HTML, Text, Text and HTML/],
			[{ downloadAttachments: word('some') }, /Field "Download Attachments" is "some", but must be true or false/],
			[{ includeSubfolders: word('some') }, /Field "Include Subfolders" is "some", but must be true or false/],
		];
		for (const [parameters, expected] of REFUSED) await expect(poll(trigger(parameters), { staticData: {} })).rejects.toThrow(expected);
	});

	it('hands over a read state without the attachments: they have not changed, and nothing is downloaded', async () => {
		const node = trigger({ downloadAttachments: true });
		const memory: TestMemory = { staticData: {} };
		await drain(node, memory);
		const mail = await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'Read me', id: 'read-me', name: 'prices.csv', content: 'x;y' }));
		expect((await drain(node, memory))[0]?.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['attachment_0']]);
		server().control.clearRequests();
		outlook().edit(mail, { isRead: true });
		const [items = []] = await drain(node, memory);
		expect(items.map(({ json, binary }) => [json['event'], json['isRead'], Object.keys(binary ?? {})])).toEqual([['readState', true, []]]);
		expect(server().control.requests().map(({ operation }) => operation)).not.toContain('GetAttachment');
	});

	it('hands over a backlog in slices and keeps its cursor in between', async () => {
		const folder = outlook().createFolder('Inbox/Backlog');
		expect(folder.displayName).toBe('Backlog');
		for (let number = 0; number < 7; number++) await server().control.deliver('anna@example.test', message({ subject: `Backlog ${number}`, id: `backlog-${number}` }), 'Inbox/Backlog');
		const node = trigger({ firstRun: 'beginning', emailFolders: { folders: [{ folder: { __rl: true, mode: 'path', value: 'Inbox/Backlog' } }] }, options: { maxEvents: 3 } });
		const memory: TestMemory = { staticData: {} };
		const first = await poll(node, memory);
		expect(first?.[0]?.length).toBeLessThan(7);
		const [rest = []] = await drain(node, memory);
		expect([...(first?.[0] ?? []), ...rest].map(({ json }) => json['subject']).sort()).toEqual(Array.from({ length: 7 }, (_, number) => `Backlog ${number}`));
	});

	it('hands the last batch over again after a restart where n8n may have lost it, and not where its cursor is durable', async () => {
		const { cursor } = { cursor: (memory: TestMemory) => memory.staticData['cursor'] as IDataObject };
		for (const durable of [false, true]) {
			outlook().createFolder(`Inbox/Restart ${durable}`);
			const node = trigger({ emailFolders: { folders: [{ folder: { __rl: true, mode: 'path', value: `Inbox/Restart ${durable}` } }] } });
			// That n8n is not in queue mode is known since the end of an execution.
			const memory: TestMemory = { staticData: { queueMode: false }, durable };
			await poll(node, memory);
			await server().control.deliver('anna@example.test', message({ subject: `Restart ${durable}`, id: `restart-${durable}` }), `Inbox/Restart ${durable}`);
			expect((await poll(node, memory))?.[0]).toHaveLength(1);
			cursor(memory)['processToken'] = 'a process before';
			expect(seen((await drain(node, memory))[0]).length).toBe(durable ? 0 : 1);
		}
	});

	it('reads the named folders again, once for each text behind the @, and no other', async () => {
		for (const name of ['One', 'Two']) {
			outlook().createFolder(`Inbox/${name}`);
			await server().control.deliver('anna@example.test', message({ subject: `In ${name}`, id: `in-${name}` }), `Inbox/${name}`);
		}
		const folders = ['Inbox/One', 'Inbox/Two'].map((value) => ({ folder: { __rl: true, mode: 'path', value } }));
		const node = (resetFolders?: string) => trigger({ firstRun: 'beginning', emailFolders: { folders }, options: resetFolders === undefined ? {} : { resetFolders } });
		const memory: TestMemory = { staticData: {} };
		expect(seen((await drain(node(), memory))[0]).sort()).toEqual([['created', 'In One'], ['created', 'In Two']]);
		expect(seen((await drain(node('Inbox/One@1'), memory))[0])).toEqual([['created', 'In One']]);
		expect(seen((await drain(node('Inbox/One@1'), memory))[0])).toEqual([]);
		expect(seen((await drain(node('Inbox/Two@2'), memory))[0])).toEqual([['created', 'In Two']]);
		for (const wrong of ['Inbox/Two', 'Inbox/Two@', '@3']) await expect(poll(node(wrong), memory)).rejects.toThrow(`The field "Read Folders Again" is "${wrong}"`);
	});

	it('refuses a cursor that a newer version wrote, keeps it, and asks nothing of the server', async () => {
		const memory: TestMemory = { staticData: {} };
		await poll(trigger(), memory);
		(memory.staticData['cursor'] as IDataObject)['version'] = 99;
		const before = structuredClone(memory);
		server().control.clearRequests();
		await expect(poll(trigger(), memory)).rejects.toThrow(/newer version of this package/);
		expect(memory).toEqual(before);
		expect(server().control.requests()).toEqual([]);
	});

	it('drafts-not-synced: tells on a second output what was left out, with a summary of the poll', async () => {
		const node = trigger({ includeExcluded: true });
		const memory: TestMemory = { staticData: {} };
		await poll(node, memory);
		outlook().create({ subject: 'Unfinished', isDraft: true });
		await server().control.deliver('anna@example.test', message({ subject: 'Finished', id: 'finished' }));
		const [changed = [], skipped = []] = (await poll(node, memory)) ?? [];
		expect(seen(changed)).toEqual([['created', 'Finished']]);
		expect(skipped).toMatchObject([{ json: { outcome: 'skipped', rule: 'drafts-not-synced', subject: 'Unfinished' } }, { json: { outcome: 'summary', emitted: 1, message: expect.stringContaining('1 handed over') } }]);
	});

	it('hands attachments over as binary data under the names that the record gives', async () => {
		const node = trigger({ downloadAttachments: true });
		const memory: TestMemory = { staticData: {} };
		await poll(node, memory);
		await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'With file', id: 'with-file', name: 'prices.csv', content: 'x;y' }));
		const item = (await poll(node, memory))?.[0]?.[0];
		const [attachment] = item?.json['attachments'] as Array<{ name: string; binaryProperty: string }>;
		expect(attachment).toMatchObject({ name: 'prices.csv' });
		expect(item?.binary?.[attachment?.binaryProperty ?? '']).toMatchObject({ fileName: 'prices.csv', mimeType: 'text/csv', data: Buffer.from('x;y').toString('base64') });
	});

	it('watches appointments and tasks too', async () => {
		const node = trigger({ kinds: ['appointment', 'task'] });
		const memory: TestMemory = { staticData: {} };
		await poll(node, memory);
		server().control.outlook('anna@example.test').create({ itemClass: 'IPM.Task', folder: 'tasks', subject: 'A task' });
		const [items] = await drain(node, memory);
		expect(items).toMatchObject([{ json: { kind: 'task', event: 'created', subject: 'A task' } }]);
	});

	it('connector-inactive: hands over nothing, touches nothing and loses nothing', async () => {
		const memory: TestMemory = { staticData: {} };
		await poll(trigger(), memory);
		const cursor = JSON.stringify(memory.staticData);
		await server().control.deliver('anna@example.test', message({ subject: 'Meanwhile', id: 'meanwhile' }));
		server().control.clearRequests();
		expect(await poll(trigger({}, { active: false }), memory)).toBeNull();
		expect(server().control.requests()).toEqual([]);
		expect(JSON.stringify(memory.staticData)).toBe(cursor);
		expect(seen((await drain(trigger(), memory))[0])).toEqual([['created', 'Meanwhile']]);
	});

	it('shows recent items in a test run and leaves the cursor alone', async () => {
		const memory: TestMemory = { staticData: {}, mode: 'manual' };
		const answer = await poll(trigger(), memory);
		expect(answer?.[0]?.length).toBeGreaterThan(0);
		expect(answer?.[0]?.[0]?.json).toMatchObject({ event: 'created', kind: 'email', folder: 'Inbox' });
		expect(memory.staticData).toEqual({});
		await expect(poll(trigger({ kinds: ['task'], taskFolders: { folders: [{ folder: { mode: 'path', value: 'Nowhere' } }] } }), memory)).rejects.toMatchObject({ httpCode: '404' });
		await expect(poll(trigger({}, { active: false }), memory)).rejects.toThrow('connector-inactive');
	});

	it('logon-limit: fails with 401 when every account fails, keeps the cursor, and shows no password', async () => {
		const memory: TestMemory = { staticData: {} };
		const error: unknown = await poll(trigger({}, { password: 'a-wrong-password' }), memory).catch((reason: unknown) => reason);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401', failure: { cause: 'credential-invalid' } });
		expect(JSON.stringify(error) + String((error as Error).stack) + JSON.stringify(memory)).not.toContain('a-wrong-password');
	});

	it('one account that fails does not hold up the others', async () => {
		const accounts = { links: [{ account: 'anna', mailbox: 'anna@example.test' }, { account: 'bob', mailbox: 'bob@example.test' }] };
		const mailboxLogins = JSON.stringify({ 'bob@example.test': { user: 'bob@example.test', password: 'wrong' } });
		const node = trigger({ includeExcluded: true }, { accounts, mailboxLogins });
		const memory: TestMemory = { staticData: {} };
		const [, told = []] = (await poll(node, memory)) ?? [];
		expect(told).toMatchObject([{ json: { outcome: 'failed', mailbox: 'bob@example.test', message: expect.stringContaining('refused') } }, { json: { outcome: 'summary' } }]);
		await server().control.deliver('anna@example.test', message({ subject: 'For Anna', id: 'for-anna' }));
		const [changed, again = []] = await drain(node, memory);
		expect(seen(changed)).toEqual([['created', 'For Anna']]);
		// Told once, and once more when the account pauses: not with every poll.
		expect(again.filter(({ json }) => json['outcome'] === 'failed').length).toBeLessThanOrEqual(1);
	});

	it('refuses to turn an empty choice of accounts into all of them', async () => {
		await expect(poll(trigger({ accountChoice: 'selected', selectedAccounts: [] }), { staticData: {} })).rejects.toThrow('No account is chosen');
	});
});
