import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { testConnector } from '../shared/credential-test';
import { operationParameters } from '../shared/operations/operation-parameters';
import { runOperation } from '../shared/operations/run-operation';
import { searchAccounts } from '../shared/parameters/account-parameter';
import { authenticationParameter } from '../shared/parameters/connector-credentials';
import { folderSearch } from '../shared/parameters/folder-parameter';
import { itemSearch } from '../shared/parameters/item-locator';
import { ACTION_OUTPUTS } from '../shared/parameters/item-parameters';
import { recordFieldsMethod } from '../shared/parameters/record-fields';
import { appointmentOperations } from './operations';

/** Appointments: sync from another system, and the single operations on calendars. */
export class ExchangeAppointment implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Exchange Appointment',
		name: 'exchangeAppointment',
		icon: { light: 'file:../shared/icons/appointment.svg', dark: 'file:../shared/icons/appointment.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description: 'Sync, read and write appointments and series in Microsoft Exchange (EWS)',
		defaults: { name: 'Exchange Appointment' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: ACTION_OUTPUTS,
		credentials: [
			{ name: 'exchangeEwsBasicApi', required: true, displayOptions: { show: { authentication: ['exchangeEwsBasicApi'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeEwsOAuth2Api', required: true, displayOptions: { show: { authentication: ['exchangeEwsOAuth2Api'] } }, testedBy: 'testConnector' },
			{ name: 'exchangeEwsAppOnlyApi', required: true, displayOptions: { show: { authentication: ['exchangeEwsAppOnlyApi'] } }, testedBy: 'testConnector' },
		],
		properties: [authenticationParameter, ...operationParameters(appointmentOperations, 'sync')],
	};

	methods = {
		credentialTest: { testConnector },
		listSearch: { searchAccounts, searchFolders: folderSearch('appointment'), searchItems: itemSearch('appointment') },
		resourceMapping: { getRecordFields: recordFieldsMethod('appointment') },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, appointmentOperations);
	}
}
