import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Certificates that decrypt S/MIME mails (rule `smime-pull`). */
export class ExchangeSmimeApi implements ICredentialType {
	name = 'exchangeSmimeApi';

	displayName = 'Exchange S/MIME Certificate API';

	icon: Icon = { light: 'file:../nodes/shared/icons/certificate.svg', dark: 'file:../nodes/shared/icons/certificate.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-exchange-ews/n8n-nodes-exchange-ews#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Certificate (PKCS #12, Base64)',
			name: 'certificate',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			description: 'The .p12 or .pfx file with certificate and private key, as Base64 text. Leave empty only where More Certificates has all of them.',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Password of that file',
		},
		{
			displayName: 'More Certificates',
			name: 'otherFiles',
			type: 'json',
			typeOptions: { redactJsonLeaves: true, rows: 6 },
			default: '{}',
			placeholder: '{ "anna 2024": { "pkcs12": "MIIK…", "password": "…" } }',
			description:
				'Further certificates, for instance expired ones that old mails were encrypted for: an object with a name of your own as key and pkcs12 (Base64) and password as value. It is stored encrypted and shown without its values.',
		},
	];
}
