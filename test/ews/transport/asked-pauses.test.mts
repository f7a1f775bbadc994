import { describe, expect, it } from 'vitest';

import { AskedPauses } from '../../../src/ews/transport/asked-pauses.ts';
import { basicAuthenticator } from '../../../src/ews/transport/basic-authenticator.ts';
import { chargedAccounts } from '../../../src/ews/transport/charged-accounts.ts';
import type { MailboxAccess } from '../../../src/ews/transport/connection-settings.ts';
import { ntlmAuthenticator } from '../../../src/ews/transport/ntlm/ntlm-authenticator.ts';
import { openedByTests } from './opened.mts';
import { fault, itemResponse, responses, startScriptedServer } from './scripted-server.mts';
import { connect, fastClock, subjectOf } from './test-connection.mts';

const opened = openedByTests();
const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';

describe('pauses that a server asked for', () => {
	it('are known for as long as they last: ten thousand that have ended are forgotten when another begins', async () => {
		const clock = fastClock();
		const pauses = new AskedPauses(clock);
		for (let n = 0; n < 10_000; n++) pauses.begin([`account ${n}`], 1_000);
		expect(pauses.size).toBe(10_000);
		await clock.wait(1_000, undefined);
		pauses.begin(['another'], 1_000);
		expect(pauses.size).toBe(1);
		expect(pauses.left(['account 1'])).toBe(0);
		expect(pauses.left(['account 1', 'another'])).toBe(1_000);
	});

	it('are not shortened by a later, shorter one', async () => {
		const clock = fastClock();
		const pauses = new AskedPauses(clock);
		pauses.begin(['anna'], 5_000);
		pauses.begin(['anna'], 1_000);
		expect(pauses.left(['anna'])).toBe(5_000);
	});
});

describe('the account that a server charges', () => {
	const server = new URL('https://mail.example.test/EWS/Exchange.asmx');
	const password = 'x';
	/** A way to a mailbox: who logs on, and whose mailbox it opens how. */
	type Way = [login: string, access: MailboxAccess];
	const own = (login: string, address = ANNA): Way => [login, { address, mode: 'own' }];
	const delegate = (login: string, address = ANNA): Way => [login, { address, mode: 'delegate' }];
	const impersonate = (login: string, address = ANNA): Way => [login, { address, mode: 'impersonate' }];
	const basic = (user: string, domain = ''): string => basicAuthenticator({ user, domain, password }).account;
	const ntlm = (user: string, domain = ''): string => ntlmAuthenticator({ user, domain, password }).account;

	const isShared = ([login, access]: Way, [otherLogin, otherAccess]: Way): boolean => {
		const accounts = new Set(chargedAccounts(server, access, login));
		return chargedAccounts(server, otherAccess, otherLogin).some((account) => accounts.has(account));
	};

	it.each<[string, Way, Way]>([
		['the owner by Basic and by NTLM', own(basic('EXAMPLE\\anna')), own(ntlm('anna', 'example'))],
		['the owner by two names', own(basic(ANNA)), own(ntlm('EXAMPLE\\anna'))],
		['the owner, and who impersonates her', own(basic(ANNA)), impersonate('app@tenant', 'Anna@Example.test')],
		['two applications that impersonate one mailbox', impersonate('app@tenant'), impersonate('other@tenant')],
		['one delegate in two mailboxes', delegate(basic('EXAMPLE\\sync')), delegate(basic('EXAMPLE\\sync'), BEN)],
		['a delegate in another mailbox, and in its own', delegate(basic('EXAMPLE\\anna'), BEN), own(basic('EXAMPLE\\anna'))],
	])('%s are the same one', (_, one, other) => {
		expect(isShared(one, other)).toBe(true);
	});

	it.each<[string, Way, Way]>([
		['two owners', own(basic(ANNA)), own(basic(BEN), BEN)],
		['two mailboxes that one application impersonates', impersonate('app@tenant'), impersonate('app@tenant', BEN)],
		['an owner, and a delegate in her mailbox', own(basic(ANNA)), delegate(basic('EXAMPLE\\sync'))],
		['two delegates in one mailbox', delegate(basic('EXAMPLE\\sync')), delegate(basic('EXAMPLE\\backup'))],
	])('%s are two', (_, one, other) => {
		expect(isShared(one, other)).toBe(false);
	});

	it('is another one on another server', () => {
		const there = new URL('https://other.example.test/EWS/Exchange.asmx');
		expect(chargedAccounts(there, { address: ANNA, mode: 'own' }, ANNA)).not.toEqual(chargedAccounts(server, { address: ANNA, mode: 'own' }, ANNA));
	});
});

describe('connections of one process', () => {
	it('share the pause of an account, and a connection that is opened while it lasts keeps it, too', async () => {
		const good = { body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>')) };
		const server = await startScriptedServer((_request, index) => (index === 0 ? { status: 500, body: fault('ErrorServerBusy', '<t:Value Name="BackOffMilliseconds">500000</t:Value>') } : good));
		opened.push(server);
		const clock = fastClock();
		const first = connect(server.url, {}, clock);
		await expect(subjectOf(first.anna)).rejects.toMatchObject({ reason: 'throttled' });
		await first.connection.close();
		const second = connect(server.url, { timeouts: { headersMs: 7_000 }, authenticator: basicAuthenticator({ user: 'service@example.test', password: 'y' }) }, clock);
		opened.push(second.connection);
		const impersonated = second.connection.mailbox({ address: 'Anna@example.test', mode: 'impersonate' });
		expect(impersonated.pausedForMs).toBe(500_000);
		await expect(subjectOf(impersonated)).rejects.toMatchObject({ reason: 'throttled', retry: { can: true, afterMs: 500_000 } });
		expect(server.requests).toHaveLength(1);
		expect(await subjectOf(second.connection.mailbox({ address: BEN, mode: 'impersonate' }))).toBe('Hello');
	});
});
