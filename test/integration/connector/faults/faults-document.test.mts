import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { FAULT_ROWS } from './fault-rows.mts';

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
