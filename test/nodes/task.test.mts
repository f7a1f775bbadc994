import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();

async function run(parameters: IDataObject, items: IDataObject[] = [{}]): Promise<INodeExecutionData[]> {
	const [answers = []] = await execute({ nodeType: new ExchangeTask(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } }, items);
	return answers;
}

async function one(parameters: IDataObject, item: IDataObject = {}): Promise<IDataObject> {
	const [answer] = await run(parameters, [item]);
	if (answer === undefined) throw new Error('The node gave no item');
	return answer.json;
}

describe('Exchange Task', () => {
	it('recurring-tasks-not-synced: Sync writes tasks and skips those of a series', async () => {
		const answers = await run({ operation: 'sync' }, [
			{ externalId: 't-1', subject: 'Send the offer', dueDate: '2026-03-06' },
			{ externalId: 't-2', subject: 'Water the plants', recurring: true },
		]);
		expect(answers.map(({ json }) => [json['outcome'], json['rule']])).toEqual([
			['created', undefined],
			['skipped', 'recurring-tasks-not-synced'],
		]);
	});

	it('an id that an expression could not make of a number is none', async () => {
		const answers = await run({ operation: 'sync', externalId: '={{ Number($json.column) }}' }, [{ subject: 'One' }, { subject: 'Two' }, { subject: 'Three', column: '7' }]);
		expect(answers.map(({ json }) => [json['outcome'], json['externalId']])).toEqual([['failed', undefined], ['failed', undefined], ['created', '7']]);
	});

	it('private-left-out: a switch that is off as a word is off', async () => {
		const answers = await run({ operation: 'sync', options: { includePrivate: '={{ "false" }}' } }, [{ externalId: 'private-1', subject: 'Mine', sensitivity: 'private' }]);
		expect(answers.map(({ json }) => json['outcome'])).toEqual(['skipped']);
	});

	it('Newer Wins: the time of the other change counts as a database hands it on, too', async () => {
		const outlook = server().control.outlook('anna@example.test');
		const sync = async (record: IDataObject) => one({ operation: 'sync', options: { conflictPolicy: 'newerWins' } }, record);
		const created = await sync({ externalId: 'newer-1', subject: 'As it was' });
		outlook.edit(created['exchangeId'] as string, { subject: 'As Anna has it' });
		const newer = new Date(Date.now() + 3_600_000) as unknown as string;
		expect(await sync({ externalId: 'newer-1', subject: 'As the other system has it', modifiedAt: newer })).toMatchObject({ outcome: 'updated' });
		expect(outlook.items('tasks').filter(({ id }) => id === created['exchangeId'])).toMatchObject([{ subject: 'As the other system has it' }]);
	});

	it('the account of an input item may be a number: it is not taken for none, which is the only account', async () => {
		const links = (account: string): IDataObject => ({ accounts: { links: [{ account, mailbox: 'anna@example.test' }] } });
		const sync = async (account: string) => {
			const credentials = { exchangeEwsBasicApi: basicCredential(server().url, links(account) as never) };
			const [answers = []] = await execute({ nodeType: new ExchangeTask(), parameters: { operation: 'sync' }, credentials, continueOnFail: true }, [{ externalId: `of-${account}`, subject: 'Of 4711', account: 4711 }]);
			return answers.map(({ json }) => [json['outcome'], json['message']]);
		};
		expect(await sync('4711')).toEqual([['created', expect.any(String)]]);
		expect(await sync('4712')).toEqual([['failed', expect.stringMatching(/Field "account" is "4711", but must be an account or mailbox of the connector/)]]);
	});

	it('what identifies a record and is no text fails its own item, by its name', async () => {
		const answers = await run({ operation: 'sync' }, [{ externalId: { id: 7 }, subject: 'Nameless' }, { externalId: 'named-1', changeKey: ['CQAA'], subject: 'Keyless' }, { externalId: 'named-2', subject: 'Right' }]);
		expect(answers.map(({ json }) => [json['outcome'], json['message']])).toEqual([
			['failed', expect.stringMatching(/Field "externalId" is \{"id":7\}, but must be text or a number/)],
			['failed', expect.stringMatching(/Field "changeKey" is \["CQAA"\], but must be text or a number/)],
			['created', expect.any(String)],
		]);
	});

	it('creates, reads, changes, completes and reopens', async () => {
		const created = await one({ operation: 'create', subject: 'Call back', additionalFields: { dueDate: '2026-03-06T00:00:00', status: 'inProgress', percentComplete: 30, categories: 'Phone' } });
		const exchangeId = created['exchangeId'] as string;
		expect(await one({ operation: 'get' }, { exchangeId })).toMatchObject({ kind: 'task', subject: 'Call back', dueDate: '2026-03-06', status: 'inProgress', percentComplete: 30, categories: ['Phone'] });
		await one({ operation: 'update', updateFields: { subject: 'Call back today' } }, { exchangeId });
		expect(await one({ operation: 'get' }, { exchangeId })).toMatchObject({ subject: 'Call back today', dueDate: '2026-03-06', percentComplete: 30 });
		await one({ operation: 'complete' }, { exchangeId });
		expect(await one({ operation: 'get' }, { exchangeId })).toMatchObject({ status: 'completed', percentComplete: 100, completedDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) });
		await one({ operation: 'update', updateFields: { status: 'inProgress' } }, { exchangeId });
		expect((await one({ operation: 'get' }, { exchangeId }))['status']).toBe('inProgress');
	});

	it('a folder that is not there concerns its own items alone: what was created in another one is handed out', async () => {
		const parameters = { operation: 'create', subject: '={{ $json.subject }}', folder: { __rl: true, mode: 'path', value: '={{ $json.folder }}' } };
		const [answers = []] = await execute({ nodeType: new ExchangeTask(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) }, continueOnFail: true }, [
			{ subject: 'In Tasks', folder: 'Tasks' },
			{ subject: 'Nowhere', folder: 'No such folder' },
			{ subject: 'In Tasks, too', folder: 'Tasks' },
		]);
		expect(answers.map(({ json }) => [json['subject'], json['error'] === undefined])).toEqual([['In Tasks', true], [undefined, false], ['In Tasks, too', true]]);
	});

	it('lists open and completed tasks', async () => {
		await run({ operation: 'create', subject: '={{ $json.subject }}', additionalFields: { status: '={{ $json.status }}' } }, [
			{ subject: 'List open', status: 'notStarted' },
			{ subject: 'List done', status: 'completed' },
		]);
		const subjects = async (taskStatus: string) => (await run({ operation: 'getMany', returnAll: true, filters: { taskStatus } })).map(({ json }) => json['subject']);
		expect(await subjects('open')).toEqual(expect.arrayContaining(['List open']));
		expect(await subjects('open')).not.toContain('List done');
		expect(await subjects('completed')).toContain('List done');
	});

	it('deletes into the bin or for good', async () => {
		await run({ operation: 'sync' }, [{ externalId: 't-bin', subject: 'Into the bin' }, { externalId: 't-away', subject: 'Away' }]);
		expect(await one({ operation: 'delete' }, { externalId: 't-bin' })).toMatchObject({ outcome: 'deleted' });
		expect(await one({ operation: 'delete', deleteMode: 'permanently' }, { externalId: 't-away' })).toMatchObject({ outcome: 'deleted' });
		const bin = server().control.outlook('anna@example.test').items('deleteditems').map(({ subject }) => subject);
		expect(bin).toContain('Into the bin');
		expect(bin).not.toContain('Away');
	});
});
