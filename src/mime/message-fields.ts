import { DateTime } from 'luxon';
import { asciiDomain } from '../records/ascii-domain';
import type { Importance, MailAddress, Sensitivity } from '../records/common-fields';

/** An address or a group of them, as mail libraries read it. */
export interface ReadAddress {
	name?: string | undefined;
	address?: string | undefined;
	group?: readonly ReadAddress[] | undefined;
}

/** Mailboxes of address fields in their order, groups dissolved into their members (RFC 5322, 3.4), entries without an address left out. */
export function mailAddresses(read: readonly ReadAddress[]): MailAddress[] {
	const addresses: MailAddress[] = [];
	for (const entry of read) {
		if (entry.group !== undefined) addresses.push(...mailAddresses(entry.group));
		else if (entry.address !== undefined && entry.address !== '') addresses.push({ name: singleLine(entry.name ?? ''), address: asciiDomain(singleLine(entry.address)) });
	}
	return addresses;
}

/** Importance (RFC 2156, 5.3.4), else X-Priority (1 and 2 high, 4 and 5 low), else Priority; `normal` where nothing or nonsense stands. */
export function importanceOf(fields: { importance?: string | undefined; xPriority?: string | undefined; priority?: string | undefined }): Importance {
	switch (fields.importance?.trim().toLowerCase()) {
		case 'high':
			return 'high';
		case 'low':
			return 'low';
		case 'normal':
			return 'normal';
	}
	switch (/^\s*([1-5])/.exec(fields.xPriority ?? '')?.[1]) {
		case '1':
		case '2':
			return 'high';
		case '4':
		case '5':
			return 'low';
		case '3':
			return 'normal';
	}
	switch (fields.priority?.trim().toLowerCase()) {
		case 'urgent':
			return 'high';
		case 'non-urgent':
			return 'low';
		default:
			return 'normal';
	}
}

/** Sensitivity (RFC 2156, 5.3.4). */
export function sensitivityOf(field: string | undefined): Sensitivity {
	switch (field?.trim().toLowerCase()) {
		case 'personal':
			return 'personal';
		case 'private':
			return 'private';
		case 'company-confidential':
		case 'confidential':
			return 'confidential';
		default:
			return 'normal';
	}
}

/**
 * The instant of a Date field in whole seconds, UTC; undefined where it is none (RFC 5322, 3.3 and the obsolete forms of 4.3). A zone that is missing or
 * not known is UTC, as 4.3 says, and never the zone of this machine.
 */
export function instantOf(field: string | undefined): string | undefined {
	if (field === undefined || field.length > 200) return undefined;
	// The name of the zone may stand behind its offset as a comment.
	const text = field.replace(/\([^()]*\)/g, ' ').replace(/\s+/g, ' ').trim();
	const inUtc = text.replace(/(\d{1,2}:\d{2}(?::\d{2})?) ?[a-z]*$/i, '$1 +0000');
	const weekdayless = (value: string): string => value.replace(/^[a-z]+, ?/i, '');
	const parsed = [text, weekdayless(text), weekdayless(inUtc)].map((value) => DateTime.fromRFC2822(value, { zone: 'utc' })).find((moment) => moment.isValid);
	const moment = parsed ?? DateTime.fromISO(text, { zone: 'utc' });
	// EWS knows years of four digits only, from the beginning of Windows' time on.
	if (!moment.isValid || moment.year < 1601 || moment.year > 9999) return undefined;
	return moment.startOf('second').toISO({ suppressMilliseconds: true }) ?? undefined;
}

/** A header value as one line without control characters. */
export function singleLine(text: string): string {
	return text.replace(/\p{Cc}+/gu, ' ').trim();
}
