import type { INodeProperties } from 'n8n-workflow';

/** Importance of an item of any kind. */
export const importanceOption: INodeProperties = {
	displayName: 'Importance',
	name: 'importance',
	type: 'options',
	options: [
		{ name: 'High', value: 'high' },
		{ name: 'Low', value: 'low' },
		{ name: 'Normal', value: 'normal' },
	],
	default: 'normal',
	description: 'How important Outlook shows the item to be',
};

/** Sensitivity of an item of any kind (rule `private-left-out`). */
export const sensitivityOption: INodeProperties = {
	displayName: 'Sensitivity',
	name: 'sensitivity',
	type: 'options',
	options: [
		{ name: 'Confidential', value: 'confidential' },
		{ name: 'Normal', value: 'normal' },
		{ name: 'Personal', value: 'personal' },
		{ name: 'Private', value: 'private' },
	],
	default: 'normal',
	description: 'How sensitive the item is; others who may look into the mailbox do not see private ones in Outlook',
};

/** Categories of an item of any kind. */
export const categoriesOption: INodeProperties = { displayName: 'Categories', name: 'categories', type: 'string', default: '', description: 'Categories, separated by commas' };

/** Plain text of an appointment or task (rule `plain-text-only`). */
export function plainTextOption(what: string): INodeProperties {
	return { displayName: 'Text', name: 'text', type: 'string', typeOptions: { rows: 4 }, default: '', description: `Plain text of the ${what}` };
}

/** Which form of the body of an email is read. */
export function bodyOption(wanted: Pick<INodeProperties, 'displayName' | 'description'>): INodeProperties {
	return {
		...wanted,
		name: 'body',
		type: 'options',
		options: [
			{ name: 'HTML', value: 'html' },
			{ name: 'Text', value: 'text' },
			{ name: 'Text and HTML', value: 'both' },
		],
		default: 'both',
	};
}
