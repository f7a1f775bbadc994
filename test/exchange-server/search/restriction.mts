import { EwsError, schemaViolation } from '../operations/errors.mts';
import type { ExtendedPath } from '../properties/extended.mts';
import { parseExtendedPath } from '../properties/extended.mts';
import type { PropertyValue } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { child } from '../xml/element.mts';
import { element } from '../xml/write.mts';

/** What a restriction compares: a property's value in a row, undefined where it has none. */
export type Reader<Row> = (row: Row) => PropertyValue | undefined;

/** How the rows of one search are read. */
export interface Source<Row> {
	/** Undefined for a FieldURI that cannot be searched: ErrorUnsupportedPathForQuery. */
	readonly property: (fieldUri: string) => Reader<Row> | undefined;
	readonly extended: (path: ExtendedPath) => Reader<Row>;
}

type Predicate<Row> = (row: Row) => boolean;

/** FieldURIs Exchange refuses in Exists. */
const NOT_FOR_EXISTS: ReadonlySet<string> = new Set(['item:IsDraft', 'message:IsRead', 'item:HasAttachments', 'item:IsSubmitted', 'item:IsFromMe', 'item:IsUnmodified', 'item:IsResend']);

/** Turns a Restriction element (or one of its parts) into a predicate. */
export function parseRestriction<Row>(restriction: XmlElement, source: Source<Row>): Predicate<Row> {
	const first = restriction.children[0];
	if (!first) throw schemaViolation(`The element '${restriction.name}' has incomplete content.`);
	return parse(first, source);
}

function parse<Row>(node: XmlElement, source: Source<Row>): Predicate<Row> {
	switch (node.name) {
		case 'And': {
			const all = node.children.map((each) => parse(each, source));
			return (row) => all.every((predicate) => predicate(row));
		}
		case 'Or': {
			const some = node.children.map((each) => parse(each, source));
			return (row) => some.some((predicate) => predicate(row));
		}
		case 'Not': {
			const inner = parseRestriction(node, source);
			return (row) => !inner(row);
		}
		case 'Exists': {
			const path = node.children[0];
			if (path?.name === 'FieldURI' && NOT_FOR_EXISTS.has(path.attributes.FieldURI ?? '')) throw new EwsError('ErrorInvalidPropertyForExists', { messageXml: element('t:FieldURI', '', path.attributes) });
			const read = reader(path, source);
			return (row) => {
				const value = read(row);
				return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
			};
		}
		case 'Excludes': {
			const read = reader(node.children[0], source);
			const mask = Number(child(node, 'Bitmask')?.attributes.Value);
			if (!Number.isInteger(mask)) throw schemaViolation(`The 'Bitmask' element is invalid.`);
			return (row) => (Number(scalar(read(row)) ?? 0) & mask) === 0;
		}
		case 'Contains':
			return contains(node, source);
		case 'IsEqualTo':
		case 'IsNotEqualTo':
		case 'IsGreaterThan':
		case 'IsGreaterThanOrEqualTo':
		case 'IsLessThan':
		case 'IsLessThanOrEqualTo':
			return comparison(node, source);
		default:
			throw schemaViolation(`The element has invalid child element '${node.name}'.`);
	}
}

function reader<Row>(path: XmlElement | undefined, source: Source<Row>): Reader<Row> {
	if (path?.name === 'ExtendedFieldURI') return source.extended(parseExtendedPath(path));
	const uri = path?.attributes.FieldURI ?? '';
	const read = path?.name === 'FieldURI' || path?.name === 'IndexedFieldURI' ? source.property(uri) : undefined;
	if (!read) throw new EwsError('ErrorUnsupportedPathForQuery', { messageXml: element('t:FieldURI', '', { FieldURI: uri }) });
	return read;
}

/** A value that can be compared: addresses by what a table shows of them. */
function scalar(value: PropertyValue | undefined): string | number | boolean | undefined {
	if (value === undefined || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
	if (value instanceof Date) return value.getTime();
	if (Array.isArray(value)) return value.map((each: unknown) => (typeof each === 'string' ? each : shown(each))).join('; ');
	return shown(value);
}

function shown(value: unknown): string {
	if (typeof value !== 'object' || value === null) return String(value);
	if ('address' in value) return 'name' in value && typeof value.name === 'string' && value.name !== '' ? value.name : String(value.address);
	return 'status' in value ? String(value.status) : '';
}

function compare(left: string | number | boolean, right: string): number {
	if (typeof left === 'number') {
		const number = /^\s*[+-]?\d+(\.\d+)?\s*$/.test(right) || /^0x/i.test(right) ? Number(right) : Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(right.trim()) ? right : `${right.trim()}Z`);
		return left < number ? -1 : left > number ? 1 : 0;
	}
	if (typeof left === 'boolean') return Number(left) - Number(/^\s*(true|1)\s*$/i.test(right));
	// Exchange compares strings without regard to case; instants of extended properties are written so that text order is time order.
	const [a, b] = [left.toLowerCase(), right.toLowerCase()];
	return a < b ? -1 : a > b ? 1 : 0;
}

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
	IsEqualTo: (order) => order === 0,
	IsNotEqualTo: (order) => order !== 0,
	IsGreaterThan: (order) => order > 0,
	IsGreaterThanOrEqualTo: (order) => order >= 0,
	IsLessThan: (order) => order < 0,
	IsLessThanOrEqualTo: (order) => order <= 0,
};

function comparison<Row>(node: XmlElement, source: Source<Row>): Predicate<Row> {
	const read = reader(node.children[0], source);
	const test = TESTS[node.name];
	const against = child(node, 'FieldURIOrConstant')?.children[0];
	if (!test || !against) throw schemaViolation(`The element '${node.name}' has incomplete content.`);
	const numeric = /^(Integer|Short|Long|Double|Float)$/.test(node.children[0]?.attributes.PropertyType ?? '');
	const other = against.name === 'Constant' ? undefined : reader(against, source);
	const constant = against.attributes.Value ?? '';
	return (row) => {
		const value = read(row);
		const right = other ? scalar(other(row)) : constant;
		if (value === undefined || right === undefined) return node.name === 'IsNotEqualTo';
		// A list of categories equals a constant where one of its values does.
		if (Array.isArray(value)) {
			const orders = value.map((each: unknown) => compare(typeof each === 'string' ? each : shown(each), String(right)));
			return node.name === 'IsNotEqualTo' ? orders.every(test) : orders.some(test);
		}
		const left = scalar(value);
		return left !== undefined && test(compare(numeric ? Number(left) : left, String(right)));
	};
}

function contains<Row>(node: XmlElement, source: Source<Row>): Predicate<Row> {
	const read = reader(node.children[0], source);
	const mode = node.attributes.ContainmentMode ?? 'FullString';
	const exact = /^(Exact|IgnoreNonSpacingCharacters)$/.test(node.attributes.ContainmentComparison ?? 'Exact');
	const loose = /NonSpacing|Loose/.test(node.attributes.ContainmentComparison ?? '');
	const fold = (text: string): string => {
		const folded = loose ? text.normalize('NFD').replace(/\p{M}/gu, '') : text;
		return exact ? folded : folded.toLowerCase();
	};
	const wanted = fold(child(node, 'Constant')?.attributes.Value ?? '');
	const test = (text: string): boolean => {
		const folded = fold(text);
		switch (mode) {
			case 'FullString':
				return folded === wanted;
			case 'Prefixed':
				return folded.startsWith(wanted);
			case 'Substring':
				return folded.includes(wanted);
			case 'PrefixOnWords':
			case 'ExactPhrase':
				return folded.split(/[\s\p{P}]+/u).some((_, index, words) => words.slice(index).join(' ').startsWith(wanted));
			default:
				throw schemaViolation(`The 'ContainmentMode' attribute is invalid - The value '${mode}' is invalid.`);
		}
	};
	return (row) => {
		const value = read(row);
		if (value === undefined) return false;
		if (Array.isArray(value)) return value.some((each: unknown) => (typeof each === 'string' ? test(each) : test(shown(each)) || (typeof each === 'object' && each !== null && 'address' in each && test(String(each.address)))));
		if (typeof value === 'object' && 'address' in value) return test(shown(value)) || test(String(value.address));
		return test(String(scalar(value) ?? ''));
	};
}
