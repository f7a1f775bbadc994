import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Where the service is and whether the connector is in use (rules `connector-url`, `connector-inactive`). */
export function serviceFields(defaultUrl: string): INodeProperties[] {
	return [
		{
			displayName: 'Active',
			name: 'active',
			type: 'boolean',
			default: true,
			description:
				'Whether this credential is in use. Switched off, triggers poll nothing and actions skip every item; nothing that happens meanwhile is lost.',
		},
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: defaultUrl,
			placeholder: 'https://mail.example.com/EWS/Exchange.asmx',
			description:
				'Address of the EWS service. A bare host name gets https and /EWS/Exchange.asmx. Leave empty to find it by Autodiscover.',
		},
	];
}

/**
 * Accounts and how their mailboxes are reached (rule `account-one-to-one`).
 *
 * @param login whether whoever logs on has a mailbox: an application has none, so its accounts have to be listed
 */
export function accountFields(defaultAccess: 'own' | 'delegate' | 'impersonation', login: 'withMailbox' | 'withoutMailbox'): INodeProperties[] {
	return [
		{ displayName: 'Mailbox Access', name: 'access', type: 'options', options: accessOptions, default: defaultAccess, description: 'How the mailboxes of the accounts are reached' },
		{
			displayName: 'Accounts',
			name: 'accounts',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Account' },
			placeholder: 'Add Account',
			default: {},
			...(login === 'withoutMailbox' ? { required: true } : {}),
			description: `Which account of the other system belongs to which mailbox, one to one. ${login === 'withoutMailbox' ? 'List at least one: an application has no mailbox of its own.' : 'Leave empty to use the one mailbox of the login.'}`,
			options: [{ displayName: 'Account', name: 'links', values: linkFields }],
		},
	];
}

const accessOptions: INodePropertyOptions[] = [
	{ name: 'Own Mailbox of the Login', value: 'own', description: 'Each mailbox is reached with its own login' },
	{ name: 'Delegate (Full Access)', value: 'delegate', description: 'The login has full access to the mailboxes listed below' },
	{ name: 'Impersonation', value: 'impersonation', description: 'The login has the role ApplicationImpersonation (on-premises), or the application its own permission' },
];

/** One account and its mailbox. */
const linkFields: INodeProperties[] = [
	{
		displayName: 'Account of the Other System',
		name: 'account',
		type: 'string',
		default: '',
		placeholder: 'e.g. anna',
		description: 'Name or ID of the account in the other system. Leave empty to use the address of the mailbox.',
	},
	{
		displayName: 'Mailbox',
		name: 'mailbox',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. anna@example.com',
		description: 'Email address (SMTP) of the mailbox in Exchange',
	},
];

/** How records are read and written (rules `time-zone`, `read-receipts`). */
export const syncFields: INodeProperties[] = [
	{
		displayName: 'Name of the Other System in Stamps',
		name: 'connectorId',
		type: 'string',
		default: 'n8n',
		description:
			'Stands in the stamp that Sync leaves on an item in Exchange. Use another name for each other system that syncs with the same mailboxes, and never change it afterwards.',
	},
	{
		displayName: 'Time Zone',
		name: 'timeZone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Zurich',
		description:
			'Zone in which times without a zone are read, as an IANA name. Leave empty to use the time zone of the workflow.',
	},
	{
		displayName: 'Read Receipts Requested By',
		name: 'readReceiptsRequestedBy',
		type: 'options',
		options: [
			{ name: 'Exchange', value: 'exchange', description: 'Sync and Send never ask for a read receipt' },
			{
				name: 'Other System',
				value: 'otherSystem',
				description: 'Sync and Send ask for a read receipt where the record says so',
			},
		],
		default: 'otherSystem',
		description: 'Which side requests read receipts. If both did, they would be requested twice.',
	},
];

/** How the server is reached: TLS, proxy and time limit. */
export const networkFields: INodeProperties[] = [
	{
		displayName: 'Trusted Certificates (PEM)',
		name: 'trustedCa',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: '-----BEGIN CERTIFICATE-----',
		description: 'Certificates of your own authority, trusted besides the well-known ones',
	},
	{
		displayName: 'Ignore Certificate Errors (Insecure)',
		name: 'ignoreCertificate',
		type: 'boolean',
		default: false,
		description:
			'Whether to accept any certificate, and to send a password by Basic to an http address, too. Anybody on the way to the server can then read passwords and mails: use Trusted Certificates instead.',
	},
	{
		displayName: 'Proxy',
		name: 'proxyUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. http://proxy.example.com:3128',
		description:
			'HTTP or HTTPS proxy to reach the server through. The variables HTTPS_PROXY and NO_PROXY of the environment are not read: enter the proxy here.',
	},
	{
		displayName: 'Proxy User',
		name: 'proxyUser',
		type: 'string',
		default: '',
		description: 'User name for the proxy, where it asks for one',
	},
	{
		displayName: 'Proxy Password',
		name: 'proxyPassword',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'Password for the proxy, where it asks for one',
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 5, maxValue: 600 },
		default: 120,
		description: 'How long to wait for an answer of the server',
	},
];

/** When an account pauses after refused logons (rule `logon-limit`). */
export const logonLimitFields: INodeProperties[] = [
	{
		displayName: 'Failed Logons Before a Pause',
		name: 'maxFailedLogonAttempts',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10 },
		default: 3,
		description: 'After so many refused logons in a row the account pauses, so that the directory does not lock it (1 to 10)',
	},
	{
		displayName: 'Pause (Minutes)',
		name: 'logonPauseMinutes',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 1440 },
		default: 60,
		description: 'How long the account pauses then. A changed credential ends the pause at once.',
	},
];
