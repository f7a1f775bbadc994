import type { IAllExecuteFunctions, IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

import type { Connector } from '../../src/connector/Connector';
import type { ConnectorSettings } from '../../src/connector/connector-settings';
import type { ConnectorOptions } from '../../src/connector/open-connector';
import { accessTokenSource } from './access-token';
import type { ConnectorCredentialType } from './parameters/connector-credentials';
import { isConnectorCredentialType } from './parameters/connector-credentials';
import { settingsFromCredential } from './settings/settings-from-credential';

/** Where a node may need its connector. */
export type ConnectingFunctions = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

/** The connector's settings from the credential that the node names. @throws SettingsError, and n8n's own error when the credential is missing */
export async function connectorSettings(functions: ConnectingFunctions): Promise<ConnectorSettings> {
	const type = credentialType(functions);
	const data = await functions.getCredentials(type);
	const smime = wantsSmime(functions) ? await functions.getCredentials('exchangeSmimeApi') : undefined;
	return settingsFromCredential({
		type,
		name: functions.getNode().credentials?.[type]?.name ?? type,
		identity: functions.getNode().credentials?.[type]?.id ?? type,
		data,
		...(smime === undefined ? {} : { smime }),
		workflowTimeZone: functions.getTimezone(),
		accessToken: accessTokenSource(functions as IAllExecuteFunctions, type),
	});
}

/** Opens the connector. The EWS library is loaded here and not before: an n8n that only lists the nodes pays nothing for it. */
export async function openConnection(settings: ConnectorSettings, options: ConnectorOptions = {}): Promise<Connector> {
	const { openConnector } = await import('../../src/connector/open-connector');
	const connector = openConnector(settings, options);
	// A sign-in that is missing or revoked concerns all items at once.
	await connector.signIn();
	return connector;
}

/** Opens the connector of a node for as long as `use` runs. */
export async function withConnector<T>(functions: ConnectingFunctions, use: (connector: Connector) => Promise<T>): Promise<T> {
	const connector = await openConnection(await connectorSettings(functions));
	try {
		return await use(connector);
	} finally {
		await connector.close();
	}
}

function credentialType(functions: ConnectingFunctions): ConnectorCredentialType {
	const chosen = parameter(functions, 'authentication');
	return isConnectorCredentialType(chosen) ? chosen : 'exchangeEwsBasicApi';
}

function wantsSmime(functions: ConnectingFunctions): boolean {
	return parameter(functions, 'decryptSmime') === true && functions.getNode().credentials?.['exchangeSmimeApi'] !== undefined;
}

/** Both parameters allow no expressions; in the editor the node is not saved yet, so its current state counts. */
function parameter(functions: ConnectingFunctions, name: string): unknown {
	return 'getCurrentNodeParameter' in functions ? functions.getCurrentNodeParameter(name) : functions.getNode().parameters[name];
}
