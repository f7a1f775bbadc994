/** Mode and value of a resource locator, or a plain text where an expression gave one. */
export function locator(value: unknown): { mode: string; value: string } {
	if (typeof value === 'object' && value !== null && 'value' in value) {
		const mode = 'mode' in value && typeof value.mode === 'string' ? value.mode : 'list';
		return { mode, value: textOf(value.value) };
	}
	return { mode: '', value: textOf(value) };
}

/** Value of a resource locator, whatever its mode. */
export function locatorValue(value: unknown): string {
	return locator(value).value;
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}
