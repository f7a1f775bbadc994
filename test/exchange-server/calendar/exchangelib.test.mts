import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startExchange } from '../startExchange.mts';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('exchangelib-calendar.py', import.meta.url));
const importable = spawnSync(PYTHON, ['-c', 'import exchangelib'], { timeout: 30_000 }).status === 0;

describe.skipIf(!importable)('exchangelib, a client by other people,', () => {
	it('works with calendar and tasks', { timeout: 120_000 }, async () => {
		const [anna, bob] = ['anna@example.test', 'bob@example.test'];
		const running = await startExchange({ validate: true, users: [anna, bob].map((address) => ({ address, password: 'secret' })) });
		try {
			const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, running.url, anna, 'secret', bob, 'secret'], { timeout: 100_000 });
			expect(stdout.trim().split('\n')).toEqual([
				'single appointment',
				'all-day appointment',
				'recurrence patterns',
				'series without an end over the change of time',
				'occurrences',
				'sync',
				'meeting requests and answers',
				'tasks',
				'recurring tasks',
			]);
			expect((await running.control.schemaViolations()).filter(({ where }) => where === 'answer').map(({ operation, message }) => `${operation}: ${message}`)).toEqual([]);
		} finally {
			await running.close();
		}
	});
});
