import { repeatedEmailKey } from '../../records/email-key';
import type { StoredItem } from '../mailbox';
import type { AccountPull } from './account-pull';
import type { AccountState } from './cursor';
import { shortId } from './short-id';

/** So many Message-IDs that only one mail has are remembered, and so many that several have: about 24 bytes each. */
const REMEMBERED_SINGLE = 700;
const REMEMBERED_REPEATED = 200;
/** More mails with one Message-ID are not told apart any more by what is remembered; each still has the key that is its own. */
const MOST_WITH_ONE_ID = 8;

const ID_LENGTH = 8;
const MAIL_LENGTH = 6;

/**
 * The email under a key that no other mail of its mailbox has. Message-IDs repeat: a mailing list's copy beside the direct one, the own copy in Sent Items
 * beside the one that came in. The first that is seen keeps its Message-ID; any other gets a key derived from it and from the search key, which stays when
 * a mail is moved or changed.
 */
export function underKeyOfItsOwn(pull: AccountPull, item: StoredItem<'email'>): StoredItem<'email'> {
	const { searchKey, record } = item;
	// Without a search key nothing tells a moved mail from another one.
	if (searchKey === undefined || record.key === '') return item;
	const known = (pull.state.messageIds ??= {});
	const id = shortId(record.key).slice(0, ID_LENGTH);
	const mail = shortId(searchKey).slice(0, MAIL_LENGTH);
	const mails = mailsOf(known[id]);
	const place = mails.indexOf(mail);
	if (place < 0 && mails.length < MOST_WITH_ONE_ID) mails.push(mail);
	// Taken out and put in again: what was seen last stands last.
	delete known[id];
	known[id] = mails.join('');
	const isFirst = place === 0 || mails.length === 1;
	return isFirst ? item : { ...item, record: { ...record, key: repeatedEmailKey(record.key, searchKey) } };
}

/** Brings the memory back within its bounds, before a cursor is made of it: what was seen longest ago goes first, and what only one mail has before what several have. */
export function forgetMessageIds({ messageIds: known }: AccountState): void {
	if (known === undefined) return;
	const ids = Object.keys(known);
	const isRepeated = (id: string): boolean => (known[id]?.length ?? 0) > MAIL_LENGTH;
	for (const id of ids.filter((one) => !isRepeated(one)).slice(0, -REMEMBERED_SINGLE)) delete known[id];
	for (const id of ids.filter(isRepeated).slice(0, -REMEMBERED_REPEATED)) delete known[id];
}

function mailsOf(text: string | undefined): string[] {
	return text?.match(/.{6}/g) ?? [];
}
