import { addressKey } from '../records/ascii-domain';
import { RecordError } from '../records/record-error';
import type { AccountLink } from '../sync/account-link';
import type { ConnectorSettings } from './connector-settings';

/** How a refusal names a link. */
export interface LinkPlace {
	/** Number of the row, as whoever entered it counts. */
	row: number;
	/** Name of one of its fields. */
	field: (name: 'account' | 'mailbox') => string;
}

/** Places in the settings of a program. */
function placeInSettings(index: number): LinkPlace {
	return { row: index + 1, field: (name) => `accounts[${index}].${name}` };
}

/**
 * Checks the links of a connector: each account and each mailbox stands in one row only (rule `account-one-to-one`), however it is spelt
 * (see {@link addressKey}).
 *
 * @param placeOf what the link with this index is called where it was entered
 * @throws RecordError naming both rows.
 */
export function checkedLinks(links: readonly AccountLink[], placeOf: (index: number) => LinkPlace = placeInSettings): AccountLink[] {
	const checked = links.map((link, index) => {
		const mailbox = link.mailbox.trim();
		const account = link.account.trim() === '' ? mailbox : link.account.trim();
		if (!/^[^\s@]+@[^\s@]+$/.test(mailbox)) throw new RecordError(placeOf(index).field('mailbox'), link.mailbox, 'the email address (SMTP) of a mailbox');
		return { account, mailbox };
	});
	refuseTwice(checked, 'mailbox', placeOf);
	refuseTwice(checked, 'account', placeOf);
	return checked;
}

function refuseTwice(links: readonly AccountLink[], field: 'account' | 'mailbox', placeOf: (index: number) => LinkPlace): void {
	const rows = new Map<string, number>();
	for (const [index, link] of links.entries()) {
		const value = addressKey(link[field]);
		const first = rows.get(value);
		const { row } = placeOf(index);
		if (first !== undefined) {
			throw new RecordError(placeOf(index).field(field), link[field], `in one row only: rows ${first} and ${row} have the same ${field} (rule account-one-to-one)`);
		}
		rows.set(value, row);
	}
}

/**
 * The links of a connector: its list, or for one without a list the mailbox of the login.
 *
 * @throws RecordError when there is no list and the login does not say which mailbox it has.
 */
export function linksOf(settings: Pick<ConnectorSettings, 'accounts' | 'authentication'>): AccountLink[] {
	if (settings.accounts.length > 0) return checkedLinks(settings.accounts);
	const { authentication } = settings;
	const user = 'login' in authentication ? authentication.login.user.trim() : '';
	if (user.includes('@')) return checkedLinks([{ account: user, mailbox: user }]);
	throw new RecordError('accounts', settings.accounts, 'at least one account, as the login does not say the SMTP address of its mailbox');
}

/** The link of an account or mailbox; none named: the only one. @throws RecordError */
export function linkNamed(links: readonly AccountLink[], accountOrMailbox: string | undefined): AccountLink {
	const name = accountOrMailbox?.trim() ?? '';
	if (name === '') {
		const [only, second] = links;
		if (only !== undefined && second === undefined) return only;
		throw new RecordError('account', accountOrMailbox, `named, as the connector has ${links.length} accounts`);
	}
	const key = addressKey(name);
	const found = links.find((link) => addressKey(link.account) === key) ?? links.find((link) => addressKey(link.mailbox) === key);
	if (found === undefined) throw new RecordError('account', accountOrMailbox, 'an account or mailbox of the connector; add it under Accounts in the credential');
	return found;
}

/** The link of a mailbox address, if there is one. */
export function linkOfMailbox(links: readonly AccountLink[], address: string): AccountLink | undefined {
	const key = addressKey(address.trim());
	return links.find((link) => addressKey(link.mailbox) === key);
}
