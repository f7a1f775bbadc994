/** The truth value that is meant: true, "true", 1, "1", "yes" and their opposites, as tables, environments and expressions have them. */
export function truthOf(value: unknown): boolean | undefined {
	switch (String(value).trim().toLowerCase()) {
		case 'true':
		case '1':
		case 'yes':
			return true;
		case 'false':
		case '0':
		case 'no':
			return false;
		default:
			return undefined;
	}
}

/** A name of a choice without what it may be written differently in: `Not Started` and `not_started` are `notstarted`. */
export function bareName(text: string): string {
	return text.toLowerCase().replace(/[\s_-]/g, '');
}
