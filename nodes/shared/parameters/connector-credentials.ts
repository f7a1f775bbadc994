import type { INodeProperties } from 'n8n-workflow';

/** Credentials that describe a connector. */
export type ConnectorCredentialType = 'exchangeEwsBasicApi' | 'exchangeEwsOAuth2Api' | 'exchangeEwsAppOnlyApi';

/** Every {@link ConnectorCredentialType}, in the order in which they are offered. */
export const CONNECTOR_CREDENTIAL_TYPES: readonly ConnectorCredentialType[] = ['exchangeEwsBasicApi', 'exchangeEwsOAuth2Api', 'exchangeEwsAppOnlyApi'];

/** Whether a value of the parameter Authentication names a credential. */
export function isConnectorCredentialType(value: unknown): value is ConnectorCredentialType {
	return CONNECTOR_CREDENTIAL_TYPES.some((type) => type === value);
}

/** Parameter that chooses among the credentials. */
export const authenticationParameter: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Basic or NTLM', value: 'exchangeEwsBasicApi', description: 'User name and password, for Exchange on-premises' },
		{ name: 'OAuth2 (App-Only)', value: 'exchangeEwsAppOnlyApi', description: 'An application reaches many mailboxes of Exchange Online' },
		{ name: 'OAuth2 (Delegated)', value: 'exchangeEwsOAuth2Api', description: 'On behalf of a signed-in user of Exchange Online' },
	],
	default: 'exchangeEwsBasicApi',
	description: 'How to log on to Exchange: each way has a credential of its own',
};

/** Credential that decrypts S/MIME mails (rule `smime-pull`). */
export const smimeParameter: INodeProperties = {
	displayName: 'Decrypt S/MIME Emails',
	name: 'decryptSmime',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	description: 'Whether to decrypt encrypted emails with the certificates of a credential. Without it they arrive encrypted, with smime.p7m as attachment.',
};
