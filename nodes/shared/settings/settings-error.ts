import type { RuleId } from '../../../src/rules/catalogue';

/** A field of a credential or of a node that cannot be taken as it is: names the field, what is wrong, what would be right and the rule. Never holds a secret. */
export class SettingsError extends Error {
	/** Name of the field as n8n shows it. */
	readonly field: string;
	readonly rule: RuleId | undefined;

	constructor(field: string, problem: string, expected: string, rule?: RuleId) {
		super(`Field "${field}" ${problem}, but must be ${expected}${rule === undefined ? '' : ` (rule ${rule})`}`);
		this.name = 'SettingsError';
		this.field = field;
		this.rule = rule;
	}
}
