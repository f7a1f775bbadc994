/**
 * `npm test`: everything that proves the product, stage by stage, on a bare machine too. `npm run test:quick` (`--quick`): types, unit and
 * integration only. Plain JavaScript for Node 18 and later. Ends with one line `N passed, N failed`, and with code 1 if anything failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, setUp, toolEnvironment } from './setup.mjs';

const RESULTS = join(ROOT, '.cache', 'test-results');
const quick = process.argv.includes('--quick');

/** A command that counts as one test. @param {string[]} command */
const check = (name, ...command) => ({ name, command });

/** A project of vitest, whose tests are counted one by one. @param {string} name */
const suite = (name) => ({ name, project: name });

const STAGES = quick
	? [check('types', 'npm', 'run', 'types'), suite('unit'), suite('integration')]
	: [
			check('build', 'npm', 'run', 'build'),
			check('lint', 'npm', 'run', 'lint'),
			check('types', 'npm', 'run', 'types'),
			suite('unit'),
			suite('integration'),
			suite('nodes'),
			suite('n8n'),
			check('chaos', 'node', '--disable-warning=ExperimentalWarning', 'test/chaos/chaos.mts', '--seed', '1', '--minutes', '2'),
			check('demo', 'node', 'test/demo/start.mjs', '--check'),
			check('bench', 'node', '--disable-warning=ExperimentalWarning', 'test/bench/bench.mts', '--quick'),
		];

/** Longest time for one stage; a stage that hangs is a failure, not a wait. */
const STAGE_LIMIT_MS = 15 * 60_000;

/** @param {string[]} command @returns {Promise<boolean>} whether it ended well */
function run(command) {
	return new Promise((resolve) => {
		const [program = '', ...args] = command;
		// A group of its own, so that a stage that hangs is ended with everything it started.
		const child = spawn(program, args, { cwd: ROOT, env: toolEnvironment(), stdio: ['ignore', 'inherit', 'inherit'], detached: true });
		const end = (/** @type {NodeJS.Signals} */ signal) => {
			try {
				if (child.pid !== undefined) process.kill(-child.pid, signal);
			} catch {
				// It ended by itself in the meantime.
			}
		};
		const interrupted = () => end('SIGINT');
		const limit = setTimeout(() => {
			console.error(`ended after ${STAGE_LIMIT_MS / 60_000} minutes: ${command.join(' ')}`);
			end('SIGKILL');
		}, STAGE_LIMIT_MS);
		process.on('SIGINT', interrupted);
		process.on('SIGTERM', interrupted);
		const finish = (/** @type {boolean} */ well) => {
			clearTimeout(limit);
			process.off('SIGINT', interrupted);
			process.off('SIGTERM', interrupted);
			resolve(well);
		};
		child.on('error', (error) => {
			console.error(String(error));
			finish(false);
		});
		child.on('exit', (code) => finish(code === 0));
	});
}

/**
 * What vitest counted. A file that could not even be loaded has no tests and counts as one that failed.
 *
 * @param {string} report
 * @param {boolean} well
 */
function counted(report, well) {
	if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
	const result = JSON.parse(readFileSync(report, 'utf8'));
	const unloadable = result.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')).length;
	const failed = result.numFailedTests + unloadable;
	return { passed: result.numPassedTests, failed: failed === 0 && !well ? 1 : failed, skipped: result.numPendingTests + result.numTodoTests };
}

/** @param {{ name: string, command?: string[], project?: string }} stage */
async function runStage(stage) {
	if (stage.command !== undefined) {
		const well = await run(stage.command);
		return { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0 };
	}
	const report = join(RESULTS, `${stage.project}.json`);
	rmSync(report, { force: true });
	const well = await run(['vitest', 'run', '--project', stage.project ?? '', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
	return counted(report, well);
}

const lines = [];
let passed = 0;
let failed = 0;
try {
	const started = Date.now();
	await setUp(quick ? { n8n: false, debian: false } : {});
	lines.push(`setup        ${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s`);
	mkdirSync(RESULTS, { recursive: true });
	if (!existsSync(join(ROOT, '..', 'shared', 'ews-schema'))) {
		console.log('Microsoft’s schema (../shared/ews-schema) is not here: requests and answers are not validated against it.');
	}
	for (const stage of STAGES) {
		console.log(`\n=== ${stage.name}`);
		const begun = Date.now();
		const result = await runStage(stage);
		passed += result.passed;
		failed += result.failed;
		const skipped = result.skipped === 0 ? '' : `, ${result.skipped} skipped`;
		lines.push(`${stage.name.padEnd(12)} ${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s   ${result.passed} passed, ${result.failed} failed${skipped}`);
	}
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	failed += 1;
}
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
