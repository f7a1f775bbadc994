import type { INodeProperties } from 'n8n-workflow';

/** Which of Microsoft's clouds the tenant lives in. */
export const cloudField: INodeProperties = {
	displayName: 'Cloud',
	name: 'cloud',
	type: 'options',
	options: [
		{ name: 'China (21Vianet)', value: 'china' },
		{ name: 'Global', value: 'global' },
		{ name: 'US Government DoD', value: 'dod' },
		{ name: 'US Government GCC High', value: 'gccHigh' },
	],
	default: 'global',
	description: 'Which of Microsoft\'s clouds the tenant lives in. GCC (without High) uses Global.',
};
