import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { cloudField } from './cloud-field';
import { accountFields, logonLimitFields, networkFields, serviceFields, syncFields } from './connector-fields';

const LOGIN_HOST =
	'$self["cloud"] === "china" ? "https://login.partner.microsoftonline.cn" : $self["cloud"] === "gccHigh" || $self["cloud"] === "dod" ? "https://login.microsoftonline.us" : "https://login.microsoftonline.com"';

const EWS_RESOURCE =
	'$self["ownResource"] || ($self["cloud"] === "china" ? "https://partner.outlook.cn" : $self["cloud"] === "gccHigh" ? "https://outlook.office365.us" : $self["cloud"] === "dod" ? "https://outlook-dod.office365.us" : "https://outlook.office365.com")';

/** A connector on behalf of a signed-in user; n8n keeps and renews the token (rule `connector-authentication`). */
export class ExchangeEwsOAuth2Api implements ICredentialType {
	name = 'exchangeEwsOAuth2Api';

	extends = ['microsoftOAuth2Api'];

	displayName = 'Exchange EWS OAuth2 API';

	icon: Icon = { light: 'file:../nodes/shared/icons/connector.svg', dark: 'file:../nodes/shared/icons/connector.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-exchange-ews/n8n-nodes-exchange-ews#credentials';

	properties: INodeProperties[] = [
		{
			displayName:
				'For Exchange Online and hybrid Exchange. Microsoft blocks EWS in Exchange Online from October 2026 unless the tenant allows the application, and ends it on 1 April 2027.',
			name: 'exchangeOnlineNotice',
			type: 'notice',
			default: '',
		},
		cloudField,
		{
			displayName: 'Tenant',
			name: 'tenant',
			type: 'string',
			default: 'organizations',
			placeholder: 'e.g. example.onmicrosoft.com or the tenant ID',
			description: 'Directory (tenant) of your organization. An application registered for a single tenant needs its name or ID.',
		},
		{
			displayName: 'Resource',
			// Not "resource": a field of this name n8n sends to the token endpoint, which refuses it beside a scope.
			name: 'ownResource',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://mail.example.com',
			description:
				'Only for Hybrid Modern Authentication: address of your own Exchange server as it is registered in Entra. Leave empty for Exchange Online.',
		},
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			default: `={{ ${LOGIN_HOST} }}/{{ $self["tenant"] || "organizations" }}/oauth2/v2.0/authorize`,
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			default: `={{ ${LOGIN_HOST} }}/{{ $self["tenant"] || "organizations" }}/oauth2/v2.0/token`,
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: `={{ ${EWS_RESOURCE} }}/EWS.AccessAsUser.All offline_access`,
		},
		{
			displayName: 'Microsoft Graph API Base URL',
			name: 'graphApiBaseUrl',
			type: 'hidden',
			default: '',
		},
		...serviceFields('https://outlook.office365.com/EWS/Exchange.asmx'),
		...accountFields('own', 'withMailbox'),
		...syncFields,
		...logonLimitFields,
		...networkFields,
	];
}
