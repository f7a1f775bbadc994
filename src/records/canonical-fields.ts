import { nfc } from '../text/normal-form';
import { asciiDomain } from './ascii-domain';
import type { MailAddress } from './common-fields';

/** Longest subject Exchange keeps, in characters (MS-OXCMSG PidTagSubject); the rest cannot come back. */
const KEPT_SUBJECT = 255;

/** A subject as Exchange gives it back: on one line, without blanks around it, cut. */
export function canonicalSubject(subject: string): string {
	return Array.from(canonicalLine(subject)).slice(0, KEPT_SUBJECT).join('').trim();
}

/** A line without regard to how its blanks are written. */
export function canonicalLine(line: string): string {
	return collapsed(line);
}

/** Text whose lines count, but not how they end, nor blank ones before and behind; hard blanks are blanks. */
export function canonicalText(text: string): string {
	// trimEnd, as a pattern that looks for blanks at the end takes quadratic time where they stand elsewhere.
	const lines = text.replace(/\r\n?/g, '\n').replace(/[\u00a0\u202f]/g, ' ').split('\n');
	return nfc(lines.map((line) => line.trimEnd()).join('\n').trim());
}

/** Text of which only the words count: every run of white space, hard blanks and line ends included, is one blank. */
export function collapsed(text: string): string {
	return nfc(text.replace(/\s+/gu, ' ').trim());
}

/** Addresses as a set: names are the address books' business, and servers reorder recipients. */
export function canonicalAddresses(addresses: readonly MailAddress[]): string[] {
	return uniqueSorted(addresses.map(({ address }) => canonicalAddress(address)));
}

/** An address without regard to case: in the local part, too, as no mail system in use tells two mailboxes apart by it, though RFC 5321, 2.4, would allow it to. */
export function canonicalAddress(address: string): string {
	return asciiDomain(address.trim()).toLowerCase();
}

/** Categories as a set, whatever their case. */
export function canonicalCategories(categories: readonly string[]): string[] {
	return uniqueSorted(categories.map((name) => canonicalLine(name).toLowerCase()).filter((name) => name !== ''));
}

/** An instant in UTC to the second; what is none stays as it is. */
export function canonicalInstant(instant: string): string {
	const time = Date.parse(instant);
	return Number.isNaN(time) ? instant : new Date(Math.floor(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

export function uniqueSorted(values: readonly string[]): string[] {
	return [...new Set(values)].sort();
}
