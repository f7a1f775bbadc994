import type { INodeListSearchResult, INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message } from './harness/exchange.mts';
import { editorContext } from './harness/n8n-core.mts';

const server = embeddedExchange();

function context(nodeType: INodeType, accounts = {}, operation = 'get') {
	return editorContext({ nodeType, credentials: { exchangeEwsBasicApi: basicCredential(server().url, { accounts }) } }, { authentication: 'exchangeEwsBasicApi', account: { mode: 'list', value: '' }, operation }) as never;
}

describe('lists in the editor', () => {
	it('search folders that hold the kind, by role where they have one', async () => {
		const node = new ExchangeEmail();
		const found = (await node.methods.listSearch.searchFolders.call(context(node), 'in')) as INodeListSearchResult;
		expect(found.results).toContainEqual({ name: expect.stringMatching(/^Inbox \(\d+\)$/), value: 'role:inbox' });
		expect(found.results.every(({ name }) => name.toLowerCase().includes('in'))).toBe(true);
		expect(found.results.some(({ name }) => name.startsWith('Calendar'))).toBe(false);
	});

	it('contacts-not-supported: contact folders are not offered', async () => {
		const node = new ExchangeTrigger();
		for (const search of Object.values(node.methods.listSearch)) {
			const { results } = (await search.call(context(node))) as INodeListSearchResult;
			expect(results.some(({ name }) => name.startsWith('Contacts'))).toBe(false);
		}
	});

	it('search items by subject, each with its date, and drafts where a draft is sent', async () => {
		await server().control.deliver('anna@example.test', message({ subject: 'Offer for the hall', id: 'offer-hall' }));
		const node = new ExchangeEmail();
		const { results } = (await node.methods.listSearch.searchItems.call(context(node), 'the hall')) as INodeListSearchResult;
		expect(results).toEqual([{ name: expect.stringMatching(/^Offer for the hall \(\d{4}-\d{2}-\d{2}\)$/), value: expect.stringMatching(/^AA/) }]);
		const drafts = (await node.methods.listSearch.searchItems.call(context(node, {}, 'sendDraft'))) as INodeListSearchResult;
		expect(drafts.results.some(({ name }) => name.startsWith('Offer for the hall'))).toBe(false);
	});

	it('offer the accounts of the credential without asking the server', async () => {
		const accounts = { links: [{ account: 'anna', mailbox: 'anna@example.test' }, { account: '', mailbox: 'bob@example.test' }] };
		const node = new ExchangeAppointment();
		server().control.clearRequests();
		const { results } = await node.methods.listSearch.searchAccounts.call(context(node, accounts));
		expect(results).toEqual([
			{ name: 'anna (anna@example.test)', value: 'anna' },
			{ name: 'bob@example.test', value: 'bob@example.test' },
		]);
		expect(server().control.requests()).toEqual([]);
	});

	it('offer the fields of the record, dates as text so that n8n does not move them into its own zone', async () => {
		const node = new ExchangeAppointment();
		const { fields } = await node.methods.resourceMapping.getRecordFields.call(context(node));
		expect(fields.find(({ id }) => id === 'start')).toMatchObject({ displayName: 'Start', type: 'string', removed: false });
		expect(fields.map(({ id }) => id)).toEqual(expect.arrayContaining(['subject', 'recurrence', 'participants', 'changeKey']));
	});
});
