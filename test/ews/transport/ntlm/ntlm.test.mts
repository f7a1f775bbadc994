import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { ConnectionSettings } from '../../../../src/ews/transport/connection-settings.ts';
import type { PasswordLogin } from '../../../../src/ews/transport/basic-authenticator.ts';
import { hashOfCertificate } from '../../../../src/ews/transport/ntlm/channel-binding.ts';
import { md4 } from '../../../../src/ews/transport/ntlm/md4.ts';
import { readChallengeMessage } from '../../../../src/ews/transport/ntlm/ntlm-messages.ts';
import { ntlmAuthenticator, ntlmIdentity } from '../../../../src/ews/transport/ntlm/ntlm-authenticator.ts';
import { ntlmV2Responses, responseKey } from '../../../../src/ews/transport/ntlm/ntlm-v2.ts';
import { serverCertificate, testCa } from '../certificates.mts';
import { startConnectProxy } from '../connect-proxy.mts';
import { openedByTests } from '../opened.mts';
import { itemResponse, responses } from '../scripted-server.mts';
import { connect, subjectOf } from '../test-connection.mts';
import { startNtlmServer, type NtlmServer, type NtlmServerOptions } from './ntlm-server.mts';

const opened = openedByTests();

const answer = responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>'));
const anna: PasswordLogin = { user: 'anna', domain: 'CORP', password: 'Password' };

async function serve(options: NtlmServerOptions = {}): Promise<NtlmServer> {
	const server = await startNtlmServer(answer, options);
	opened.push(server);
	return server;
}

function connectAs(server: NtlmServer, login: PasswordLogin = anna, settings: Partial<ConnectionSettings> = {}) {
	const made = connect(server.url, { authenticator: ntlmAuthenticator(login), tls: { ca: testCa }, ...settings });
	opened.push(made.connection);
	return made;
}

describe('the test vectors', () => {
	it.each([
		['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
		['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
		['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
		['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 'e33b4ddc9c38f2199c3e7b164fcc0536'],
	])('RFC 1320: MD4 of "%s"', (text, digest) => expect(md4(Buffer.from(text)).toString('hex')).toBe(digest));

	it('a user name is taken in capitals as Windows has them, one character for one', () => {
		const key = (user: string): string => responseKey({ user, domain: 'Domain', password: 'Password' }).toString('hex');
		expect(key('jörg')).toBe(key('JÖRG'));
		expect(key('weiß')).toBe(key('WEIß'));
		expect(key('weiß')).not.toBe(key('WEISS'));
	});

	it('[MS-NLMP] 4.2.4: NTLMv2', () => {
		const key = responseKey({ user: 'User', domain: 'Domain', password: 'Password' });
		expect(key.toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
		const targetInfo = Buffer.from('02000c0044006f006d00610069006e0001000c005300650072007600650072000000000000', 'hex').subarray(0, 36);
		const { nt, lm, sessionBaseKey } = ntlmV2Responses(key, Buffer.from('0123456789abcdef', 'hex'), Buffer.alloc(8, 0xaa), Buffer.alloc(8), targetInfo, false);
		expect(nt.subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
		expect(lm.toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
		expect(sessionBaseKey.toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
	});
});

describe('a logon by NTLM', () => {
	it.each<[string, NtlmServerOptions]>([
		['over TLS with Extended Protection', { tls: true }],
		['without TLS', {}],
		['to a server that does not give its time', { time: false }],
		['among other offers', { offers: 'Negotiate, NTLM, Basic realm="a, b"' }],
		['where only Negotiate is offered', { scheme: 'Negotiate' }],
	])('works %s', async (_how, options) => {
		const server = await serve(options);
		expect(await subjectOf(connectAs(server).anna)).toBe('Hello');
		expect(server.logons).toEqual([{ connection: 1, user: 'anna', domain: 'CORP', accepted: true, reason: '' }]);
	});

	it('works for a user whose name has no capitals of one character each', async () => {
		const server = await serve();
		expect(await subjectOf(connectAs(server, { ...anna, user: 'weiß' }).anna)).toBe('Hello');
	});

	it('costs two round trips for a connection, not for a request', async () => {
		const server = await serve({ tls: true });
		const { anna: mailbox } = connectAs(server);
		for (let count = 0; count < 5; count++) await subjectOf(mailbox);
		expect(server.requests.map((request) => [request.connection, request.headers.authorization?.split(' ')[0], request.body !== ''])).toEqual([
			[1, 'NTLM', false],
			[1, 'NTLM', true],
			...Array.from({ length: 4 }, () => [1, undefined, true]),
		]);
	});

	it('is done anew on a new connection when the server closed the old one', async () => {
		const server = await serve({ tls: true, requestsPerConnection: 2 });
		const { anna: mailbox } = connectAs(server);
		for (let count = 0; count < 6; count++) expect(await subjectOf(mailbox)).toBe('Hello');
		expect(server.logons.every((logon) => logon.accepted)).toBe(true);
		expect(server.logons).toHaveLength(3);
	});

	it('never lets two users meet on a connection', async () => {
		const server = await serve({ tls: true });
		const first = connectAs(server);
		const second = connectAs(server, { user: 'ben', domain: 'CORP', password: 'Password' });
		await Promise.all([...Array.from({ length: 8 }, async () => await subjectOf(first.anna)), ...Array.from({ length: 8 }, async () => await subjectOf(second.anna))]);
		const usersByConnection = new Map<number, Set<string>>();
		for (const { connection, user } of server.logons) usersByConnection.set(connection, (usersByConnection.get(connection) ?? new Set()).add(user));
		expect([...usersByConnection.values()].every((users) => users.size === 1)).toBe(true);
		expect(new Set(server.logons.map((logon) => logon.user))).toEqual(new Set(['anna', 'ben']));
		expect(server.logons.length).toBeLessThanOrEqual(8);
	});

	it('with a wrong password is refused after one proof', async () => {
		const server = await serve({ tls: true });
		await expect(subjectOf(connectAs(server, { ...anna, password: 'guess' }).anna)).rejects.toMatchObject({ reason: 'logonRefused', httpStatus: 401 });
		expect(server.logons).toMatchObject([{ accepted: false, reason: 'wrong password' }]);
		expect(server.requests).toHaveLength(2);
	});

	it('is not tried where it is not offered', async () => {
		const server = await serve({ offers: 'Basic realm="x"', scheme: 'Negotiate' });
		await expect(subjectOf(connectAs(server).anna)).rejects.toMatchObject({ reason: 'logonRefused' });
		expect(server.requests).toHaveLength(1);
	});

	it('works through a proxy, with the certificate of the server bound', async () => {
		const server = await serve({ tls: true });
		const proxy = await startConnectProxy();
		opened.push(proxy);
		const { anna: mailbox } = connectAs(server, anna, { proxy: { use: 'explicit', url: proxy.url } });
		expect([await subjectOf(mailbox), await subjectOf(mailbox)]).toEqual(['Hello', 'Hello']);
		expect(proxy.tunnels).toHaveLength(1);
		expect(server.logons).toMatchObject([{ accepted: true }]);
	});

	it('is refused for Exchange Online before anything is sent', async () => {
		const { connection, anna: mailbox } = connect('https://outlook.office365.com/EWS/Exchange.asmx', { authenticator: ntlmAuthenticator(anna) });
		opened.push(connection);
		await expect(subjectOf(mailbox)).rejects.toMatchObject({ code: 'PasswordForExchangeOnline' });
	});
});

describe('names and numbers', () => {
	it.each([
		[{ user: 'CORP\\anna', domain: 'X', password: '' }, { user: 'anna', domain: 'CORP' }],
		[{ user: 'anna@corp.test', domain: 'X', password: '' }, { user: 'anna@corp.test', domain: '' }],
		[{ user: 'anna', domain: 'X', password: '' }, { user: 'anna', domain: 'X' }],
		[{ user: 'anna', password: '' }, { user: 'anna', domain: '' }],
	])('connector-domain: %j', (login, identity) => expect(ntlmIdentity(login)).toMatchObject(identity));

	it('the hash of a channel binding is that of the certificate’s signature', () => {
		expect(hashOfCertificate(new X509Certificate(serverCertificate).raw)).toBe('sha256');
		// SEQUENCE { SEQUENCE {}, SEQUENCE { OID, NULL } }
		const signedBy = (oid: string): Buffer => {
			const identifier = Buffer.from(oid, 'hex');
			const algorithm = Buffer.concat([Buffer.from([0x30, identifier.length + 4, 0x06, identifier.length]), identifier, Buffer.from([5, 0])]);
			return Buffer.concat([Buffer.from([0x30, algorithm.length + 2, 0x30, 0]), algorithm]);
		};
		expect(hashOfCertificate(signedBy('2a864886f70d01010c'))).toBe('sha384');
		expect(hashOfCertificate(signedBy('2a8648ce3d040304'))).toBe('sha512');
		expect(hashOfCertificate(signedBy('2a864886f70d010105'))).toBe('sha256');
	});

	it('what is no challenge is not taken for one', () => {
		expect(readChallengeMessage(Buffer.alloc(0))).toBeUndefined();
		expect(readChallengeMessage(Buffer.from('NTLMSSP\0\x03\0\0\0'.padEnd(64, '\0'), 'latin1'))).toBeUndefined();
		expect(readChallengeMessage(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' }))).toBeUndefined();
	});
});
