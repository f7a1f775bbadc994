import type { IDataObject, INodeProperties, INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange } from './harness/exchange.mts';
import { execute, poll } from './harness/n8n-core.mts';

const server = embeddedExchange();
const credentials = () => ({ exchangeEwsBasicApi: basicCredential(server().url) });

/** What nobody can know for the builder; n8n marks these fields as missing until they are filled in. */
const GIVEN: IDataObject = {
	to: 'bob@example.test',
	subject: 'Lunch',
	start: '2026-03-02T12:00:00',
	end: '2026-03-02T13:00:00',
	attendees: 'bob@example.test',
	folder: { __rl: true, mode: 'list', value: 'role:junkEmail' },
};

const NODES: Array<{ nodeType: INodeType; record: IDataObject; needed: Record<string, string[]> }> = [
	{
		nodeType: new ExchangeEmail(),
		record: { subject: 'Offer', from: 'carla@example.org', to: 'anna@example.test', text: 'Hello', receivedAt: '2026-03-02T08:00:00Z' },
		needed: { send: ['to'], forward: ['to'], move: ['folder'] },
	},
	{
		nodeType: new ExchangeAppointment(),
		record: { subject: 'Review', start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z' },
		needed: { create: ['subject', 'start', 'end'], sendMeetingInvitation: ['attendees', 'subject', 'start', 'end'] },
	},
	{ nodeType: new ExchangeTask(), record: { subject: 'Call back' }, needed: { create: ['subject'] } },
];

function operationsOf({ description }: INodeType): string[] {
	const operation = description.properties.find(({ name }) => name === 'operation');
	return (operation?.options ?? []).flatMap((option) => ('value' in option ? [String(option.value)] : []));
}

/** Required fields that are empty when the operation is chosen. */
function emptyFields({ description }: INodeType, operation: string): string[] {
	const isEmpty = ({ default: value }: INodeProperties) => value === '' || (typeof value === 'object' && value !== null && 'value' in value && value.value === '');
	return description.properties.filter((property) => property.required === true && property.displayOptions?.show?.['operation']?.includes(operation) === true && isEmpty(property)).map(({ name }) => name);
}

describe('dropped on the canvas with a credential and nothing else', () => {
	it('the trigger polls', async () => {
		expect(await poll({ nodeType: new ExchangeTrigger(), credentials: credentials() }, { staticData: {} })).toBeNull();
	});

	describe.each(NODES)('$nodeType.description.displayName', ({ nodeType, record, needed }) => {
		const run = async (parameters: IDataObject, item: IDataObject) => (await execute({ nodeType, parameters, credentials: credentials() }, [item]))[0] ?? [];

		it('begins with Sync, which takes a record of the other system', async () => {
			expect(await run({}, { ...record, externalId: 'default' })).toMatchObject([{ json: { outcome: 'created' } }]);
		});

		it.each(operationsOf(nodeType))('works on an item that Exchange handed out: %s', async (operation) => {
			expect(emptyFields(nodeType, operation)).toEqual(needed[operation] ?? []);
			const [made] = operation === 'sendDraft' ? await run({ operation: 'createDraft', ...GIVEN }, {}) : await run({ operation: 'sync' }, { ...record, externalId: operation });
			const given = Object.fromEntries((needed[operation] ?? []).map((name) => [name, GIVEN[name]]));
			if (operation !== 'sendDraft') expect(made?.json).toMatchObject({ outcome: 'created' });
			const answers = await run({ operation, ...given }, { ...record, ...made?.json });
			expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
			expect(answers.map(({ json }) => json['outcome'])).not.toContain('failed');
		});
	});
});
