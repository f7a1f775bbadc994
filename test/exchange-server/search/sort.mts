import { EwsError } from '../operations/errors.mts';
import type { PropertyValue } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { parseExtendedPath } from '../properties/extended.mts';
import type { Source } from './restriction.mts';

function key(value: PropertyValue | undefined): string | number {
	if (value === undefined) return '';
	if (value instanceof Date) return value.getTime();
	if (typeof value === 'number') return value;
	if (typeof value === 'boolean') return Number(value);
	if (typeof value === 'string') return value.toLowerCase();
	if (Array.isArray(value)) return value.map((each: unknown) => String(each)).join(';').toLowerCase();
	return 'address' in value ? (('name' in value && typeof value.name === 'string' ? value.name : undefined) ?? String(value.address)).toLowerCase() : '';
}

/** Turns a SortOrder into a comparison; rows without a value come first. */
export function parseSortOrder<Row>(sortOrder: XmlElement, source: Source<Row>): (a: Row, b: Row) => number {
	const orders = sortOrder.children.map((order) => {
		const path = order.children[0];
		const read = path?.name === 'ExtendedFieldURI' ? source.extended(parseExtendedPath(path)) : source.property(path?.attributes.FieldURI ?? '');
		if (!read) throw new EwsError('ErrorUnsupportedPathForSortGroup', { messageXml: element('t:FieldURI', '', { FieldURI: path?.attributes.FieldURI ?? '' }) });
		return { read, sign: order.attributes.Order === 'Descending' ? -1 : 1 };
	});
	return (a, b) => {
		for (const { read, sign } of orders) {
			const [left, right] = [key(read(a)), key(read(b))];
			if (left !== right) return left < right || left === '' ? -sign : sign;
		}
		return 0;
	};
}
