/** A value of the canonical form: JSON without `undefined`. */
export type CanonicalValue = string | number | boolean | null | CanonicalValue[] | CanonicalFields;

/** Fields of the canonical form; their order is without meaning. */
export interface CanonicalFields {
	[field: string]: CanonicalValue;
}

/** The value with the fields of every object in the order of their names. */
export function withSortedFields(value: CanonicalValue): CanonicalValue {
	if (Array.isArray(value)) return value.map(withSortedFields);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([field, inner]) => [field, withSortedFields(inner)]),
	);
}
