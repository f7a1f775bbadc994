import type { RecordKind } from '../../records/common-fields';
import type { ListFilter } from '../../sync/mailbox';
import { type PropertyPath, type TaggedProperty, pathElement } from './property-path';
import { STAMP } from './stamp-property';
import { type XmlElement, element } from './xml-element';

/** PidTagFlagStatus (MS-OXOFLAG 2.2.1.1); 2: flagged. `item:Flag` itself cannot be searched for. */
const FLAG_STATUS: TaggedProperty = { tag: 0x1090, type: 'Integer' };

/** `m:Restriction` of items whose stamp begins with one of the prefixes, letter for letter. */
export function stampRestriction(prefixes: readonly string[]): XmlElement {
	return element('Restriction', [anyOf(prefixes.map((prefix) => contains(STAMP, prefix, 'Prefixed', 'Exact')))]);
}

/** `m:Restriction` of a listing; undefined: nothing is filtered. */
export function listRestriction(kind: RecordKind, filter: ListFilter): XmlElement | undefined {
	const conditions: XmlElement[] = [];
	if (filter.receivedAfter !== undefined) conditions.push(compare('IsGreaterThanOrEqualTo', { uri: 'item:DateTimeReceived' }, filter.receivedAfter));
	if (filter.receivedBefore !== undefined) conditions.push(compare('IsLessThan', { uri: 'item:DateTimeReceived' }, filter.receivedBefore));
	if (filter.modifiedAfter !== undefined) conditions.push(compare('IsGreaterThanOrEqualTo', { uri: 'item:LastModifiedTime' }, filter.modifiedAfter));
	if (filter.subject !== undefined) conditions.push(contains({ uri: 'item:Subject' }, filter.subject, 'Substring', 'IgnoreCase'));
	if (filter.category !== undefined) conditions.push(contains({ uri: 'item:Categories' }, filter.category, 'FullString', 'IgnoreCase'));
	if (filter.hasAttachments !== undefined) conditions.push(compare('IsEqualTo', { uri: 'item:HasAttachments' }, String(filter.hasAttachments)));
	if (kind === 'email') {
		if (filter.isRead !== undefined) conditions.push(compare('IsEqualTo', { uri: 'message:IsRead' }, String(filter.isRead)));
		if (filter.from !== undefined) conditions.push(contains({ uri: 'message:From' }, filter.from, 'Substring', 'IgnoreCase'));
		if (filter.flagged !== undefined) conditions.push(filter.flagged ? compare('IsEqualTo', FLAG_STATUS, '2') : element('Not', [compare('IsEqualTo', FLAG_STATUS, '2')]));
	}
	if (kind === 'task' && filter.taskStatus !== undefined)
		conditions.push(compare('IsEqualTo', { uri: 'task:IsComplete' }, String(filter.taskStatus === 'completed')));
	return conditions.length === 0 ? undefined : element('Restriction', [allOf(conditions)]);
}

/**
 * A listing as a query of the server's index (AQS; Microsoft Learn, "Use AQS and query strings to search in Exchange"): a query string and a restriction
 * exclude each other, so the filters become words of the query.
 */
export function listQuery(search: string, filter: ListFilter): string {
	const words = [`(${search})`];
	if (filter.receivedAfter !== undefined) words.push(`received:>=${filter.receivedAfter}`);
	if (filter.receivedBefore !== undefined) words.push(`received:<${filter.receivedBefore}`);
	if (filter.subject !== undefined) words.push(`subject:${quoted(filter.subject)}`);
	if (filter.from !== undefined) words.push(`from:${quoted(filter.from)}`);
	if (filter.category !== undefined) words.push(`category:${quoted(filter.category)}`);
	if (filter.hasAttachments !== undefined) words.push(`hasattachment:${filter.hasAttachments ? 'true' : 'false'}`);
	if (filter.isRead !== undefined) words.push(`isread:${filter.isRead ? 'true' : 'false'}`);
	if (filter.flagged !== undefined) words.push(`isflagged:${filter.flagged ? 'true' : 'false'}`);
	return words.length === 1 ? search : words.join(' AND ');
}

function quoted(text: string): string {
	return `"${text.replaceAll('"', ' ')}"`;
}

function contains(path: PropertyPath, value: string, mode: 'Prefixed' | 'Substring' | 'FullString', comparison: 'Exact' | 'IgnoreCase'): XmlElement {
	return element('Contains', [pathElement(path), element('Constant', [], { Value: value })], { ContainmentMode: mode, ContainmentComparison: comparison });
}

function compare(operator: 'IsEqualTo' | 'IsGreaterThanOrEqualTo' | 'IsLessThan', path: PropertyPath, value: string): XmlElement {
	return element(operator, [pathElement(path), element('FieldURIOrConstant', [element('Constant', [], { Value: value })])]);
}

function anyOf(conditions: readonly XmlElement[]): XmlElement {
	return joined('Or', conditions);
}

function allOf(conditions: readonly XmlElement[]): XmlElement {
	return joined('And', conditions);
}

function joined(operator: 'Or' | 'And', conditions: readonly XmlElement[]): XmlElement {
	const [first] = conditions;
	return conditions.length === 1 && first !== undefined ? first : element(operator, conditions);
}
