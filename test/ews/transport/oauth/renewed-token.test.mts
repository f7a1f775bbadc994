import { expect, it } from 'vitest';

import { appOnlyTokens } from '../../../../src/ews/transport/oauth/app-only-tokens.ts';
import { bearerAuthenticator } from '../../../../src/ews/transport/oauth/bearer-authenticator.ts';
import { testCa } from '../certificates.mts';
import { openedByTests } from '../opened.mts';
import { itemResponse, responses, startScriptedServer } from '../scripted-server.mts';
import { connect, subjectOf } from '../test-connection.mts';

const opened = openedByTests();
const TENANT = '11111111-2222-3333-4444-555555555555';
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (n: number): string => `${part({ alg: 'RS256' })}.${part({ aud: 'https://outlook.office365.com', tid: TENANT, exp: Math.floor(Date.now() / 1000) + 3600, n })}.sig`;

it('a token that was revoked and cannot be renewed for a passing reason is no refused logon, however often it is asked for', async () => {
	let asked = 0;
	const entra = await startScriptedServer(() => (++asked === 2 ? { status: 503 } : { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token_type: 'Bearer', expires_in: 3600, access_token: jwt(asked) }) }), { tls: true });
	const ews = await startScriptedServer((request) => (request.headers.authorization === `Bearer ${revoked}` ? { status: 401 } : { body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>x</t:Subject>')) }), { tls: true });
	opened.push(entra, ews);
	const source = appOnlyTokens({ tenant: TENANT, clientId: 'renewed', proof: { kind: 'secret', secret: 's' }, cloud: 'global', loginHost: `localhost:${entra.port}`, tls: { ca: testCa } });
	const revoked = await source.accessToken(false, undefined);
	const { connection, anna } = connect(ews.url, { tls: { ca: testCa }, authenticator: bearerAuthenticator(source, ews.url, 'me') });
	opened.push(connection);
	for (let times = 0; times < 3; times++) await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'unavailable', retry: { can: true } });
});
