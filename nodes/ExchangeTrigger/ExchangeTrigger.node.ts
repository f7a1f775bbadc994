import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';

import { testConnector, testSmimeCertificate } from '../shared/credential-test';
import { getAccounts } from '../shared/parameters/account-parameter';
import { folderSearch } from '../shared/parameters/folder-parameter';
import { poll } from './poll';
import { TRIGGER_OUTPUTS, triggerParameters } from './trigger-parameters';

/** Starts a workflow with what changed in Exchange: emails, appointments and tasks of any number of mailboxes. */
export class ExchangeTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Exchange Trigger',
		name: 'exchangeTrigger',
		icon: { light: 'file:../shared/icons/trigger.svg', dark: 'file:../shared/icons/trigger.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["kinds"].join(", ") }}',
		description: 'Starts the workflow when emails, appointments or tasks change in Microsoft Exchange (EWS)',
		eventTriggerDescription: 'Waiting for changes in Exchange',
		defaults: { name: 'Exchange Trigger' },
		polling: true,
		inputs: [],
		outputs: TRIGGER_OUTPUTS,
		credentials: [
			{ name: 'exchangeEwsBasicApi', required: true, displayOptions: { show: { authentication: ['exchangeEwsBasicApi'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeEwsOAuth2Api', required: true, displayOptions: { show: { authentication: ['exchangeEwsOAuth2Api'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeEwsAppOnlyApi', required: true, displayOptions: { show: { authentication: ['exchangeEwsAppOnlyApi'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeSmimeApi', required: true, displayOptions: { show: { '/decryptSmime': [true] } }, testedBy: 'testSmimeCertificate' },
		],
		properties: triggerParameters,
	};

	methods = {
		credentialTest: { testConnector, testSmimeCertificate },
		loadOptions: { getAccounts },
		listSearch: { searchEmailFolders: folderSearch('email'), searchCalendars: folderSearch('appointment'), searchTaskFolders: folderSearch('task') },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
