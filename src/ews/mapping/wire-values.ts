import { asciiDomain } from '../../records/ascii-domain';
import type { Importance, MailAddress, Sensitivity } from '../../records/common-fields';
import { MailboxFault } from '../../sync/fault';
import { type WireNode, child, children, text, textsOf } from './wire-node';

/** An instant as records write it: RFC 3339, UTC, whole seconds. Undefined for what is none. */
export function instantOf(value: string | undefined): string | undefined {
	if (value === undefined || value === '') return undefined;
	// xs:dateTime without a zone: EWS answers in UTC where no time zone context was sent.
	const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`;
	const time = Date.parse(zoned);
	if (Number.isNaN(time)) return undefined;
	return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** The date of an xs:date or xs:dateTime as it is written, whatever zone stands behind it. */
export function dateOf(value: string | undefined): string | undefined {
	const match = value === undefined ? null : /^(\d{4}-\d{2}-\d{2})/.exec(value);
	return match?.[1];
}

/** EWS `t:ImportanceChoicesType`. */
export const IMPORTANCE: Readonly<Record<string, Importance>> = { Low: 'low', Normal: 'normal', High: 'high' };
/** EWS `t:SensitivityChoicesType`. */
export const SENSITIVITY: Readonly<Record<string, Sensitivity>> = {
	Normal: 'normal',
	Personal: 'personal',
	Private: 'private',
	Confidential: 'confidential',
};

/** The word of the wire for a word of the records. */
export function wireWord<T extends string>(table: Readonly<Record<string, T>>, word: T): string {
	const found = Object.keys(table).find((name) => table[name] === word);
	if (found === undefined) throw new RangeError(`No EWS word for "${word}"`);
	return found;
}

/** The word of the records for a word of the wire; `fallback` where the server has one that is not known. */
export function recordWord<T extends string>(table: Readonly<Record<string, T>>, word: string | undefined, fallback: T): T {
	return (word === undefined ? undefined : table[word]) ?? fallback;
}

/** `item:Categories`. */
export function categoriesOf(item: WireNode): string[] {
	return textsOf(child(item, 'Categories'), 'String').filter((name) => name !== '');
}

/** One `t:Mailbox`. An Exchange-internal address (routing type EX) that the server did not resolve is kept as it is. */
export function addressOf(holder: WireNode | undefined): MailAddress | undefined {
	const mailbox = child(holder, 'Mailbox');
	if (mailbox === undefined) return undefined;
	const address = text(mailbox, 'EmailAddress') ?? '';
	const name = text(mailbox, 'Name') ?? '';
	if (address === '' && name === '') return undefined;
	return { name: name === address ? '' : name, address: asciiDomain(address) };
}

/** All `t:Mailbox` of a list of recipients. */
export function addressesOf(holder: WireNode | undefined): MailAddress[] {
	return children(holder, 'Mailbox').flatMap((mailbox) => {
		const address = addressOf({ Mailbox: mailbox });
		return address === undefined ? [] : [address];
	});
}

/** Bytes in base64, as hex in lower case. */
export function hexOf(base64: string | undefined): string | undefined {
	if (base64 === undefined || base64 === '') return undefined;
	return Buffer.from(base64, 'base64').toString('hex');
}

/** What every item of an answer must have. @throws MailboxFault `malformedAnswer` */
export function required<T>(value: T | undefined, property: string): T {
	if (value !== undefined) return value;
	throw new MailboxFault({
		reason: 'malformedAnswer',
		scope: 'item',
		retry: { can: false },
		message: `The server left out ${property}, which it was asked for.`,
	});
}
