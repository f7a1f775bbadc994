/** Executions of one credential that log on at the same moment. */
import { expect, it } from 'vitest';

import { openConnector } from '../../../src/connector/open-connector.ts';
import { INBOX, USUAL_PULL, usualSettings } from '../../usual-connector.mts';
import { openedByTests } from './opened.mts';
import { startScriptedServer } from './scripted-server.mts';

const opened = openedByTests();

it('logon-limit: one refusal counts once, however many executions stood behind it', async () => {
	const server = await startScriptedServer(() => (response) => {
		setTimeout(() => response.writeHead(401, { 'www-authenticate': 'Basic' }).end(), 200);
	});
	opened.push(server);
	const options = { ...USUAL_PULL, watches: [INBOX], now: Date.now };
	const connectors = Array.from({ length: 4 }, () => openConnector(usualSettings(server.url, { user: 'anna@localhost', password: 'wrong' })));
	const [later, ...atOnce] = connectors;
	const results = await Promise.all(atOnce.map(async (connector) => await connector.pull(undefined, options)));
	expect(results.map(({ failedAccounts }) => failedAccounts[0]?.fault.reason)).toEqual(['logonRefused', 'logonRefused', 'logonRefused']);
	expect(server.requests).toHaveLength(1);
	// Not paused: it is tried once more.
	const result = await later?.pull(undefined, options);
	expect(result?.failedAccounts[0]?.fault).toMatchObject({ reason: 'logonRefused', httpStatus: 401 });
	expect(server.requests).toHaveLength(2);
	await Promise.all(connectors.map(async (connector) => await connector.close()));
});
