import { addressParser } from 'postal-mime';
import type { MailAddress } from './common-fields';
import { field, type FieldReader, LONGEST_LINE, LONGEST_LIST, Refusal } from './accepted-forms';

/** Longest address: 64 characters before the @, 255 behind it (RFC 5321, 4.5.3.1). */
const LONGEST_ADDRESS = 320;
/** Longest display name, in characters. */
const LONGEST_NAME = 1000;
/** Longest text with addresses, in characters. */
const LONGEST_TEXT = 4 * 1024 * 1024;
/** Deepest nesting of lists that is followed. */
const DEEPEST_LIST = 4;

const LOCAL_PART = /^(?:[^\s\p{Cc}"(),:;<>@[\\\]]+|"(?:[^\p{Cc}"\\]|\\[^\p{Cc}])*")$/u;
const DOMAIN = /^(?:[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}_])?(?:\.[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}_])?)*|\[[\p{L}\p{N}.:-]+\])$/u;

/** How the addresses of a record are read. */
export interface AddressReaders {
	/** Any number of them. Absent: none. */
	several: FieldReader<MailAddress[]>;
	/** One address, or none. */
	one: FieldReader<MailAddress | undefined>;
}

/**
 * Addresses in every form they are met in: text (`Anna <a@x.example>, b@x.example`, also with semicolons), `{ name, address }`, arrays of either, and the objects of
 * Microsoft Graph (`{ emailAddress: { name, address } }`) and of n8n's IMAP trigger (`{ value: […] }`). What is none that mail can be sent to is refused.
 */
export const ADDRESSES: AddressReaders = readers({ asStored: false });

/**
 * The same, and besides `{ name, address }` as reading an email of Exchange gives it: an address that Exchange did not resolve (`/o=…`), a name without address, a
 * mailbox without domain.
 */
export const STORED_ADDRESSES: AddressReaders = readers({ asStored: true });

/** Whether a text is an addr-spec (RFC 5322, 3.4.1), internationalised ones (RFC 6531) included. */
export function isMailAddress(text: string): boolean {
	const at = text.lastIndexOf('@');
	return at > 0 && text.length <= LONGEST_ADDRESS && LOCAL_PART.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
}

interface Collection {
	/** So far. */
	readonly found: MailAddress[];
	/** `{ name, address }` is taken as it is, whatever it says. */
	readonly asStored: boolean;
}

function readers({ asStored }: Pick<Collection, 'asStored'>): AddressReaders {
	const read = (value: unknown): MailAddress[] | Refusal => {
		const collection: Collection = { found: [], asStored };
		return collect(value, collection, 0) ?? collection.found;
	};
	return {
		several: field<MailAddress[], readonly MailAddress[]>([], read).transform((list) => [...list]),
		one: field(undefined, (value) => {
			const found = read(value);
			if (found instanceof Refusal) return found;
			return found.length > 1 ? new Refusal('one email address') : found[0];
		}),
	};
}

function collect(value: unknown, collection: Collection, depth: number): Refusal | undefined {
	if (value === null || value === undefined) return undefined;
	if (depth > DEEPEST_LIST) return new Refusal(EXPECTED);
	if (typeof value === 'string') return collectFromText(value, collection);
	if (Array.isArray(value)) {
		for (const entry of value) {
			const refusal = collect(entry, collection, depth + 1);
			if (refusal !== undefined) return refusal;
		}
		return undefined;
	}
	if (typeof value !== 'object') return new Refusal(EXPECTED, value);
	if ('emailAddress' in value) return collect(value.emailAddress, collection, depth + 1);
	if ('value' in value && Array.isArray(value.value)) return collect(value.value, collection, depth + 1);
	if (!('name' in value) && !('address' in value)) return Object.keys(value).length === 0 ? undefined : new Refusal(EXPECTED, value);
	const name = 'name' in value ? value.name : undefined;
	const address = 'address' in value ? value.address : undefined;
	const refusal = add(typeof name === 'string' ? name : '', typeof address === 'string' ? address : '', value, collection);
	return refusal !== undefined && collection.asStored && typeof name === 'string' && typeof address === 'string' ? addAsStored({ name, address }, refusal, collection) : refusal;
}

function addAsStored({ name, address }: MailAddress, refusal: Refusal, { found }: Collection): Refusal | undefined {
	if (name.length > LONGEST_LINE || address.length > LONGEST_LINE || found.length >= LONGEST_LIST) return refusal;
	found.push({ name, address });
	return undefined;
}

const EXPECTED = 'email addresses such as "Anna <anna@x.example>"';

function collectFromText(text: string, collection: Collection): Refusal | undefined {
	if (text.length > LONGEST_TEXT) return new Refusal(`text of at most ${LONGEST_TEXT} characters`);
	for (const entry of addressParser(text, { flatten: true })) {
		const refusal = add(entry.name, entry.address ?? '', text, collection);
		if (refusal !== undefined) return refusal;
	}
	return undefined;
}

function add(name: string, address: string, shown: unknown, { found }: Collection): Refusal | undefined {
	const tidyName = name.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[\s\p{Cc}]+/gu, ' ').trim();
	const tidyAddress = address.trim().replace(/^<(.*)>$/, '$1').replace(/^(?:smtp|mailto):/i, '');
	if (tidyName === '' && tidyAddress === '') return undefined;
	if (!isMailAddress(tidyAddress)) return new Refusal(EXPECTED, shown);
	if (tidyName.length > LONGEST_NAME) return new Refusal(`a name of at most ${LONGEST_NAME} characters`, shown);
	if (found.length >= LONGEST_LIST) return new Refusal(`at most ${LONGEST_LIST} addresses`);
	found.push({ name: tidyName, address: tidyAddress });
	return undefined;
}
