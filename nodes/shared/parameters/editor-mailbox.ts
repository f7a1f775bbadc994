import type { ILoadOptionsFunctions } from 'n8n-workflow';

import type { Connector } from '../../../src/connector/Connector';
import type { Mailbox } from '../../../src/sync/mailbox';
import { withConnector } from '../connection';
import { nodeError } from '../errors/node-error';
import { locatorValue } from './locator';

/**
 * Lets a list of the editor look into the mailbox that the open node names: the chosen account's, else the first of the credential.
 *
 * @throws NodeApiError, NodeOperationError as n8n shows them below the list
 */
export async function withEditorMailbox<T>(functions: ILoadOptionsFunctions, use: (mailbox: Mailbox, connector: Connector) => Promise<T>): Promise<T> {
	try {
		return await withConnector(functions, async (connector) => {
			const account = locatorValue(functions.getCurrentNodeParameter('account'), 'Account') || firstText(functions.getCurrentNodeParameter('selectedAccounts'));
			return await use(await connector.mailbox(account || connector.accounts[0]?.account), connector);
		});
	} catch (error) {
		throw nodeError(error, { node: functions.getNode() });
	}
}

function firstText(value: unknown): string {
	const first: unknown = Array.isArray(value) ? value[0] : undefined;
	return typeof first === 'string' ? first : '';
}
