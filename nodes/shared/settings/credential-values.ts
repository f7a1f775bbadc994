import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { enteredSwitch } from '../parameters/entered-options';
import { SettingsError } from './settings-error';

/** Text of a field, without blanks around it; empty where it is missing. */
export function textOf(data: ICredentialDataDecryptedObject, field: string): string {
	const value = data[field];
	return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

/** A secret as it is: blanks may belong to it. */
export function secretOf(data: ICredentialDataDecryptedObject, field: string): string {
	const value = data[field];
	return typeof value === 'string' ? value : '';
}

/** A switch, also as a word; `fallback` where it is missing. @throws SettingsError */
export function switchOf(data: ICredentialDataDecryptedObject, field: string, { shownAs, fallback }: { shownAs: string; fallback: boolean }): boolean {
	return enteredSwitch({ name: field, displayName: shownAs }, data[field]) ?? fallback;
}

/** A whole number within bounds. @throws SettingsError */
export function numberOf(
	data: ICredentialDataDecryptedObject,
	field: string,
	bounds: { shownAs: string; min: number; max: number; fallback: number },
): number {
	const value = data[field];
	if (value === undefined || value === null || value === '') return bounds.fallback;
	const number = Number(value);
	if (!Number.isInteger(number) || number < bounds.min || number > bounds.max) {
		throw new SettingsError(bounds.shownAs, `is ${JSON.stringify(value)}`, `a whole number from ${bounds.min} to ${bounds.max}`);
	}
	return number;
}

/** One of the values of an option field. @throws SettingsError */
export function choiceOf<const T extends string>(
	data: ICredentialDataDecryptedObject,
	field: string,
	choice: { shownAs: string; values: readonly T[]; fallback: T },
): T {
	const value = textOf(data, field);
	if (value === '') return choice.fallback;
	const known = choice.values.find((each) => each === value);
	if (known === undefined) throw new SettingsError(choice.shownAs, `is ${JSON.stringify(value)}`, `one of ${choice.values.join(', ')}`);
	return known;
}

/** What n8n shows instead of a hidden value of a JSON field. It comes back with a key that n8n does not know, for instance a mailbox that was renamed. */
const HIDDEN = '***';

/**
 * Rows of a JSON object whose values are objects of texts: how several secrets are kept, each under a key of its own (n8n restores
 * hidden values of a list by position, of an object by key).
 *
 * @throws SettingsError that names the field and the key, never a value
 */
export function keyedRows(data: ICredentialDataDecryptedObject, field: string, shownAs: string): Array<{ key: string; row: Record<string, string> }> {
	const expected = 'a JSON object of objects, for instance { "anna@example.com": { "user": "…", "password": "…" } }';
	const value: unknown = data[field];
	if (value === undefined || value === null || value === '') return [];
	let parsed: unknown = value;
	if (typeof value === 'string') {
		try {
			parsed = JSON.parse(value);
		} catch {
			parsed = undefined;
		}
	}
	if (!isObject(parsed)) throw new SettingsError(shownAs, 'is not a JSON object', expected);
	return Object.entries(parsed).map(([key, row]) => {
		if (!isObject(row)) throw new SettingsError(shownAs, `has no object under "${key}"`, expected);
		const texts: Record<string, string> = {};
		for (const [name, text] of Object.entries(row)) {
			if (typeof text !== 'string') throw new SettingsError(shownAs, `has no text under "${key}" → "${name}"`, expected);
			if (text === HIDDEN) throw new SettingsError(shownAs, `has ${HIDDEN} under "${key}" → "${name}"`, 'entered anew there: n8n keeps hidden values by their key, and this key is new');
			texts[name] = text;
		}
		return { key: key.trim(), row: texts };
	});
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
