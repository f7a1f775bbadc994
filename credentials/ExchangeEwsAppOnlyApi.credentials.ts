import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField } from './cloud-field';
import { accountFields, logonLimitFields, networkFields, serviceFields, syncFields } from './connector-fields';

/** A connector as an application, without a signed-in user (rule `connector-authentication`). */
export class ExchangeEwsAppOnlyApi implements ICredentialType {
	name = 'exchangeEwsAppOnlyApi';

	displayName = 'Exchange EWS App-Only API';

	icon: Icon = { light: 'file:../nodes/shared/icons/connector.svg', dark: 'file:../nodes/shared/icons/connector.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-exchange-ews/n8n-nodes-exchange-ews#credentials';

	properties: INodeProperties[] = [
		{
			displayName:
				'For many mailboxes of Exchange Online behind one application with the permission full_access_as_app. Microsoft blocks EWS in Exchange Online from October 2026 unless the tenant allows the application, and ends it on 1 April 2027.',
			name: 'exchangeOnlineNotice',
			type: 'notice',
			default: '',
		},
		cloudField,
		{
			displayName: 'Tenant ID',
			name: 'tenantId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 11111111-2222-3333-4444-555555555555 or example.onmicrosoft.com',
			description: 'Directory (tenant) ID of your organization',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description: 'Application (client) ID of the app registration',
		},
		{
			displayName: 'Proof',
			name: 'proof',
			type: 'options',
			options: [
				{ name: 'Certificate', value: 'certificate' },
				{ name: 'Client Secret', value: 'secret' },
			],
			default: 'secret',
			description: 'What the application proves itself with',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			displayOptions: { show: { proof: ['secret'] } },
			description: 'Value (not the ID) of the client secret',
		},
		{
			displayName: 'Private Key (PEM)',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			required: true,
			displayOptions: { show: { proof: ['certificate'] } },
			placeholder: '-----BEGIN PRIVATE KEY-----',
			description: 'Private key of the certificate, PEM encoded and without a password',
		},
		{
			displayName: 'Certificate (PEM)',
			name: 'certificate',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			required: true,
			displayOptions: { show: { proof: ['certificate'] } },
			placeholder: '-----BEGIN CERTIFICATE-----',
			description: 'The certificate uploaded to the app registration, PEM encoded',
		},
		{
			displayName: 'Resource',
			name: 'ownResource',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://mail.example.com',
			description: 'Only for Hybrid Modern Authentication: address of your own Exchange server as it is registered in Entra',
		},
		{
			displayName: 'Login Authority',
			name: 'authority',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://login.microsoftonline.com/example.onmicrosoft.com',
			description: 'Only for clouds that are not in the list: the address that hands out tokens',
		},
		...serviceFields('https://outlook.office365.com/EWS/Exchange.asmx'),
		...accountFields('impersonation', 'withoutMailbox'),
		...syncFields,
		...logonLimitFields,
		...networkFields,
	];
}
