import type { IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';
import { describe, expect, it, vi } from 'vitest';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message } from './harness/exchange.mts';
import type { TestMemory, TestNode } from './harness/n8n-core.mts';
import { activated } from './harness/n8n-core.mts';

const server = embeddedExchange();
const outlook = () => server().control.outlook('anna@example.test');

/** As n8n 2.41 writes over an execution whose worker died. */
const EMPTIED = run('error', { error: { message: 'This execution failed to be processed too many times' }, runData: {} });
const SUCCEEDED = run('success', { runData: {}, lastNodeExecuted: 'Store' });
const WAITING = run('waiting', { runData: {}, lastNodeExecuted: 'Wait' });
const FAILED_AT_A_NODE = run('error', { error: { message: 'The table is full' }, runData: {}, lastNodeExecuted: 'Store' });

function run(status: IRun['status'], resultData: object): IRun {
	return { data: { resultData }, status, mode: 'trigger', startedAt: new Date(0), storedAt: 'db' } as unknown as IRun;
}

/** One folder of its own with a trigger that watches it, in an n8n that says at our word how an execution ended. */
class Watched {
	readonly #folder: string;
	readonly memory: TestMemory;
	readonly #test: TestNode;
	readonly #executions: Array<(end: IRun | undefined | 'canceled') => Promise<void>> = [];
	#shared: (() => Promise<INodeExecutionData[][] | null>) | undefined;

	constructor(folder: string, durable: boolean, options: IDataObject = {}) {
		this.#folder = `Inbox/${folder}`;
		outlook().createFolder(this.#folder);
		const parameters = { emailFolders: { folders: [{ folder: { __rl: true, mode: 'path', value: this.#folder } }] }, options };
		this.#test = { nodeType: new ExchangeTrigger(), parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } };
		this.memory = {
			staticData: {},
			durable,
			workflowId: folder,
			emit: (_data, _response, done) => {
				this.#executions.push(async (end) => {
					if (end === 'canceled') done?.reject(new Error('The execution was cancelled'));
					else done?.resolve(end);
					// What waits for the promise goes on.
					await new Promise((resolve) => setImmediate(resolve));
				});
			},
		};
	}

	async deliver(subject: string): Promise<void> {
		await server().control.deliver('anna@example.test', message({ subject, id: `${this.#folder} ${subject}` }), this.#folder);
	}

	/** One poll: its events. n8n makes a context for each poll with durable cursors, one for all without. */
	async poll(): Promise<string[]> {
		const poll = this.memory.durable === true ? activated(this.#test, this.memory) : (this.#shared ??= activated(this.#test, this.memory));
		const items = (await poll())?.[0] ?? [];
		return items.map(({ json }) => `${String(json['event'])} ${String(json['subject'] ?? '')}`.trim());
	}

	/** One poll whose batch n8n does not take. */
	async droppedPoll(): Promise<string[]> {
		const { emit } = this.memory;
		delete this.memory.emit;
		const events = await this.poll();
		if (emit !== undefined) this.memory.emit = emit;
		return events;
	}

	/** The process that polls from now on knows nothing, not even how executions of others ended. */
	async restartAnew(): Promise<void> {
		vi.resetModules();
		const fresh = await import('../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts');
		this.#test.nodeType = new fresh.ExchangeTrigger();
		this.#shared = undefined;
	}

	/** The process that polled is another one now. */
	restart(): void {
		(this.memory.staticData['cursor'] as IDataObject)['processToken'] = 'a process before';
		this.#shared = undefined;
	}

	/** How the oldest execution ended that has not ended yet. */
	async ended(end: IRun | undefined | 'canceled'): Promise<void> {
		await this.#executions.shift()?.(end);
	}

	item(subject: string) {
		const found = outlook().items(this.#folder).find((item) => item.subject === subject);
		if (found === undefined) throw new Error(`There is no ${subject}`);
		return found;
	}
}

describe.each([{ cursors: 'durable', durable: true }, { cursors: 'own', durable: false }])('the next batch ($cursors cursors)', ({ cursors, durable }) => {
	it('waits until the execution before it has ended, however that ended, so that what is older is not stored last', async () => {
		const watched = new Watched(`Order ${cursors}`, durable);
		await watched.poll();
		for (const [index, end] of [SUCCEEDED, FAILED_AT_A_NODE, WAITING, 'canceled' as const].entries()) {
			await watched.deliver(`First ${index}`);
			expect(await watched.poll()).toEqual([`created First ${index}`]);
			await watched.deliver(`Second ${index}`);
			expect(await watched.poll()).toEqual([]);
			await watched.ended(end);
			expect(await watched.poll()).toEqual([`created Second ${index}`]);
			await watched.ended(SUCCEEDED);
		}
	});

	it('waits for 15 minutes at most', async () => {
		const watched = new Watched(`Long ${cursors}`, durable);
		await watched.poll();
		await watched.deliver('First');
		expect(await watched.poll()).toHaveLength(1);
		await watched.deliver('Second');
		vi.useFakeTimers({ toFake: ['Date'] });
		try {
			vi.setSystemTime(Date.now() + 14 * 60_000);
			expect(await watched.poll()).toEqual([]);
			vi.setSystemTime(Date.now() + 61_000);
			expect(await watched.poll()).toEqual(['created Second']);
		} finally {
			vi.useRealTimers();
		}
	});

	it('after a restart is the last one once more while it is not known that its execution ended, in queue mode whatever the cursors are', async () => {
		for (const jobId of [undefined, '7']) {
			const watched = new Watched(`Restart ${cursors} ${jobId ?? 'regular'}`, durable);
			const succeeded = { ...SUCCEEDED, ...(jobId !== undefined && { jobId }) };
			await watched.poll();
			await watched.deliver('First');
			await watched.poll();
			await watched.ended(succeeded);
			await watched.deliver('Second');
			await watched.poll();
			await watched.ended(succeeded);
			watched.restart();
			expect(await watched.poll()).toEqual(jobId !== undefined || !durable ? ['created Second'] : []);
			await watched.ended(succeeded);
			expect(await watched.poll()).toEqual([]);
			watched.restart();
			expect(await watched.poll()).toEqual([]);
		}
	});
});

describe.each([{ cursors: 'durable', durable: true }, { cursors: 'own', durable: false }])('the first batch ($cursors cursors)', ({ cursors, durable }) => {
	it('is handed over once more after a restart, as nothing says yet whether a worker had it; once that is known the cursors decide', async () => {
		for (const jobId of [undefined, '7']) {
			const watched = new Watched(`Unknown ${cursors} ${jobId ?? 'regular'}`, durable);
			const succeeded = { ...SUCCEEDED, ...(jobId !== undefined && { jobId }) };
			await watched.restartAnew();
			await watched.poll();
			await watched.deliver('First');
			expect(await watched.poll()).toEqual(['created First']);
			await watched.restartAnew();
			expect(await watched.poll()).toEqual(['created First']);
			await watched.ended(undefined);
			await watched.ended(succeeded);
			await watched.deliver('Second');
			expect(await watched.poll()).toEqual(['created Second']);
			await watched.restartAnew();
			expect(await watched.poll()).toEqual(jobId !== undefined || !durable ? ['created Second'] : []);
		}
	});
});

describe.each([{ cursors: 'durable', durable: true }, { cursors: 'own', durable: false }])('a batch whose execution n8n has emptied ($cursors cursors)', ({ cursors, durable }) => {
	it('is handed over again by the next poll, its deletes too, and only once', async () => {
		const watched = new Watched(`Lost ${cursors}`, durable);
		for (const subject of ['One', 'Two']) await watched.deliver(subject);
		expect(await watched.poll()).toEqual([]);
		await watched.deliver('Three');
		outlook().remove(watched.item('One').id, 'hard');
		expect(await watched.poll()).toEqual(['created Three', 'deleted']);
		await watched.ended(EMPTIED);
		await watched.deliver('Four');
		expect((await watched.poll()).sort()).toEqual(['created Four', 'created Three', 'deleted']);
		await watched.ended(SUCCEEDED);
		expect(await watched.poll()).toEqual([]);
	});

	it('is told from one that failed at a node or was stopped, which keeps its items for a retry', async () => {
		const watched = new Watched(`Kept ${cursors}`, durable);
		await watched.poll();
		for (const end of [FAILED_AT_A_NODE, 'canceled', SUCCEEDED] as const) {
			await watched.deliver(`Mail ${String(end)}`);
			expect(await watched.poll()).toHaveLength(1);
			await watched.ended(end);
			expect(await watched.poll()).toEqual([]);
		}
	});

	it('import-attempts: is left out after so many losses, without what came new with it', async () => {
		const watched = new Watched(`Poison ${cursors}`, durable, { importAttempts: 2 });
		await watched.poll();
		await watched.deliver('Poison');
		expect(await watched.poll()).toEqual(['created Poison']);
		await watched.ended(EMPTIED);
		await watched.deliver('New');
		expect((await watched.poll()).sort()).toEqual(['created New', 'created Poison']);
		await watched.ended(EMPTIED);
		expect(await watched.poll()).toEqual(['created New']);
		await watched.ended(SUCCEEDED);
		expect(await watched.poll()).toEqual([]);
	});

	it('stays due while it cannot be read, and while n8n makes no execution of it', async () => {
		const watched = new Watched(`Due ${cursors}`, durable);
		await watched.poll();
		await watched.deliver('One');
		await watched.poll();
		await watched.ended(EMPTIED);
		server().control.inject({ operation: 'GetItem', do: { effect: 'fault', code: 'ErrorAccessDenied' } });
		expect(await watched.poll()).toEqual([]);
		expect(await watched.poll()).toEqual(['created One']);
		await watched.ended(EMPTIED);
		// The poll came too late, and n8n dropped what it brought.
		expect(await watched.droppedPoll()).toEqual(['created One']);
		expect(await watched.poll()).toEqual(['created One']);
		// Another process has this node's turn.
		await watched.ended(undefined);
		expect(await watched.poll()).toEqual(['created One']);
		await watched.ended(SUCCEEDED);
		expect(await watched.poll()).toEqual([]);
	});

	it('is not due any more when its items are gone, as their deletes say', async () => {
		const watched = new Watched(`Gone ${cursors}`, durable);
		await watched.poll();
		await watched.deliver('One');
		await watched.poll();
		await watched.ended(EMPTIED);
		outlook().remove(watched.item('One').id, 'hard');
		expect(await watched.poll()).toEqual(['deleted']);
		await watched.ended(SUCCEEDED);
		expect(await watched.poll()).toEqual([]);
	});
});
