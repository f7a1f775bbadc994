import type { IExecuteFunctions, ILoadOptionsFunctions, INodeListSearchResult, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { connectorSettings } from '../connection';
import { locatorValue } from './locator';

/** Parameter of the action nodes: whose mailbox. */
export const accountParameter: INodeProperties = {
	displayName: 'Account',
	name: 'account',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description:
		'Account of the other system, or address of the mailbox, as the credential lists it. Leave empty to take the field "account" (or "mailbox") of each input item, or else the only account of the credential.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'The item\'s own account',
			typeOptions: { searchListMethod: 'searchAccounts', searchable: true },
		},
		{
			displayName: 'By Name or Mailbox',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. anna or anna@example.com',
		},
	],
};

/** Account for one input item; undefined: the connector's only one. @throws SettingsError */
export function accountOfItem(functions: IExecuteFunctions, item: number): string | undefined {
	const chosen = locatorValue(functions.getNodeParameter('account', item, ''), 'Account');
	if (chosen !== '') return chosen;
	const json = functions.getInputData()[item]?.json;
	for (const own of [json?.['account'], json?.['mailbox']]) {
		// Tables have ids of accounts as numbers. An object is some other field of the builder's.
		const name = typeof own === 'string' || typeof own === 'number' ? String(own).trim() : '';
		if (name !== '') return name;
	}
	return undefined;
}

/** Accounts of the credential, for a list with search. Asks nothing of the server. */
export async function searchAccounts(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
	return { results: (await accountOptions(this)).filter(({ name }) => name.toLowerCase().includes((filter ?? '').toLowerCase())) };
}

/** Accounts of the credential, for a choice of several. Asks nothing of the server. */
export async function getAccounts(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await accountOptions(this);
}

async function accountOptions(functions: ILoadOptionsFunctions): Promise<Array<{ name: string; value: string }>> {
	const { accounts } = await connectorSettings(functions);
	return accounts.map(({ account, mailbox }) => ({ name: account === mailbox ? mailbox : `${account} (${mailbox})`, value: account }));
}
