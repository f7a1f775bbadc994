import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { FAULT_ROWS } from './fault-rows.mts';

describe("the README's table of faults", () => {
	const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
	const faults = readme.slice(readme.indexOf('## Faults'), readme.indexOf('## Limits'));
	/** Response codes and HTTP statuses of the matrix, and in words what has neither. */
	const words = FAULT_ROWS.map(({ name }) => /Error[A-Za-z]+/.exec(name)?.[0] ?? /HTTP (\d{3})/.exec(name)?.[1] ?? name.toLowerCase().split(' ')[0] ?? '');

	it.each([...new Set(words)])('names %s', (word) => {
		const column = faults.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split(' | ')[0]?.toLowerCase() ?? '');
		expect(column.some((cell) => cell.includes(word.toLowerCase()))).toBe(true);
	});
});

describe('FAULTS.md', () => {
	const named = readFileSync(new URL('./FAULTS.md', import.meta.url), 'utf8')
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.map((line) => line.split(' | ')[0] ?? '')
		.join('; ');

	it.each(FAULT_ROWS)('says what becomes of $name', ({ name }) => {
		expect(named).toContain(name);
	});
});
