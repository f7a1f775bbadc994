import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { testConnector, testSmimeCertificate } from '../shared/credential-test';
import { operationParameters } from '../shared/operations/operation-parameters';
import { runOperation } from '../shared/operations/run-operation';
import { searchAccounts } from '../shared/parameters/account-parameter';
import { authenticationParameter, smimeParameter } from '../shared/parameters/connector-credentials';
import { folderSearch } from '../shared/parameters/folder-parameter';
import { itemSearch } from '../shared/parameters/item-locator';
import { ACTION_OUTPUTS } from '../shared/parameters/item-parameters';
import { recordFieldsMethod } from '../shared/parameters/record-fields';
import { emailOperations } from './operations';

/** Emails: sync from another system, and the single operations on mails. */
export class ExchangeEmail implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Exchange Email',
		name: 'exchangeEmail',
		icon: { light: 'file:../shared/icons/email.svg', dark: 'file:../shared/icons/email.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description: 'Sync, read, send and file emails in Microsoft Exchange (EWS)',
		defaults: { name: 'Exchange Email' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: ACTION_OUTPUTS,
		credentials: [
			{ name: 'exchangeEwsBasicApi', required: true, displayOptions: { show: { authentication: ['exchangeEwsBasicApi'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeEwsOAuth2Api', required: true, displayOptions: { show: { authentication: ['exchangeEwsOAuth2Api'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeEwsAppOnlyApi', required: true, displayOptions: { show: { authentication: ['exchangeEwsAppOnlyApi'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeSmimeApi', required: true, displayOptions: { show: { '/decryptSmime': [true] } }, testedBy: 'testSmimeCertificate' },
		],
		properties: [authenticationParameter, ...operationParameters(emailOperations, 'sync'), { ...smimeParameter, displayOptions: { show: { operation: ['get', 'getMany', 'getAttachments'] } } }],
	};

	methods = {
		credentialTest: { testConnector, testSmimeCertificate },
		listSearch: { searchAccounts, searchFolders: folderSearch('email'), searchItems: itemSearch('email') },
		resourceMapping: { getRecordFields: recordFieldsMethod('email') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, emailOperations);
	}
}
