import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { channelBinding } from './end-point-binding.mts';
import { md4 } from './md4.mts';
import { OneConnection } from './ntlm-client.mts';
import { passwordKey, proofOf, sessionKey } from './ntlm-proof.mts';
import { rc4 } from './rc4.mts';
import type { SecuredExchange, SecuredExchangeOptions } from './startSecuredExchange.mts';
import { startSecuredExchange } from './startSecuredExchange.mts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const ANNA = { user: 'anna', domain: 'EXAMPLE', password: 'Anna-s3cret' };
const BERT = { user: 'bert', domain: 'EXAMPLE', password: 'Bert-s3cret' };

describe('cryptography of [MS-NLMP] 4.2', () => {
	it.each([
		['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
		['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
		['message digest', 'd9130a8164549fe818874806e1c7014b'],
		['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 'e33b4ddc9c38f2199c3e7b164fcc0536'],
	])('MD4 of %j (RFC 1320 A.5)', (text, digest) => {
		expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
	});

	it('NTOWFv1 of the password (4.2.2.1.2)', () => {
		expect(md4(Buffer.from('Password', 'utf16le')).toString('hex')).toBe('a4f49c406510bdcab6824ee7c30fd852');
	});

	it('NTOWFv2, NTProofStr, session key and wrapped key (4.2.4)', () => {
		const key = passwordKey('Password', 'User', 'Domain');
		expect(key.toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
		const blob = hex('01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000');
		const proof = proofOf(key, hex('0123456789abcdef'), blob);
		expect(proof.toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
		const base = sessionKey(key, proof, undefined);
		expect(base.toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
		expect(rc4(base, Buffer.alloc(16, 0x55)).toString('hex')).toBe('c5dad2544fc9799094ce1ce90bc9d03e');
		expect(sessionKey(key, proof, hex('c5dad2544fc9799094ce1ce90bc9d03e')).toString('hex')).toBe('55'.repeat(16));
	});
});

describe('NTLM logons', () => {
	const closing: Array<() => unknown> = [];
	afterEach(async () => {
		for (const close of closing.splice(0).reverse()) await close();
	});

	async function start(options: Partial<SecuredExchangeOptions> = {}): Promise<{ server: SecuredExchange; connection: () => OneConnection }> {
		const server = await startSecuredExchange({
			users: [
				{ address: 'anna@example.test', password: ANNA.password, logonNames: ['EXAMPLE\\anna'] },
				{ address: 'bert@example.test', password: BERT.password, logonNames: ['EXAMPLE\\bert'] },
			],
			...options,
		});
		closing.push(() => server.close());
		return {
			server,
			connection: () => {
				const made = new OneConnection(server.url, server.certificate);
				closing.push(() => made.close());
				return made;
			},
		};
	}

	it('are offered as Negotiate and NTLM before Basic', async () => {
		const { connection } = await start();
		const { status, challenges } = await connection().send(undefined);
		expect([status, ...challenges.map((each) => each.split(' ')[0])]).toEqual([401, 'Negotiate', 'NTLM', 'Basic', 'Bearer']);
	});

	it.each(['NTLM', 'Negotiate'])('log a connection on, not a request: %s', async (scheme) => {
		const { server, connection } = await start();
		const anna = connection();
		expect(await anna.logOn(ANNA, {}, scheme)).toBe(200);
		expect((await anna.send(undefined)).status).toBe(200);
		expect((await connection().send(undefined)).status).toBe(401);
		expect(server.control.requests().map(({ user, status }) => [user, status])).toEqual([
			[undefined, 401],
			['anna@example.test', 200],
			['anna@example.test', 200],
			[undefined, 401],
		]);
	});

	it('take the session key that a client wraps', async () => {
		const { connection } = await start();
		expect(await connection().logOn(ANNA, { keyExchange: true })).toBe(200);
		expect(await connection().logOn(ANNA, { keyExchange: true, wrongMic: true })).toBe(401);
	});

	it.each([
		['a wrong password', { ...ANNA, password: 'anna-s3cret' }, {}, 'wrong password'],
		['an unknown user', { ...ANNA, user: 'nobody' }, {}, 'no such user'],
		['another domain', { ...ANNA, domain: 'OTHER' }, {}, 'no such user'],
		['NTLMv1', ANNA, { version1: true }, 'NTLMv1 is not accepted'],
		['no integrity code', ANNA, { withoutMic: true }, 'no message integrity code'],
		['a wrong integrity code', ANNA, { wrongMic: true }, 'wrong message integrity code'],
	])('refuse %s', async (_what, login, mistakes, reason) => {
		const { server, connection } = await start();
		expect(await connection().logOn(login, mistakes)).toBe(401);
		expect(server.ntlm.handshakes.at(-1)).toMatchObject({ step: 'refused', reason });
	});

	it('never have two users on one connection', async () => {
		const { server, connection } = await start();
		const one = connection();
		expect(await one.logOn(ANNA)).toBe(200);
		expect(await one.logOn(BERT)).toBe(401);
		expect((await one.send(undefined)).status).toBe(401);
		expect(server.ntlm.handshakes.at(-1)).toMatchObject({ connection: 1, reason: 'the connection belongs to another user' });
	});

	it('take a proof for the connection alone that was challenged, once', async () => {
		const { server, connection } = await start();
		const stray = connection();
		const { firstMessage, lastMessage } = await import('./ntlm-client.mts');
		const one = connection();
		const first = firstMessage();
		const { challenges } = await one.send(`NTLM ${first.toString('base64')}`);
		const last = lastMessage(first, Buffer.from(challenges[0]?.split(' ')[1] ?? '', 'base64'), ANNA);
		expect((await stray.send(`NTLM ${last.toString('base64')}`)).status).toBe(401);
		expect(server.ntlm.handshakes.at(-1)?.reason).toBe('no challenge was given on this connection');
		expect((await one.send(`NTLM ${last.toString('base64')}`)).status).toBe(200);
		expect((await one.send(`NTLM ${last.toString('base64')}`)).status).toBe(401);
	});

	it('refuse what is no NTLM message', async () => {
		const { connection } = await start();
		for (const junk of ['', 'AAAA', Buffer.from('NTLMSSP\0\x03\0\0\0').toString('base64')]) expect((await connection().send(`NTLM ${junk}`)).status).toBe(401);
	});

	describe('with Extended Protection', () => {
		it.each(['required', 'allowed'] as const)('%s: the right channel binding is taken, a wrong one is not', async (extendedProtection) => {
			const { server, connection } = await start({ https: true, ntlm: { extendedProtection } });
			const binding = channelBinding(new X509Certificate(server.certificate ?? '').raw);
			expect(await connection().logOn(ANNA, { binding })).toBe(200);
			expect(await connection().logOn(ANNA, { binding: Buffer.alloc(16, 7) })).toBe(401);
			expect(server.ntlm.handshakes.at(-1)?.reason).toBe('wrong channel binding');
		});

		it('required: none is refused', async () => {
			const { connection } = await start({ https: true });
			expect(await connection().logOn(ANNA)).toBe(401);
			expect(await connection().logOn(ANNA, { binding: Buffer.alloc(16) })).toBe(401);
		});

		it.each(['allowed', 'off'] as const)('%s: none is taken', async (extendedProtection) => {
			const { connection } = await start({ https: true, ntlm: { extendedProtection } });
			expect(await connection().logOn(ANNA)).toBe(200);
		});
	});

	it('lock an account: then the right password is refused as well, with Basic too', async () => {
		const { server, connection } = await start({ lockAfter: 2 });
		const basic = `Basic ${Buffer.from(`anna@example.test:${ANNA.password}`).toString('base64')}`;
		expect((await connection().send(basic)).status).toBe(200);
		for (let attempt = 0; attempt < 2; attempt++) expect(await connection().logOn({ ...ANNA, password: 'wrong' })).toBe(401);
		expect(await connection().logOn(ANNA)).toBe(401);
		expect((await connection().send(basic)).status).toBe(401);
		expect(await connection().logOn(BERT)).toBe(200);
		server.lock.unlock('anna@example.test');
		expect(await connection().logOn(ANNA)).toBe(200);
	});
});
