/** Clients that nobody here wrote, as Debian packs them: a test with one runs where it is installed. */
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Control } from './control/control.mts';

/** Debian's Python, whose packages are the ones meant. */
const PYTHON = '/usr/bin/python3';

/** Whether Debian's Python has all of these modules; they are looked for and not imported, which takes a second. */
export function canImport(...modules: string[]): boolean {
	const script = `import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))`;
	try {
		execFileSync(PYTHON, ['-c', script, ...modules], { stdio: 'ignore', timeout: 60_000 });
		return true;
	} catch {
		return false;
	}
}

/** Runs a script with Debian's Python; what it printed, line by line. @throws Error with its output where it ends badly */
export async function runPython(script: URL, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string[]> {
	const { stdout } = await promisify(execFile)(PYTHON, [fileURLToPath(script), ...args], { timeout: 240_000, ...(env && { env }) });
	return stdout.trimEnd().split('\n');
}

/** This server's answers are held against Microsoft's schema; what such a client asks is its own affair. */
export async function expectAnswersByTheSchema(control: Control): Promise<void> {
	const answers = (await control.schemaViolations()).filter(({ where }) => where === 'answer');
	control.clearSchemaViolations();
	expect(answers.map(({ operation, message }) => `${operation ?? ''}: ${message}`)).toEqual([]);
}
