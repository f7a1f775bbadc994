import { startExchange } from '../exchange-server/startExchange.mts';
import type { ExchangeOptions, RunningExchange } from '../exchange-server/startExchange.mts';
import { createCredential } from '../n8n-harness/credentials.mts';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import { executionEnd } from '../n8n-harness/executions.mts';
import type { Execution } from '../n8n-harness/executions.mts';
import { N8n } from '../n8n-harness/n8n.mts';
import type { N8nOptions } from '../n8n-harness/n8n.mts';
import { createWorkflow, startWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import type { NodeSketch } from '../n8n-harness/workflows.mts';

export const ANNA = { address: 'anna@example.test', password: 'Anna-2-of-Exchange' } as const;
export const BOB = { address: 'bob@example.test', password: 'Bob-2-of-Exchange' } as const;

/** Type of the credential that the tests use. */
export const BASIC = 'exchangeEwsBasicApi';

/** Node types as n8n names them. */
export const TRIGGER = 'n8n-nodes-exchange-ews.exchangeTrigger';
export const EMAIL = 'n8n-nodes-exchange-ews.exchangeEmail';
export const APPOINTMENT = 'n8n-nodes-exchange-ews.exchangeAppointment';
export const TASK = 'n8n-nodes-exchange-ews.exchangeTask';

/** Data of a Basic credential for one mailbox. */
export function basicCredential(url: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
	return { active: true, url, authentication: 'basic', user: ANNA.address, password: ANNA.password, timeZone: 'Europe/Zurich', timeoutSeconds: 20, ...changes };
}

/** An Exchange, an n8n with this package, and a credential that joins them. */
export class Stage {
	readonly exchange: RunningExchange;
	readonly n8n: N8n;
	readonly credential: StoredCredential;

	private constructor(exchange: RunningExchange, n8n: N8n, credential: StoredCredential) {
		this.exchange = exchange;
		this.n8n = n8n;
		this.credential = credential;
	}

	/**
	 * @param credential what the credential says differently; needs the address, so it is made from the running Exchange
	 */
	static async start(options: { n8n?: N8nOptions; exchange?: Partial<ExchangeOptions>; credential?: Record<string, unknown> } = {}): Promise<Stage> {
		const [exchange, n8n] = await Promise.all([startExchange({ users: [ANNA, BOB], ...options.exchange }), N8n.start(options.n8n)]);
		const credential = await createCredential(n8n.client, 'Exchange', BASIC, basicCredential(exchange.url, options.credential));
		return new Stage(exchange, n8n, credential);
	}

	async close(): Promise<void> {
		await Promise.all([this.n8n.close(), this.exchange.close()]);
	}

	/** Runs nodes once by hand, after a node that puts out `input` as items, and waits for the end. */
	async run(input: ReadonlyArray<Record<string, unknown>>, nodes: readonly NodeSketch[]): Promise<Execution> {
		const workflow = await createWorkflow(
			this.n8n.client,
			workflowOf('one run', [
				{ name: 'By hand', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Input', type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { mode: 'runOnceForAllItems', language: 'javaScript', jsCode: `return ${JSON.stringify(input.map((json) => ({ json })))};` } },
				...nodes,
			]),
		);
		return await executionEnd(this.n8n.client, await startWorkflow(this.n8n.client, workflow, 'By hand'));
	}

	/** Runs one of this package's action nodes over `input`; its items on the first output. @throws Error with the node's own words where it failed */
	async act(type: string, operation: string, parameters: Record<string, unknown>, input: ReadonlyArray<Record<string, unknown>> = [{}]): Promise<Array<Record<string, unknown>>> {
		const execution = await this.run(input, [{ name: 'Exchange', type, parameters: { operation, ...parameters }, credential: this.credential }]);
		if (execution.status !== 'success') throw new Error(`${execution.error?.message ?? execution.status}\n${execution.error?.description ?? ''}`);
		return execution.items('Exchange').map((item) => item.json);
	}
}

/** A plain message as the internet delivers it. */
export function mail(fields: { subject: string; messageId: string; from?: string; to?: string; text?: string; date?: string }): string {
	return [
		`From: ${fields.from ?? 'Carla Clerk <carla@partner.example>'}`,
		`To: ${fields.to ?? ANNA.address}`,
		`Subject: ${fields.subject}`,
		`Message-ID: ${fields.messageId}`,
		`Date: ${fields.date ?? 'Mon, 02 Mar 2026 08:00:00 +0000'}`,
		'MIME-Version: 1.0',
		'Content-Type: text/plain; charset=utf-8',
		'Content-Transfer-Encoding: 8bit',
		'',
		fields.text ?? 'Good morning.',
		'',
	].join('\r\n');
}
