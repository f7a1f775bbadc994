// Builds dist/: n8n refuses runtime dependencies in community packages, so everything but n8n-workflow is bundled here.
//
// * Nodes and credentials are small bundles: an n8n that only lists them loads nothing of the EWS library.
// * What is heavy (HEAVY below) is bundled once, in files of its own, which the nodes reach by `await import(...)`.
// * npm packages are bundles of their own in dist/packages, loaded when something of them is first used (build/npm-packages.mjs).
// * The licences of everything that is bundled are collected in dist/THIRD-PARTY-LICENSES.txt.
import { build } from 'esbuild';
import { builtinModules } from 'node:module';
import { cp, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { emitDeclarations } from './build/declarations.mjs';
import { bundledPackages, licenceOf } from './build/licences.mjs';
import { importedPackages, lazyPackages, packageBundles, PROVIDED } from './build/npm-packages.mjs';
import { separateBundles } from './build/separate-bundles.mjs';

const root = import.meta.dirname;
const dist = join(root, 'dist');

/** Loaded with the first request only; each is a bundle of its own. */
const HEAVY = ['src/connector/open-connector.ts', 'src/records/checked-record.ts', 'src/records/entered-times.ts', 'src/records/point-in-time.ts'];

const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

const found = async (pattern) => (await Array.fromAsync(glob(pattern, { cwd: root }))).sort();

/** Repairs of those parts of ews-javascript-api that are not in the bundle (build/ews-library-parts.mjs). Tests of the library, which run from the sources, need them. */
const ITEM_OBJECTS = 'src/ews/library/item-object-repairs.ts';
const withoutItemObjects = {
	name: 'without-item-objects',
	setup(bundling) {
		bundling.onLoad({ filter: /item-object-repairs\.ts$/ }, ({ path }) => (path === join(root, ITEM_OBJECTS) ? { contents: 'export async function repairItemObjects() {}', loader: 'js' } : undefined));
	},
};

const SHARED = {
	absWorkingDir: root,
	bundle: true,
	format: 'cjs',
	platform: 'node',
	target: 'node22',
	legalComments: 'none',
	external: PROVIDED,
	// A CommonJS bundle asks for everything by require: import() of n8n-workflow would find its ESM build, which Node cannot load.
	supported: { 'dynamic-import': false },
	metafile: true,
	logLevel: 'warning',
};

/** Bundles of our own code: readable, so that stack traces have lines. */
async function bundle(entryPoints, separate, depth) {
	return await build({
		...SHARED,
		entryPoints,
		outdir: dist,
		outbase: root,
		plugins: [separateBundles(root, separate, depth), lazyPackages(packages, depth), withoutItemObjects],
	});
}

/** Of packages white space alone is left out: names stay, for stack traces. */
async function bundlePackages() {
	return await Promise.all(packageBundles(root, packages).map(async (options) => await build({ ...SHARED, ...options, minifyWhitespace: true })));
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

await rm(dist, { recursive: true, force: true });

const nodes = await found('nodes/*/*.node.ts');
const credentials = await found('credentials/*.credentials.ts');

const sources = (await found('{src,nodes,credentials}/**/*.ts')).filter((file) => file !== ITEM_OBJECTS);
const packages = await importedPackages(root, sources);

const results = [
	...(await bundlePackages()),
	await bundle(nodes, HEAVY, 2),
	await bundle(credentials, [], 1),
	...(await Promise.all(HEAVY.map((entry) => bundle([entry], [], dirname(entry).split('/').length)))),
	await bundle(['index.ts'], [...nodes, ...credentials, ...HEAVY], 0),
];
const metafiles = results.map(({ metafile }) => metafile);
assertSelfContained(metafiles);

for (const file of [...(await found('nodes/**/*.{svg,png}')), ...(await found('nodes/*/*.node.json')), ...(await found('nodes/*/__schema__/**/*.json'))]) {
	await mkdir(join(dist, dirname(file)), { recursive: true });
	await cp(join(root, file), join(dist, file));
}

const licensed = bundledPackages(metafiles);
await writeFile(
	join(dist, 'THIRD-PARTY-LICENSES.txt'),
	`n8n-nodes-exchange-ews contains the following packages, each under its own licence.\n\n${(await Promise.all(licensed.map(async (folder) => await licenceOf(root, folder)))).join('\n')}`,
);
await emitDeclarations(root, dist);

const sizes = metafiles.flatMap(({ outputs }) => Object.entries(outputs)).map(([path, { bytes }]) => `${relative(dist, resolve(root, path))} ${Math.ceil(bytes / 1024)} KiB`);
process.stdout.write(`${sizes.join('\n')}\n${licensed.length} packages bundled\n`);
