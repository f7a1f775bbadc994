import { createHash } from 'node:crypto';
import { canonicalAppointment } from './canonical-appointment';
import { canonicalEmail } from './canonical-email';
import { canonicalTask } from './canonical-task';
import { type CanonicalFields, type CanonicalValue, withSortedFields } from './canonical-value';
import type { ExchangeRecord } from './record';

/** Version of the canonical form. Raised, it makes all content look changed, as no hash says which version it is of: stamps would have to say it first. */
export const CANONICAL_VERSION = 1;

const HASH_BYTES = 16;

/**
 * The synced content of a record in a form that does not change when Exchange writes the same thing differently: JSON with sorted keys behind a version
 * prefix, `1:{"allDay":false,…}`. Keys and ids, sizes, HTML markup, receipt requests, encryption and the time of receipt are no
 * part of it; `canonical-email.ts`, `canonical-appointment.ts` and `canonical-task.ts` say what is.
 */
export function canonicalForm(record: ExchangeRecord): string {
	return `${CANONICAL_VERSION}:${JSON.stringify(withSortedFields(canonicalFields(record)))}`;
}

/** Fingerprint of {@link canonicalForm}: the first 16 bytes of its SHA-256 as base64url, 22 characters. */
export function contentHash(record: ExchangeRecord): string {
	return createHash('sha256').update(canonicalForm(record), 'utf8').digest().subarray(0, HASH_BYTES).toString('base64url');
}

/** The fields in which two records of one kind say something else, by the names of the canonical form. */
export function differingFields(a: ExchangeRecord, b: ExchangeRecord): string[] {
	const [one, other] = [canonicalFields(a), canonicalFields(b)];
	const text = (value: CanonicalValue | undefined): string | undefined => (value === undefined ? undefined : JSON.stringify(withSortedFields(value)));
	return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((field) => text(one[field]) !== text(other[field]));
}

/** Whether two records say the same, whatever their keys and ids. */
export function sameContent(a: ExchangeRecord, b: ExchangeRecord): boolean {
	return canonicalForm(a) === canonicalForm(b);
}

function canonicalFields(record: ExchangeRecord): CanonicalFields {
	switch (record.kind) {
		case 'email':
			return canonicalEmail(record);
		case 'appointment':
			return canonicalAppointment(record);
		case 'task':
			return canonicalTask(record);
	}
}
