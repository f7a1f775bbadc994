/**
 * A set-up file of vitest: behind each test file, everything its Exchanges were asked and answered is held against Microsoft's schema, where that lies
 * beside the project. A test that breaks the schema on purpose looks at `control.schemaViolations()` and clears them.
 */
import { afterAll, expect } from 'vitest';
import { takeSchemaViolations } from './schemaCheck.mts';

const LONGEST_TEXT = 1_500;

afterAll(async () => {
	const violations = await takeSchemaViolations();
	expect(violations.map(({ where, operation, message, xml }) => `${where} ${operation ?? ''}: ${message} in ${xml.slice(0, LONGEST_TEXT)}`)).toEqual([]);
}, 120_000);
