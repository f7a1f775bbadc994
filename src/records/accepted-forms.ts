import { z } from 'zod';
import { RecordError } from './record-error';
import { dayOf, FIRST_YEAR, instantOf, LAST_YEAR } from './point-in-time';
import { ianaZone } from './time-zone';
import { bareName, truthOf } from './words';

/** Longest subject, location or other line, in characters. Exchange itself cuts a subject at 255. */
export const LONGEST_LINE = 32_768;
/** Longest text or HTML of a body, in characters. */
export const LONGEST_BODY = 32 * 1024 * 1024;
/** Longest category name, in characters; Exchange refuses longer ones. */
export const LONGEST_CATEGORY = 255;
/** Most entries of any list in a record. */
export const LONGEST_LIST = 10_000;

/** A value that cannot be taken: what would be right, and which part of the value is wrong where it is not the whole. */
export class Refusal {
	readonly expected: string;
	readonly value: unknown;

	constructor(expected: string, ...part: [] | [value: unknown]) {
		this.expected = expected;
		this.value = part.length === 0 ? WHOLE_VALUE : part[0];
	}
}

const WHOLE_VALUE = Symbol('whole value');

/** Reads one field in every form that is accepted for it. */
export type FieldReader<T> = z.ZodType<T, z.ZodTypeDef, unknown>;

/**
 * A field that may be missing.
 *
 * @param absent what a missing, null or undefined value stands for
 */
export function field<T, A>(absent: A, read: (value: unknown) => T | Refusal): FieldReader<T | A> {
	return z.unknown().transform((value, context) => (value === undefined || value === null ? absent : accepted(value, read, context)));
}

/** A shape that depends on the zone, made once for each: zod takes longer to make one than to read a record by it. @param make gets an IANA name, of which there are some hundreds */
export function shapeByZone<S>(make: (zone: string) => S): (zone: string) => S {
	const made = new Map<string, S>();
	return (zone) => {
		const shape = made.get(zone) ?? make(zone);
		made.set(zone, shape);
		return shape;
	};
}

function accepted<T>(value: unknown, read: (value: unknown) => T | Refusal, context: z.RefinementCtx): T {
	const result = read(value);
	if (!(result instanceof Refusal)) return result;
	context.addIssue({ code: z.ZodIssueCode.custom, message: result.expected, params: { part: result.value } });
	return z.NEVER;
}

/**
 * Reads a whole object by the shape.
 *
 * @throws RecordError for the first field that cannot be taken
 */
export function readShape<T>(shape: FieldReader<T>, input: unknown): T {
	const result = shape.safeParse(input);
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	const path = issue?.path ?? [];
	const part: unknown = issue?.code === z.ZodIssueCode.custom ? issue.params?.part : WHOLE_VALUE;
	throw new RecordError(path.length === 0 ? 'record' : path.join('.'), part === WHOLE_VALUE ? valueAt(input, path) : part, issue?.code === 'custom' ? issue.message : 'an object');
}

function valueAt(input: unknown, path: ReadonlyArray<string | number>): unknown {
	return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined), input);
}

/** The fields that have a value. */
export function withoutUndefined<T extends object>(fields: T): Defined<T> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** {@link withoutUndefined}'s type: fields that may be undefined become optional ones. */
export type Defined<T> = { [F in keyof T as undefined extends T[F] ? never : F]: T[F] } & { [F in keyof T as undefined extends T[F] ? F : never]?: Exclude<T[F], undefined> };

/** Text over several lines; numbers and truth values as their text. */
export function body<A>(absent: A, longest = LONGEST_BODY): FieldReader<string | A> {
	return field(absent, (value) => plainText(value, longest));
}

/** Text on one line: line breaks and tabs become blanks. */
export function line<A>(absent: A, longest = LONGEST_LINE): FieldReader<string | A> {
	return field(absent, (value) => {
		const text = plainText(value, longest);
		return text instanceof Refusal ? text : text.replace(/[\r\n\t\u2028\u2029]+/g, ' ');
	});
}

function plainText(value: unknown, longest: number): string | Refusal {
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'bigint') return new Refusal('text');
	const text = String(value);
	// XML 1.0 (2.2) can carry neither control characters nor halves of surrogate pairs; nobody sees them either.
	return text.length > longest ? new Refusal(`text of at most ${longest} characters`) : text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/(?![\t\n\r\u007f-\u009f])[\p{Cc}\ufffe\uffff]/gu, '');
}

/** true, "true", 1, "1", "yes" and their opposites. */
export function truth<A>(absent: A): FieldReader<boolean | A> {
	return field(absent, (value) => {
		const truth = truthOf(value);
		if (truth !== undefined) return truth;
		return String(value).trim() === '' ? false : new Refusal('true or false');
	});
}

/** A whole number, also as text; an empty text is absent. */
export function wholeNumber<A>(absent: A, lowest: number, highest: number): FieldReader<number | A> {
	return field<number | A, A>(absent, (value) => {
		if (typeof value === 'string' && value.trim() === '') return absent;
		const number = typeof value === 'string' ? Number(value) : value;
		return typeof number === 'number' && Number.isInteger(number) && number >= lowest && number <= highest ? number : new Refusal(`a whole number from ${lowest} to ${highest}`);
	});
}

/** One of the values, whatever its case and with any separators: `not started` is `notStarted`. */
export function oneOf<const V extends string, const A>(values: readonly V[], absent: A): FieldReader<V | A> {
	return field<V | A, A>(absent, (value) => {
		const asked = typeof value === 'string' ? bareName(value) : undefined;
		if (asked === '') return absent;
		return values.find((known) => bareName(known) === asked) ?? new Refusal(`one of ${values.join(', ')}`);
	});
}

/** Names as an array, or as text with commas or semicolons between them; each once, whatever its case. */
export const categories: FieldReader<string[]> = field<string[], readonly string[]>([], (value) => {
	const names: unknown[] | undefined = typeof value === 'string' ? value.split(/[,;]/) : Array.isArray(value) ? value : undefined;
	if (names === undefined) return new Refusal('a list of names, or text with commas between them');
	if (names.length > LONGEST_LIST) return new Refusal(`a list of at most ${LONGEST_LIST} names`);
	const kept = new Map<string, string>();
	for (const name of names) {
		if (name === null || name === undefined) continue;
		const text = plainText(name, LONGEST_CATEGORY);
		if (text instanceof Refusal) return new Refusal(`names of at most ${LONGEST_CATEGORY} characters`, name);
		const trimmed = text.replace(/\s+/g, ' ').trim();
		if (trimmed !== '' && !kept.has(trimmed.toLowerCase())) kept.set(trimmed.toLowerCase(), trimmed);
	}
	return [...kept.values()];
}).transform((names) => [...names]);

const RIGHT_INSTANT = `a time such as 2026-03-02T09:00:00+01:00, or a local time without offset, in the years ${FIRST_YEAR} to ${LAST_YEAR}`;
const RIGHT_DATE = `a date such as 2026-03-02 in the years ${FIRST_YEAR} to ${LAST_YEAR}`;

/** An instant; without offset it is read in the zone. An empty text is absent. */
export function instant<A>(absent: A, zone: string): FieldReader<string | A> {
	return field<string | A, A>(absent, (value) => (value === '' ? absent : (instantOf(value, zone) ?? new Refusal(RIGHT_INSTANT))));
}

/** A date; of a time, the day on which it falls in the zone. An empty text is absent. */
export function day<A>(absent: A, zone: string): FieldReader<string | A> {
	return field<string | A, A>(absent, (value) => (value === '' ? absent : (dayOf(value, zone) ?? new Refusal(RIGHT_DATE))));
}

/**
 * The zone by which a record's values without one are read: its own, else the connector's.
 *
 * @throws RecordError for an unknown one
 */
export function zoneOf(own: unknown, connectors: string): string {
	const name = own === undefined || own === null || own === '' ? connectors : own;
	const zone = typeof name === 'string' ? ianaZone(name) : undefined;
	if (zone === undefined) throw new RecordError('timeZone', name, 'an IANA time zone such as Europe/Zurich, or a Windows one such as W. Europe Standard Time');
	return zone;
}

/**
 * The kind of a record that names one must be the kind it is handed over as; anything else in `kind` is some other field of the builder's.
 *
 * @throws RecordError
 */
export function refuseOtherKind(input: Record<string, unknown>, kind: 'email' | 'appointment' | 'task'): void {
	const named = input.kind;
	if (named !== kind && (named === 'email' || named === 'appointment' || named === 'task')) throw new RecordError('kind', named, `"${kind}" here`);
}
