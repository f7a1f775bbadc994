import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/rules/catalogue.ts';

const MANUAL = fileURLToPath(new URL('../../../shared/spec/RULES.md', import.meta.url));

/** Ours: the manual is silent about private items. */
const OWN_RULES = ['private-left-out'];

describe('the catalogue', () => {
	it('has a sentence for every rule', () => {
		for (const { summary } of Object.values(RULES)) expect(summary).toMatch(/^[A-Z].*\.$/);
	});

	it.skipIf(!existsSync(MANUAL))(`has exactly the rules of the specification, and our own (skipped where the specification is not beside the project)`, () => {
		const rows = readFileSync(MANUAL, 'utf8').split('\n').filter((line) => line.startsWith('| `'));
		const ids = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map((match) => match[1] ?? ''));
		expect(ids.length).toBeGreaterThan(30);
		expect([...ids, ...OWN_RULES].sort()).toEqual(Object.keys(RULES).sort());
	});
});
