/**
 * Installs what this package's tests and demo need and what is missing on a bare machine. Plain JavaScript without dependencies for Node 18
 * and later, because it runs before anything is there. What is installed already, in the right version, is left alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const N8N = join(ROOT, 'test', 'n8n');

/** Folder that holds the Node which n8n needs, and every tool of this package. */
export const BIN = join(ROOT, 'node_modules', '.bin');

/** The environment in which `node` is the Node that n8n needs, whatever the machine's own is. */
export function toolEnvironment() {
	return { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}` };
}

/** @param {string} text */
function say(text) {
	console.log(`[setup] ${text}`);
}

/** @param {number} since */
function seconds(since) {
	return `${((Date.now() - since) / 1000).toFixed(0)} s`;
}

/**
 * Runs a command without standard input; its output is shown only when it fails. A line every 30 seconds says that it is still at work.
 *
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, optional?: boolean }} [options]
 */
async function run(title, command, args, options = {}) {
	const started = Date.now();
	say(`${title} …`);
	const child = spawn(command, args, {
		cwd: options.cwd ?? ROOT,
		env: options.env ?? process.env,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	const keep = (/** @type {Buffer} */ chunk) => {
		output = (output + chunk.toString()).slice(-20_000);
	};
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	const still = setInterval(() => say(`${title}: still at work after ${seconds(started)}`), 30_000);
	const code = await new Promise((resolve) => {
		child.on('error', (error) => {
			keep(Buffer.from(String(error)));
			resolve(-1);
		});
		child.on('close', resolve);
	});
	clearInterval(still);
	if (code === 0) {
		say(`${title}: done in ${seconds(started)}`);
		return true;
	}
	console.error(output);
	if (options.optional) {
		say(`${title}: failed after ${seconds(started)}; what needs it is left out`);
		return false;
	}
	throw new Error(`${title} failed with code ${code}: ${command} ${args.join(' ')}`);
}

/** @param {string} file */
function json(file) {
	return JSON.parse(readFileSync(file, 'utf8'));
}

/** What a folder's modules are installed from. @param {string} folder */
function source(folder) {
	const hash = createHash('sha256');
	for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(folder, file)));
	return hash.digest('hex');
}

/** Where the {@link source} of the modules that are installed is noted. @param {string} folder */
function note(folder) {
	return join(folder, 'node_modules', '.installed-from');
}

/**
 * Whether the installed modules are those of the lock file: they were installed from this very one, or npm's own list of what it installed, which it
 * keeps beside them, agrees with it.
 *
 * @param {string} folder
 */
function isInstalled(folder) {
	const installed = join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(installed)) return false;
	if (existsSync(note(folder)) && readFileSync(note(folder), 'utf8') === source(folder)) return true;
	const wanted = json(join(folder, 'package-lock.json')).packages;
	const present = json(installed).packages;
	return Object.entries(wanted).every(([path, entry]) => {
		if (path === '' || entry.optional || entry.extraneous || entry.os || entry.cpu || entry.link || (entry.peer && !present[path])) return true;
		return present[path]?.version === entry.version && existsSync(join(folder, path));
	});
}

/**
 * Installs the modules of a folder as its lock file says. `npm ci` refuses a lock file in which npm left out the entries of other platforms'
 * optional binaries (npm does that where a registry does not carry them); `npm install` accepts it and takes the locked versions all the same.
 *
 * @param {string} title
 * @param {string} folder
 */
async function installLocked(title, folder) {
	// Said outright, because `npm start` and `npm test` hand the settings of the package's own .npmrc down to every npm they start.
	const peers = `--legacy-peer-deps=${folder === ROOT}`;
	const flags = ['--ignore-scripts', peers, '--no-audit', '--no-fund', '--loglevel=error'];
	if (answers('npm', ['ci', '--dry-run', ...flags], folder) !== undefined) {
		await run(title, 'npm', ['ci', ...flags], { cwd: folder });
	} else {
		await run(title, 'npm', ['install', '--no-save', ...flags], { cwd: folder });
	}
	writeFileSync(note(folder), source(folder));
}

/** @param {string} command @param {string[]} args @param {string} [cwd] */
function answers(command, args, cwd = ROOT) {
	try {
		return execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'], timeout: 120_000, maxBuffer: 64 * 1024 * 1024 }).toString().trim();
	} catch {
		return undefined;
	}
}

/** Modules of the package itself, and the Node that n8n needs. */
async function installModules() {
	if (!isInstalled(ROOT)) {
		await installLocked('modules of the package', ROOT);
	}
	const wanted = `v${json(join(ROOT, 'node_modules', 'node', 'package.json')).version}`;
	if (answers(join(BIN, 'node'), ['--version']) !== wanted) {
		await run(`Node ${wanted}`, 'npm', ['rebuild', 'node', '--ignore-scripts=false']);
		const found = answers(join(BIN, 'node'), ['--version']);
		if (found !== wanted) throw new Error(`node_modules/.bin/node answers ${found ?? 'nothing'} instead of ${wanted}`);
	}
}

/**
 * n8n, in a package of its own: large, and only its SQLite driver needs to be built.
 *
 * @param {Promise<void>} compiler settled when there is a compiler to build it with
 */
async function installN8n(compiler) {
	if (!isInstalled(N8N)) {
		await installLocked('n8n (about 4 minutes, 2.9 GB)', N8N);
	}
	await compiler;
	if (!existsSync(join(N8N, 'node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node'))) {
		await run('the SQLite driver of n8n', 'npm', ['rebuild', 'sqlite3', '--ignore-scripts=false'], { cwd: N8N, env: { ...process.env, JOBS: 'max' } });
	}
}

/** Programs of Debian that single tests use; a test says so where one is missing. */
const DEBIAN = [
	{ packages: ['build-essential', 'python3'], missing: () => !answers('make', ['--version']) || !answers('g++', ['--version']) || !answers('python3', ['--version']) },
	{ packages: ['openssl'], missing: () => !answers('openssl', ['version']) },
	{ packages: ['libxml2-utils'], missing: () => answers('xmllint', ['--version']) === undefined },
	{ packages: ['python3-exchangelib'], missing: () => answers('/usr/bin/python3', ['-c', 'import exchangelib']) === undefined },
	{ packages: ['chromium'], missing: () => !existsSync('/usr/bin/chromium') },
];

async function installDebianPackages() {
	const packages = DEBIAN.filter((entry) => entry.missing()).flatMap((entry) => entry.packages);
	if (packages.length === 0) return;
	if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
		say(`not installed here, tests that need them are left out: ${packages.join(', ')}`);
		return;
	}
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await run('package lists of Debian', 'apt-get', ['update', '-qq'], { env, optional: true });
	await run(packages.join(', '), 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env, optional: true });
}

/**
 * Begins to install what is missing, all at once.
 *
 * @param {{ n8n?: boolean, debian?: boolean }} [parts] what is needed besides the modules; everything if not said
 * @returns {{ tools: Promise<void>, n8n: Promise<void> }} `tools`: modules and programs, with which everything runs that needs no n8n; `n8n`: n8n besides
 */
export function beginSetUp(parts = {}) {
	const started = Date.now();
	const debian = parts.debian === false ? Promise.resolve() : installDebianPackages();
	const tools = Promise.all([debian, installModules()]).then(() => say(`tools are in place (${seconds(started)})`));
	const n8n = (parts.n8n === false ? Promise.resolve() : installN8n(debian)).then(async () => {
		await tools;
		say(`everything is in place (${seconds(started)})`);
	});
	// Whoever waits for it later hears of its failure then.
	n8n.catch(() => undefined);
	return { tools, n8n };
}

/**
 * Installs what is missing.
 *
 * @param {Parameters<typeof beginSetUp>[0]} [parts]
 */
export async function setUp(parts) {
	const { tools, n8n } = beginSetUp(parts);
	await tools;
	await n8n;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	await setUp().catch((error) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	});
}
