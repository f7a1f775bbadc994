import type { XmlElement } from '../xml/element.mts';
import { schemaViolation } from '../operations/errors.mts';

/** One page of rows and the attributes RootFolder reports about it. */
export interface Page<T> {
	readonly rows: readonly T[];
	readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Cuts a page out of all rows as IndexedPageItemView or FractionalPageItemView says; never more than `cap` rows (EWSFindCountLimit). */
export function pageOf<T>(all: readonly T[], view: XmlElement | undefined, cap: number): Page<T> {
	const max = Math.min(Number(view?.attributes.MaxEntriesReturned ?? cap), cap);
	if (max < 1) throw schemaViolation(`The 'MaxEntriesReturned' attribute is invalid - The value '${view?.attributes.MaxEntriesReturned ?? ''}' is invalid.`);
	if (view?.name.startsWith('Fractional')) {
		const start = Math.floor((all.length * Number(view.attributes.Numerator ?? 0)) / Number(view.attributes.Denominator ?? 1));
		const rows = all.slice(start, start + max);
		return { rows, attributes: { NumeratorOffset: start + rows.length, AbsoluteDenominator: all.length, TotalItemsInView: all.length, IncludesLastItemInRange: start + rows.length >= all.length } };
	}
	const offset = Number(view?.attributes.Offset ?? 0);
	const start = view?.attributes.BasePoint === 'End' ? Math.max(0, all.length - offset - max) : offset;
	const rows = all.slice(start, view?.attributes.BasePoint === 'End' ? Math.max(0, all.length - offset) : start + max);
	const next = start + rows.length;
	return { rows, attributes: { ...(view && { IndexedPagingOffset: next }), TotalItemsInView: all.length, IncludesLastItemInRange: view?.attributes.BasePoint === 'End' ? start === 0 : next >= all.length } };
}
