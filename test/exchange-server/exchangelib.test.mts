import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startExchange } from './startExchange.mts';

const PYTHON = '/usr/bin/python3';

function hasExchangelib(): boolean {
	try {
		execFileSync(PYTHON, ['-c', 'import exchangelib'], { stdio: 'ignore', timeout: 30_000 });
		return true;
	} catch {
		return false;
	}
}

describe.runIf(hasExchangelib())("Debian's python3-exchangelib", () => {
	it('works against this server', { timeout: 180_000 }, async () => {
		const server = await startExchange({ users: ['anna', 'bert'].map((name) => ({ address: `${name}@example.test`, password: 'secret' })), validate: true });
		try {
			const { stdout } = await promisify(execFile)(PYTHON, [fileURLToPath(new URL('exchangelib_check.py', import.meta.url)), server.url], { timeout: 170_000 });
			expect(stdout.trimEnd().split('\n').at(-1)).toBe('all steps passed');
			const answers = (await server.control.schemaViolations()).filter(({ where }) => where === 'answer');
			expect(answers.map(({ operation, message }) => `${operation ?? ''}: ${message}`)).toEqual([]);
		} finally {
			await server.close();
		}
	});
});
