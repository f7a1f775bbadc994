import { checkedLinks } from '../../../src/connector/account-links';
import type { Login } from '../../../src/connector/connector-settings';
import { addressKey } from '../../../src/records/ascii-domain';
import type { AccountLink } from '../../../src/sync/account-link';
import { SettingsError } from './settings-error';

/** Fields of a row as the credential shows them. */
const SHOWN_AS = { account: 'Account of the Other System', mailbox: 'Mailbox' } as const;

/**
 * The accounts of a credential (rule `account-one-to-one`), rows without any entry left out. An account without name is named like its mailbox.
 *
 * @throws RecordError that names both rows as the credential counts them
 */
export function accountLinks(rows: ReadonlyArray<{ account?: unknown; mailbox?: unknown }>): AccountLink[] {
	const entered = rows.map((row, index) => ({ number: index + 1, link: { account: entryOf(row.account), mailbox: entryOf(row.mailbox) } })).filter(({ link }) => link.account !== '' || link.mailbox !== '');
	const links = entered.map(({ link }) => link);
	return checkedLinks(links, (index) => {
		const row = entered[index]?.number ?? index + 1;
		return { row, field: (name) => `Accounts, row ${row}, ${SHOWN_AS[name]}` };
	});
}

/**
 * The one mailbox of a connector that lists no accounts: the login's own.
 *
 * @throws SettingsError where the login is no mail address
 */
export function ownAccount(login: string): AccountLink[] {
	if (!/^[^\s@]+@[^\s@]+$/.test(login)) {
		throw new SettingsError('Accounts', 'is empty', 'a list with at least one mailbox, because the login itself is no mail address', 'account-one-to-one');
	}
	return [{ account: login, mailbox: login }];
}

/**
 * Logins of single mailboxes, by {@link addressKey}. @throws SettingsError for a mailbox that is listed twice, is not among the accounts, or
 * has no user or password
 */
export function mailboxLogins(rows: ReadonlyArray<{ key: string; row: Record<string, string> }>, accounts: readonly AccountLink[], domain: string): Record<string, Login> {
	const field = 'Logins of Single Mailboxes';
	const logins: Record<string, Login> = {};
	for (const { key, row } of rows) {
		const mailbox = addressKey(key);
		if (logins[mailbox] !== undefined) throw new SettingsError(field, `names the mailbox "${key}" twice`, 'an object that names each mailbox once', 'account-one-to-one');
		if (accounts.length > 0 && !accounts.some((link) => addressKey(link.mailbox) === mailbox)) {
			throw new SettingsError(field, `names the mailbox "${key}"`, 'an object whose keys are mailboxes of the list Accounts', 'account-one-to-one');
		}
		const user = (row['user'] ?? '').trim();
		const password = row['password'] ?? '';
		if (user === '' || password === '') {
			throw new SettingsError(field, `has no ${user === '' ? 'user' : 'password'} for "${key}"`, 'an object that gives each mailbox a user and a password');
		}
		const ownDomain = (row['domain'] ?? domain).trim();
		logins[mailbox] = { user, password, ...(ownDomain === '' ? {} : { domain: ownDomain }) };
	}
	return logins;
}

function entryOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
