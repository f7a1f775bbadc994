import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IDataObject, INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, messageWithAttachment } from './harness/exchange.mts';
import { execute, poll } from './harness/n8n-core.mts';

const server = embeddedExchange();
const folderOf = (node: string) => new URL(`../../nodes/${node}/__schema__/v1.0.0/`, import.meta.url);

/** Paths of fields that an output has and its schema does not name, or names with another type. */
function undocumented(node: string, operation: string, json: IDataObject): string[] {
	const schema = JSON.parse(readFileSync(new URL(`${operation}.json`, folderOf(node)), 'utf8')) as Schema;
	return missing(schema, json, '');
}

interface Schema {
	type: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
}

function missing(schema: Schema, value: unknown, path: string): string[] {
	const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
	if (![schema.type].flat().includes(type)) return [`${path} is ${type}`];
	if (Array.isArray(value)) return value.flatMap((each) => (schema.items === undefined ? [path] : missing(schema.items, each, `${path}[]`)));
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => {
		const known = schema.properties?.[name];
		return known === undefined ? [`${path}.${name}`] : missing(known, inner, `${path}.${name}`);
	});
}

const actionNodes: Array<[string, INodeType]> = [
	['ExchangeEmail', new ExchangeEmail()],
	['ExchangeAppointment', new ExchangeAppointment()],
	['ExchangeTask', new ExchangeTask()],
];

describe('output schemas', () => {
	it.each(actionNodes)('of %s stand for each operation and for nothing else', (name, node) => {
		const operations = node.description.properties.find((property) => property.name === 'operation')?.options?.map((option) => ('value' in option ? String(option.value) : '')) ?? [];
		expect(readdirSync(folderOf(name)).sort()).toEqual(operations.map((operation) => `${operation}.json`).sort());
		expect(existsSync(new URL('output.json', folderOf('ExchangeTrigger')))).toBe(true);
	});

	it('name every field that comes out', async () => {
		const credentials = { exchangeEwsBasicApi: basicCredential(server().url) };
		const memory = { staticData: {} };
		const trigger = { nodeType: new ExchangeTrigger(), parameters: { kinds: ['email', 'appointment', 'task'], downloadAttachments: true }, credentials };
		await poll(trigger, memory);
		await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'All fields', id: 'all-fields', name: 'a.csv', content: 'x' }));
		const inputs: Array<[string, INodeType, IDataObject, IDataObject]> = [
			['ExchangeEmail', new ExchangeEmail(), { operation: 'getMany' }, {}],
			['ExchangeEmail', new ExchangeEmail(), { operation: 'diagnose' }, {}],
			['ExchangeEmail', new ExchangeEmail(), { operation: 'sync' }, { externalId: '1', subject: 'x', from: 'carla@example.org', receivedAt: '2026-03-02T08:00:00Z' }],
			['ExchangeEmail', new ExchangeEmail(), { operation: 'sync' }, { externalId: '1', subject: 'x', from: 'dora@example.org', receivedAt: '2026-03-02T08:00:00Z' }],
			['ExchangeAppointment', new ExchangeAppointment(), { operation: 'create', subject: 'S', start: '2026-05-04T09:00:00', end: '2026-05-04T10:00:00', additionalFields: { rrule: 'FREQ=DAILY;COUNT=3' } }, {}],
			['ExchangeAppointment', new ExchangeAppointment(), { operation: 'getMany', view: 'masters' }, {}],
			['ExchangeTask', new ExchangeTask(), { operation: 'create', subject: 'T', additionalFields: { dueDate: '2026-05-04' } }, {}],
			['ExchangeTask', new ExchangeTask(), { operation: 'getMany' }, {}],
		];
		for (const [name, nodeType, parameters, input] of inputs) {
			const [items = []] = await execute({ nodeType, parameters, credentials }, [input]);
			expect(items.length).toBeGreaterThan(0);
			for (const { json } of items) expect([parameters['operation'], undocumented(name, String(parameters['operation']), json)]).toEqual([parameters['operation'], []]);
		}
		const [unreachable] = await execute({ nodeType: new ExchangeEmail(), parameters: { operation: 'diagnose' }, credentials: { exchangeEwsBasicApi: basicCredential(server().url, { password: 'wrong' }) } }, [{}]);
		expect(unreachable?.map(({ json }) => [json['clockSkewSeconds'], undocumented('ExchangeEmail', 'diagnose', json)])).toEqual([[null, []]]);
		const events = (await poll(trigger, memory))?.[0] ?? [];
		expect(new Set(events.map(({ json }) => json['kind']))).toEqual(new Set(['email', 'appointment', 'task']));
		for (const { json } of events) expect(undocumented('ExchangeTrigger', 'output', json)).toEqual([]);
	});
});
