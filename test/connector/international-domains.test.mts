/** An international domain has two forms, and means the same in both. */
import { describe, expect, it } from 'vitest';

import { loginOf } from '../../src/connector/authenticators.ts';
import type { Authentication } from '../../src/connector/connector-settings.ts';
import { linkOfMailbox } from '../../src/connector/account-links.ts';
import { openConnector } from '../../src/connector/open-connector.ts';
import { usualSettings } from '../usual-connector.mts';

const LOGIN = { user: 'service', password: 'kRypt0' };
const FORMS = ['anna@müller.example', 'Anna@xn--mller-kva.example'] as const;
const BOTH_WAYS = [FORMS, [...FORMS].reverse()] as Array<[string, string]>;

describe('a mailbox of an international domain', () => {
	it.each(BOTH_WAYS)('listed as %s is found as %s', (listed, asked) => {
		const connector = openConnector(usualSettings('mail.example.test', LOGIN, { accounts: [{ account: 'a', mailbox: listed }, { account: 'b', mailbox: 'bert@example.test' }] }));
		expect(connector.link(asked)).toEqual({ account: 'a', mailbox: listed });
		expect(linkOfMailbox(connector.accounts, asked)?.account).toBe('a');
	});

	it('stands in one row only (rule account-one-to-one)', () => {
		const accounts = FORMS.map((mailbox, index) => ({ account: `a${index}`, mailbox }));
		expect(() => openConnector(usualSettings('mail.example.test', LOGIN, { accounts }))).toThrow(/rows 1 and 2 have the same mailbox/);
	});

	it('has the login that is given for it', () => {
		const own = { user: 'anna', password: 'own' };
		const authentication = { method: 'basic', login: LOGIN, loginByMailbox: { 'anna@xn--mller-kva.example': own } } satisfies Authentication;
		for (const mailbox of FORMS) expect(loginOf(authentication, { account: 'a', mailbox })).toBe(own);
	});
});

describe('an account whose name has letters beyond ASCII', () => {
	const accounts = ['Büro/1', 'Büro/2'].map((account, index) => ({ account, mailbox: `room${index}@example.test` }));

	it('is another one than those whose names begin alike', () => {
		const connector = openConnector(usualSettings('mail.example.test', LOGIN, { accounts }));
		expect(connector.link('büro/2')).toEqual(accounts[1]);
		expect(() => connector.link('Büro/3')).toThrow(/an account or mailbox of the connector/);
	});
});
