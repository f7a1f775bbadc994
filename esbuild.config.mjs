// Builds dist/: n8n refuses runtime dependencies in community packages, so everything but n8n-workflow is bundled here.
//
// * Nodes and credentials are small bundles: an n8n that only lists them loads nothing of the EWS library.
// * What is heavy (HEAVY below) is bundled once, in files of its own, which the nodes reach by `await import(...)`.
// * The licences of everything that is bundled are collected in dist/THIRD-PARTY-LICENSES.txt.
import { build } from 'esbuild';
import { builtinModules } from 'node:module';
import { cp, glob, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = import.meta.dirname;
const dist = join(root, 'dist');

/** Loaded with the first request only; each is a bundle of its own. */
const HEAVY = ['src/connector/open-connector.ts', 'src/records/checked-record.ts', 'src/records/point-in-time.ts'];
/** Provided by the n8n that loads the package. */
const PROVIDED = ['n8n-workflow'];

const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

const found = async (pattern) => (await Array.fromAsync(glob(pattern, { cwd: root }))).sort();
const withoutExtension = (path) => path.replace(/\.ts$/, '');

/** Leaves imports of files that are bundles of their own as relative `require`s; `depth` is how deep in dist the importing bundle lies. */
function separateBundles(entries, depth) {
	const own = new Map(entries.map((entry) => [resolve(root, withoutExtension(entry)), withoutExtension(entry)]));
	return {
		name: 'separate-bundles',
		setup(bundling) {
			bundling.onResolve({ filter: /^\.\.?\// }, (args) => {
				if (args.kind === 'entry-point') return undefined;
				const bundle = own.get(resolve(args.resolveDir, withoutExtension(args.path)));
				if (bundle === undefined) return undefined;
				return { path: `${depth === 0 ? './' : '../'.repeat(depth)}${bundle}.js`, external: true };
			});
		},
	};
}

/**
 * Leaves the transport of ews-javascript-api out: the connector brings its own, and this one would draw in axios and a module (deasync) that is not
 * installed. A service that is not given a transport fails at its first request.
 */
const withoutLibraryTransport = {
	name: 'without-library-transport',
	setup(bundling) {
		bundling.onResolve({ filter: /^@ewsjs\/xhr$/ }, () => ({ path: 'no-transport', namespace: 'without-library-transport' }));
		bundling.onLoad({ filter: /.*/, namespace: 'without-library-transport' }, () => ({
			contents: "exports.XhrApi = class { constructor() { throw new Error('This service has no transport'); } };",
			loader: 'js',
		}));
	},
};

async function bundle(entryPoints, separate, depth) {
	return await build({
		absWorkingDir: root,
		entryPoints,
		outdir: dist,
		outbase: root,
		bundle: true,
		keepNames: true,
		format: 'cjs',
		platform: 'node',
		target: 'node22',
		charset: 'utf8',
		legalComments: 'none',
		external: PROVIDED,
		// A CommonJS bundle asks for everything by require: import() of n8n-workflow would find its ESM build, which Node cannot load.
		supported: { 'dynamic-import': false },
		// import.meta.url of ECMAScript modules, which CommonJS has not.
		define: { 'import.meta.url': '__bundle_url' },
		banner: { js: "const __bundle_url = require('node:url').pathToFileURL(__filename).href;" },
		plugins: [separateBundles(separate, depth), withoutLibraryTransport],
		metafile: true,
		logLevel: 'warning',
	});
}

/**
 * Names are kept because ews-javascript-api compares those of its classes. esbuild's helper for it defines the name of every function each time that one is
 * made, inner ones included, which doubles what it costs to convert a mail's HTML; nearly all have the right name anyway.
 */
async function nameOnlyWhatIsRenamed(metafiles) {
	const helper = 'var __name = (target, value) => __defProp(';
	for (const path of metafiles.flatMap(({ outputs }) => Object.keys(outputs))) {
		const text = await readFile(join(root, path), 'utf8');
		if (!text.includes('__name(')) continue;
		if (!text.includes(helper)) throw new Error(`esbuild has another helper for names in ${path}`);
		await writeFile(join(root, path), text.replace(helper, 'var __name = (target, value) => target.name === value ? target : __defProp('));
	}
}

/** Refuses a bundle that needs a module which is not there in an n8n that has nothing but this package. */
function assertSelfContained(metafiles) {
	const missing = [];
	for (const { outputs } of metafiles) {
		for (const [output, { imports }] of Object.entries(outputs)) {
			for (const { path, external } of imports) {
				if (external && !path.startsWith('.') && !builtins.has(path) && !PROVIDED.includes(path)) missing.push(`${output} requires ${path}`);
			}
		}
	}
	if (missing.length > 0) throw new Error(`The bundle is not self-contained:\n${missing.join('\n')}`);
}

/** Folders of the packages that ended up in a bundle. */
function bundledPackages(metafiles) {
	const folders = new Set();
	for (const { outputs } of metafiles) {
		for (const { inputs } of Object.values(outputs)) {
			for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
				const match = bytesInOutput > 0 ? /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) : null;
				if (match) folders.add(match[1]);
			}
		}
	}
	return [...folders].sort();
}

async function licenceOf(folder) {
	const directory = join(root, folder);
	const { name, version, license, licenses, author, homepage } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
	const files = (await readdir(directory)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file) && !/\.(js|ts|json)$/.test(file)).sort();
	const texts = await Promise.all(files.map(async (file) => (await readFile(join(directory, file), 'utf8')).trim()));
	const declared = typeof license === 'string' ? license : (license?.type ?? licenses?.map((each) => each.type).join(' OR '));
	if (texts.length === 0 && declared === undefined) throw new Error(`${folder} is bundled but names no licence`);
	const by = typeof author === 'string' ? author : author?.name;
	const head = [`${name} ${version}`, `Licence: ${declared ?? 'see below'}`, by && `Author: ${by}`, homepage && `Homepage: ${homepage}`].filter(Boolean);
	return `${'='.repeat(78)}\n${head.join('\n')}\n${'='.repeat(78)}\n\n${texts.join('\n\n')}\n`;
}

/** Type declarations of what index.ts exports. Whether the types are right is checked by `npm run types`. */
function emitDeclarations() {
	const program = ts.createProgram([join(root, 'index.ts')], {
		...ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config, ts.sys, root).options,
		noEmit: false,
		declaration: true,
		emitDeclarationOnly: true,
		outDir: dist,
		rootDir: root,
	});
	const { diagnostics } = program.emit();
	if (diagnostics.length > 0) {
		throw new Error(ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }));
	}
}

await rm(dist, { recursive: true, force: true });

const nodes = await found('nodes/*/*.node.ts');
const credentials = await found('credentials/*.credentials.ts');

const results = [
	await bundle(nodes, HEAVY, 2),
	await bundle(credentials, [], 1),
	...(await Promise.all(HEAVY.map((entry) => bundle([entry], [], dirname(entry).split('/').length)))),
	await bundle(['index.ts'], [...nodes, ...credentials, ...HEAVY], 0),
];
const metafiles = results.map(({ metafile }) => metafile);
await nameOnlyWhatIsRenamed(metafiles);
assertSelfContained(metafiles);

for (const file of [...(await found('nodes/**/*.{svg,png}')), ...(await found('nodes/*/*.node.json')), ...(await found('nodes/*/__schema__/**/*.json'))]) {
	await mkdir(join(dist, dirname(file)), { recursive: true });
	await cp(join(root, file), join(dist, file));
}

const packages = bundledPackages(metafiles);
await writeFile(
	join(dist, 'THIRD-PARTY-LICENSES.txt'),
	`n8n-nodes-exchange-ews contains the following packages, each under its own licence.\n\n${(await Promise.all(packages.map(licenceOf))).join('\n')}`,
);
emitDeclarations();

const sizes = metafiles.flatMap(({ outputs }) => Object.entries(outputs)).map(([path, { bytes }]) => `${relative(dist, resolve(root, path))} ${Math.ceil(bytes / 1024)} KiB`);
process.stdout.write(`${sizes.join('\n')}\n${packages.length} packages bundled\n`);
