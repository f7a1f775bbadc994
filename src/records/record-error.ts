/**
 * A record that cannot be taken as it is: names the field, the value and what would be right. Nothing is bent silently.
 */
export class RecordError extends Error {
	/** Dotted path of the field, e.g. `recurrence.rrule`. */
	readonly field: string;
	/** The refused value, shortened, as text. */
	readonly value: string;
	/** What would be right. */
	readonly expected: string;

	constructor(field: string, value: unknown, expected: string) {
		const shown = shownValue(value);
		super(`Field "${field}" is ${shown}, but must be ${expected}`);
		this.name = 'RecordError';
		this.field = field;
		this.value = shown;
		this.expected = expected;
	}
}

/** The refusal that was thrown. @throws whatever else was thrown */
export function recordErrorFrom(error: unknown): RecordError {
	if (error instanceof RecordError) return error;
	throw error;
}

const LONGEST_SHOWN_VALUE = 120;

/** A value as an error shows it, shortened. */
export function shownValue(value: unknown): string {
	if (value === undefined) return 'missing';
	const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
	return text.length > LONGEST_SHOWN_VALUE ? `${text.slice(0, LONGEST_SHOWN_VALUE)}…` : text;
}
