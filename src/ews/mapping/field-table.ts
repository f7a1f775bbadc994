import type { ServerVersion } from '../transport/connection-settings';
import type { PropertyPath } from './property-path';
import type { WireNode } from './wire-node';
import type { XmlElement } from './xml-element';

/** What reading a value needs to know beside the item. */
export interface ReadContext {
	/** IANA zone for values without one (rule `time-zone`). */
	readonly timeZone: string;
}

/**
 * One line of a kind's table: which property of EWS a field of the record is, in which direction it goes, since which version EWS has it.
 * `read`: only out of Exchange; `both`: also into it; what is only written stands where an item is made.
 */
export interface Field<R, N extends keyof R = keyof R> {
	readonly name: N;
	readonly path: PropertyPath;
	readonly direction: 'read' | 'both';
	readonly since?: ServerVersion;
	/** Undefined: the item has none. */
	readonly read: (item: WireNode, context: ReadContext) => R[N] | undefined;
	/** Undefined: the property is to be taken away. Only with direction `both`. */
	readonly write?: (record: R) => XmlElement | undefined;
	/** Equality where that of JSON is too strict. */
	readonly same?: (one: R[N] | undefined, other: R[N] | undefined) => boolean;
}

/** Any line of the table of `R`. */
export type AnyField<R> = { [N in keyof R]-?: Field<R, N> }[keyof R];

/** One change of an item (EWS `t:SetItemField`, or `t:DeleteItemField` where `set` is missing). */
export interface FieldUpdate {
	readonly path: PropertyPath;
	readonly set?: XmlElement;
}

const VERSIONS: readonly ServerVersion[] = ['Exchange2010_SP2', 'Exchange2013', 'Exchange2013_SP1', 'Exchange2016'];

/** Whether a server that speaks `version` knows what there is since `since`. */
export function knows(version: ServerVersion, since: ServerVersion | undefined): boolean {
	return since === undefined || VERSIONS.indexOf(version) >= VERSIONS.indexOf(since);
}

/** The properties to ask for. */
export function pathsOf<R>(fields: ReadonlyArray<AnyField<R>>, version: ServerVersion): PropertyPath[] {
	return fields.filter((field) => knows(version, field.since)).map((field) => field.path);
}

/** The fields that the item has. */
export function readFields<R>(fields: ReadonlyArray<AnyField<R>>, item: WireNode, context: ReadContext): Partial<R> {
	const values: Partial<R> = {};
	for (const field of fields) readField<R, keyof R>(field, item, context, values);
	return values;
}

function readField<R, N extends keyof R>({ name, read }: Field<R, N>, item: WireNode, context: ReadContext, values: Partial<R>): void {
	const value = read(item, context);
	if (value !== undefined) values[name] = value;
}

/** The elements of a new item. */
export function writeFields<R>(fields: ReadonlyArray<AnyField<R>>, record: R, version: ServerVersion): XmlElement[] {
	return fields.flatMap((field) => {
		const written = field.direction === 'both' && knows(version, field.since) ? field.write?.(record) : undefined;
		return written === undefined ? [] : [written];
	});
}

/** What must be written so that an item that is `stored` becomes `record`: the differing fields alone. */
export function differences<R>(fields: ReadonlyArray<AnyField<R>>, stored: R, record: R, version: ServerVersion): FieldUpdate[] {
	return fields.flatMap((field): FieldUpdate[] => {
		if (field.direction !== 'both' || field.write === undefined || !knows(version, field.since)) return [];
		if (isSame(field, stored, record)) return [];
		const set = field.write(record);
		return [set === undefined ? { path: field.path } : { path: field.path, set }];
	});
}

function isSame<R>(field: AnyField<R>, stored: R, record: R): boolean {
	const one = stored[field.name];
	const other = record[field.name];
	return field.same === undefined ? JSON.stringify(one) === JSON.stringify(other) : field.same(one, other);
}

/** Equality of names whose order means nothing. */
export function sameSet(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
	return JSON.stringify([...(one ?? [])].sort()) === JSON.stringify([...(other ?? [])].sort());
}
