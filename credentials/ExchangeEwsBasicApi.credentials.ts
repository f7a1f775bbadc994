import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { accountFields, logonLimitFields, networkFields, serviceFields, syncFields } from './connector-fields';

/** A connector to an Exchange server on-premises, by user name and password (rules `connector-authentication`, `connector-domain`). */
export class ExchangeEwsBasicApi implements ICredentialType {
	name = 'exchangeEwsBasicApi';

	displayName = 'Exchange EWS Basic API';

	icon: Icon = { light: 'file:../nodes/shared/icons/connector.svg', dark: 'file:../nodes/shared/icons/connector.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-exchange-ews/n8n-nodes-exchange-ews#credentials';

	properties: INodeProperties[] = [
		{
			displayName:
				'For Exchange servers on-premises. Exchange Online refuses user name and password: use the OAuth2 or the App-Only credential for it.',
			name: 'onPremisesNotice',
			type: 'notice',
			default: '',
		},
		...serviceFields(''),
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'Basic', value: 'basic', description: 'User name and password with every request, over https' },
				{ name: 'NTLM', value: 'ntlm', description: 'Windows authentication: the password itself is not sent' },
			],
			default: 'ntlm',
			description: 'How the server wants the logon. Exchange offers NTLM by default.',
		},
		{
			displayName: 'Domain',
			name: 'domain',
			type: 'string',
			default: '',
			placeholder: 'e.g. EXAMPLE',
			description: 'Windows domain, put in front of a bare user name. Not needed with DOMAIN\\user or user@example.com.',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			placeholder: 'e.g. EXAMPLE\\svc-n8n or anna@example.com',
			description: 'User name of the login. Leave empty only where every mailbox has its own under Logins of Single Mailboxes.',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Password of the login. Not needed without a user.',
		},
		...accountFields('own', 'withMailbox'),
		{
			displayName: 'Logins of Single Mailboxes',
			name: 'mailboxLogins',
			type: 'json',
			typeOptions: { redactJsonLeaves: true, rows: 6 },
			default: '{}',
			placeholder: '{ "anna@example.com": { "user": "EXAMPLE\\\\anna", "password": "…" } }',
			description:
				'Only where each mailbox has a login of its own: an object with the address of the mailbox as key and user, password and (optionally) domain as value. It is stored encrypted and shown without its values.',
		},
		...syncFields,
		...logonLimitFields,
		...networkFields,
	];
}
