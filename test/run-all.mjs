/**
 * `npm test`: everything that proves the product, on a bare machine too. `npm run test:quick` (`--quick`): types, unit and integration only, with less
 * of what takes long (test/quick-look.mts). Plain JavaScript for Node 18 and later. Ends with what failed, told once more, a line for each stage
 * and one line `N passed, N failed`, and with code 1 if anything failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beginSetUp, ROOT, toolEnvironment } from './setup.mjs';

const RESULTS = join(ROOT, '.cache', 'test-results');
const quick = process.argv.includes('--quick');

/** A command that counts as one test. @param {string[]} command */
const check = (name, ...command) => ({ name, command });

/** Projects of vitest in one run, whose tests are counted one by one. @param {string[]} projects */
const suite = (...projects) => ({ name: projects.join(', '), projects });

/** @typedef {{ name: string, command?: string[], projects?: string[] }} Stage */

const types = check('types', 'npm', 'run', 'types');
const fast = suite('unit', 'integration');

/** Stages in one row run side by side. @type {Stage[][]} */
const WITHOUT_N8N = quick ? [[fast, types]] : [[check('lint', 'npm', 'run', 'lint'), types, check('build', 'npm', 'run', 'build')], [fast]];

/** What needs n8n, which is installed while the others run. @type {Stage[][]} */
const WITH_N8N = quick
	? []
	: [
			[suite('nodes')],
			[suite('n8n')],
			[
				check('chaos', 'node', '--disable-warning=ExperimentalWarning', 'test/chaos/chaos.mts', '--seed', '1', '--minutes', '2'),
				check('demo', 'node', 'test/demo/start.mjs', '--check'),
			],
			[check('bench', 'node', '--disable-warning=ExperimentalWarning', 'test/bench/bench.mts', '--quick')],
		];

/** Longest time for one stage; a stage that hangs is a failure, not a wait. */
const STAGE_LIMIT_MS = 15 * 60_000;

/**
 * @param {string[]} command
 * @param {boolean} atOnce show what it says at once; otherwise at its end, where others speak at the same time
 * @returns {Promise<boolean>} whether it ended well
 */
function run(command, atOnce) {
	return new Promise((resolve) => {
		const [program = '', ...args] = command;
		// A group of its own, so that a stage that hangs is ended with everything it started.
		const env = { ...toolEnvironment(), ...(quick && { TEST_QUICK: 'yes' }) };
		const said = atOnce ? 'inherit' : 'pipe';
		const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', said, said], detached: true });
		/** @type {Buffer[]} */
		const kept = [];
		child.stdout?.on('data', (chunk) => kept.push(chunk));
		child.stderr?.on('data', (chunk) => kept.push(chunk));
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
			process.stdout.write(Buffer.concat(kept));
			resolve(well);
		};
		child.on('error', (error) => {
			console.error(String(error));
			finish(false);
		});
		child.on('close', (code) => finish(code === 0));
	});
}

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Result */

/** Of the message of a failed test: enough to tell why. */
const MESSAGE_LINES = 12;

/** @param {string} message */
const beginning = (message) => message.split('\n', MESSAGE_LINES).join('\n    ');

/**
 * What vitest counted. A file that could not even be loaded has no tests and counts as one that failed.
 *
 * @param {string} report
 * @param {boolean} well
 * @returns {Result}
 */
function counted(report, well) {
	if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, failures: ['vitest ended without a report'] };
	const result = JSON.parse(readFileSync(report, 'utf8'));
	const failures = result.testResults.flatMap((file) => {
		const name = relative(ROOT, file.name);
		const tests = file.assertionResults.filter((test) => test.status === 'failed');
		if (file.status === 'failed' && tests.length === 0) return [`${name}\n    ${beginning(file.message)}`];
		return tests.map((test) => `${name}: ${test.fullName}\n    ${beginning(test.failureMessages.join('\n'))}`);
	});
	if (failures.length === 0 && !well) failures.push('vitest ended with an error outside of its tests');
	return { passed: result.numPassedTests, failed: failures.length, skipped: result.numPendingTests + result.numTodoTests, failures };
}

/** @param {Stage} stage @param {boolean} atOnce @returns {Promise<Result>} */
async function resultOf(stage, atOnce) {
	if (stage.command !== undefined) {
		const well = await run(stage.command, atOnce);
		return { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0, failures: well ? [] : [stage.command.join(' ')] };
	}
	const projects = stage.projects ?? [];
	const report = join(RESULTS, `${projects.join('-')}.json`);
	rmSync(report, { force: true });
	const well = await run(['vitest', 'run', ...projects.flatMap((project) => ['--project', project]), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], atOnce);
	return counted(report, well);
}

/** @param {number} since */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0).padStart(5)} s`;

/** @param {Stage[]} row */
async function runRow(row) {
	await Promise.all(
		row.map(async (stage, index) => {
			console.log(`\n=== ${stage.name}`);
			const begun = Date.now();
			const result = await resultOf(stage, index === 0);
			passed += result.passed;
			failed += result.failed;
			failures.push(...result.failures.map((failure) => `${stage.name}: ${failure}`));
			const skipped = result.skipped === 0 ? '' : `, ${result.skipped} skipped`;
			lines.push(`${stage.name.padEnd(18)} ${seconds(begun)}   ${result.passed} passed, ${result.failed} failed${skipped}`);
		}),
	);
}

const lines = [];
/** Told at the end as well: a test that fails early is far above the last lines, which may be all that is kept of a run. @type {string[]} */
const failures = [];
let passed = 0;
let failed = 0;
try {
	const started = Date.now();
	const { tools, n8n } = beginSetUp(quick ? { n8n: false, debian: false } : {});
	await tools;
	lines.push(`${'setup'.padEnd(18)} ${seconds(started)}`);
	mkdirSync(RESULTS, { recursive: true });
	if (!existsSync(join(ROOT, '..', 'shared', 'ews-schema'))) {
		console.log('Microsoft’s schema (../shared/ews-schema) is not here: requests and answers are not validated against it.');
	}
	for (const row of WITHOUT_N8N) await runRow(row);
	const waiting = Date.now();
	await n8n;
	if (WITH_N8N.length > 0) lines.push(`${'waiting for n8n'.padEnd(18)} ${seconds(waiting)}`);
	for (const row of WITH_N8N) await runRow(row);
} catch (error) {
	failures.push(`run ended by ${error instanceof Error ? error.message : error}`);
	failed += 1;
}
for (const failure of failures) console.log(`\nFAILED ${failure}`);
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
