import type { INodeProperties } from 'n8n-workflow';

import { shownValue } from '../../../src/records/record-error';
import { bareName, truthOf } from '../../../src/records/words';
import { SettingsError } from '../settings/settings-error';

/** What the panel shows of a field. */
export type DescribedField = Pick<INodeProperties, 'name' | 'displayName' | 'options' | 'placeholder'>;

/**
 * Options of a collection as the builder or an expression has entered them, each read as what it is described to be. What is empty (undefined, null, a text of
 * nothing or spaces) is not given. What cannot be taken is refused by the name that the panel shows: an option that counted as not given would list or change what nobody meant.
 */
export class EnteredOptions {
	readonly #fields: readonly DescribedField[];
	readonly #values: Readonly<Record<string, unknown>>;

	constructor(fields: readonly DescribedField[], values: unknown) {
		this.#fields = fields;
		this.#values = optionsOf(values);
	}

	/** A text without spaces around it; numbers and truth values as their text. @throws SettingsError */
	text(name: string): string | undefined {
		return enteredText(this.#field(name), this.#values[name]);
	}

	/** A switch. @throws SettingsError */
	isOn(name: string): boolean | undefined {
		return enteredSwitch(this.#field(name), this.#values[name]);
	}

	/** One of the choices that the option has, by its value or by its name. @throws SettingsError */
	choice<const V extends string>(name: string, values: readonly V[]): V | undefined {
		return enteredChoice(this.#field(name), this.#values[name], values);
	}

	/** Those of the named options that are a choice, as fields of a record. An empty one is none: in a record it would be the usual value, and take the place of what an item has. @throws SettingsError */
	choices(names: readonly string[]): Record<string, string> {
		const chosen = names.map((name) => [name, this.choice(name, valuesOf(this.#field(name)))] as const);
		return Object.fromEntries(chosen.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
	}

	/** Names; see {@link enteredNames}. @throws SettingsError */
	names(name: string): string[] | undefined {
		return enteredNames(this.#field(name), this.#values[name]);
	}

	/** A whole number within bounds; see {@link enteredNumber}. @throws SettingsError */
	number(name: string, lowest: number, highest: number): number | undefined {
		return enteredNumber(this.#field(name), this.#values[name], lowest, highest);
	}

	/** An instant in UTC; see {@link enteredInstant}. @throws SettingsError */
	async instant(name: string, timeZone: string): Promise<string | undefined> {
		return await enteredInstant(this.#field(name), this.#values[name], timeZone);
	}

	/** Those of the named options that are set, as they are: for a record, which checks them itself. */
	given(names: readonly string[]): Record<string, unknown> {
		return Object.fromEntries(names.filter((name) => this.#values[name] !== undefined).map((name) => [name, this.#values[name]]));
	}

	#field(name: string): DescribedField {
		return this.#fields.find((field) => field.name === name) ?? { name, displayName: name };
	}
}

/** Options of a parameter as the builder left them: an object, empty where nothing is chosen. */
export function optionsOf(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Names separated by commas, or a list of names. */
export function namesOf(value: unknown): string[] {
	const parts = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [];
	return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Names separated by commas, or a list of names; an empty text is an empty list. Undefined where the field has no value. @throws SettingsError */
export function enteredNames(field: DescribedField, value: unknown): string[] | undefined {
	if (value === undefined || value === null) return undefined;
	const isList = Array.isArray(value) && value.every((each) => typeof each === 'string' || typeof each === 'number');
	if (typeof value !== 'string' && !isList) throw refusal(field, value, 'names separated by commas, or a list of names');
	return namesOf(value);
}

/** One of the choices of a field, by its value or by its name, whatever their case; undefined where the field is empty. @throws SettingsError */
export function enteredChoice<const V extends string>(field: DescribedField, value: unknown, values: readonly V[]): V | undefined {
	if (isEmpty(value)) return undefined;
	const choices = (field.options ?? []).flatMap((option) => ('value' in option ? values.filter((known) => known === option.value).map((known) => ({ name: option.name, value: known })) : []));
	const meant = typeof value === 'string' ? bareName(value) : undefined;
	const chosen = choices.find((choice) => bareName(choice.value) === meant) ?? choices.find((choice) => bareName(choice.name) === meant);
	if (chosen === undefined) throw refusal(field, value, `one of ${choices.map(({ name }) => name).join(', ')}`);
	return chosen.value;
}

/**
 * An RFC 3339 instant in UTC of what a date field holds: a time with zone is taken as it is, one without and a plain date are read in `timeZone`
 * (rule `time-zone`). Undefined where the field is empty.
 *
 * @throws SettingsError
 */
export async function enteredInstant(field: DescribedField, value: unknown, timeZone: string): Promise<string | undefined> {
	if (isEmpty(value)) return undefined;
	const { instantOf, isPlainDate } = await import('../../../src/records/point-in-time');
	const instant = instantOf(isPlainDate(value) ? `${String(value).trim()}T00:00:00` : value, timeZone);
	if (instant === undefined) throw new SettingsError(field.displayName, `is ${shownValue(value)}`, 'a date and time such as 2026-03-02T09:00:00', 'time-zone');
	return instant;
}

/** A switch, also as a word; undefined where the field is empty. @throws SettingsError */
export function enteredSwitch(field: DescribedField, value: unknown): boolean | undefined {
	if (isEmpty(value)) return undefined;
	const truth = typeof value === 'object' ? undefined : truthOf(value);
	if (truth === undefined) throw refusal(field, value, 'true or false');
	return truth;
}

/** A switch of the panel, also as a word; where it is empty, as the panel begins with it. @throws SettingsError */
export function isSwitchedOn(field: DescribedField & Pick<INodeProperties, 'default'>, value: unknown): boolean {
	return enteredSwitch(field, value) ?? field.default === true;
}

/** A whole number, also as text: a fraction is cut off, and beyond the bounds the nearest of them counts. Undefined where the field is empty. @throws SettingsError */
export function enteredNumber(field: DescribedField, value: unknown, lowest: number, highest: number): number | undefined {
	if (isEmpty(value)) return undefined;
	const number = typeof value === 'number' || typeof value === 'string' ? Math.floor(Number(value)) : Number.NaN;
	if (Number.isNaN(number)) throw refusal(field, value, 'a whole number');
	return Math.min(highest, Math.max(lowest, number));
}

function enteredText(field: DescribedField, value: unknown): string | undefined {
	if (isEmpty(value)) return undefined;
	const isText = typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
	if (!isText) throw refusal(field, value, `text${field.placeholder === undefined ? '' : ` such as ${field.placeholder.replace(/^e\.g\. /, '')}`}`);
	return String(value).trim();
}

function valuesOf({ options = [] }: DescribedField): string[] {
	return options.flatMap((option) => ('value' in option && typeof option.value === 'string' ? [option.value] : []));
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function refusal({ displayName }: DescribedField, value: unknown, expected: string): SettingsError {
	return new SettingsError(displayName, `is ${shownValue(value)}`, expected);
}
