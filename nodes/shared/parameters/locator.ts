import { shownValue } from '../../../src/records/record-error';
import { SettingsError } from '../settings/settings-error';

/** Mode and value of a resource locator, or a plain text where an expression gave one. @throws SettingsError for anything else, under the name that the panel shows */
export function locator(value: unknown, shownAs: string): { mode: string; value: string } {
	if (typeof value === 'object' && value !== null && 'value' in value) {
		const mode = 'mode' in value && typeof value.mode === 'string' ? value.mode : 'list';
		return { mode, value: textOf(value.value, shownAs) };
	}
	return { mode: '', value: textOf(value, shownAs) };
}

/** Value of a resource locator, whatever its mode. @throws SettingsError */
export function locatorValue(value: unknown, shownAs: string): string {
	return locator(value, shownAs).value;
}

/** What is no text must not count as none: the item of another account or the default folder would be taken. */
function textOf(value: unknown, shownAs: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	throw new SettingsError(shownAs, `is ${shownValue(value)}`, 'text');
}
