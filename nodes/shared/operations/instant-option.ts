import { SettingsError } from '../settings/settings-error';

/**
 * An RFC 3339 instant in UTC of what a date field holds: a time with zone is taken as it is, one without and a plain date are read in `timeZone`
 * (rule `time-zone`). Undefined where the field is empty.
 *
 * @throws SettingsError that names the field
 */
export async function instantOption(value: unknown, timeZone: string, field: string): Promise<string | undefined> {
	if (value === undefined || value === null || value === '') return undefined;
	const { instantOf, isPlainDate } = await import('../../../src/records/point-in-time');
	const instant = instantOf(isPlainDate(value) ? `${String(value).trim()}T00:00:00` : value, timeZone);
	if (instant === undefined) throw new SettingsError(field, `is ${JSON.stringify(value)}`, 'a date and time such as 2026-03-02T09:00:00', 'time-zone');
	return instant;
}
