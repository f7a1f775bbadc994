/**
 * `npm start`: installs what is missing, then runs the demo with the Node that n8n needs. Plain JavaScript for Node 18 and later.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BIN, ROOT, setUp, toolEnvironment } from '../setup.mjs';

try {
	await setUp({ debian: false });
	const child = spawn(join(BIN, 'node'), [join(ROOT, 'test', 'demo', 'demo.mts'), ...process.argv.slice(2)], {
		cwd: ROOT,
		env: toolEnvironment(),
		stdio: 'inherit',
	});
	// Ctrl-C reaches the whole group: the demo stops by itself, this process only waits for it.
	process.on('SIGINT', () => undefined);
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	child.on('exit', (code, signal) => {
		process.exitCode = code ?? (signal === null ? 1 : 130);
	});
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
