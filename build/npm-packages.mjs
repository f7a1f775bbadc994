// The npm packages that the sources import become bundles of their own, dist/packages/*.js, which are loaded when something of them is first used: the
// first request of a process pays for what it uses, and an n8n that never sees an S/MIME mail or an invitation never reads the code for them.
//
// An `import` of such a package becomes a small module in its place, whose exports are getters that load the bundle. `await import(...)` reaches the
// bundle itself.
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import ts from 'typescript';

import { EWS_LIBRARY, ewsLibraryEntry, partsOfEwsLibrary } from './ews-library-parts.mjs';
import { lazyModule } from './lazy-module.mjs';

/** Small, and needed by every first request: bundled where they are imported. */
const INLINE = ['p-immediate', 'p-limit', 'saxes'];
/** Provided by the n8n that loads the package. */
export const PROVIDED = ['n8n-workflow'];

/** Its own entry loads mocks, caches, WebSockets, `fetch` and more: three times the code. It also gives each client its methods, of which `connect` makes the way through a proxy. */
const UNDICI_ENTRY = `
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import connect from 'undici/lib/api/api-connect.js';
import request from 'undici/lib/api/api-request.js';
import decompress from 'undici/lib/interceptor/decompress.js';
Object.assign(Dispatcher.prototype, { connect, request });
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Client } from 'undici/lib/dispatcher/client.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
export const interceptors = { decompress };
`;

/**
 * undici unpacks answers in Node's pieces of 16 KB, each with its own memory and its own turns of streams: half the time of unpacking, and a tenth of a first sync. Its
 * bundle asks for larger ones, of the size by which src/ews/library/read-memory.ts knows them. The part that unpacks calls itself experimental; of what may change no bundle
 * hears, and the log of an n8n is no place to say so.
 */
const unpacksInLargePieces = {
	name: 'unpacks-in-large-pieces',
	setup(bundling) {
		bundling.onLoad({ filter: /[\\/]interceptor[\\/]decompress\.js$/ }, async ({ path }) => {
			const contents = (await readFile(path, 'utf8')).replace('if (!warningEmitted)', 'if (false)');
			if (!contents.includes('if (false)')) throw new Error(`${path} warns in another way than it did`);
			return { contents, loader: 'js' };
		});
		bundling.onResolve({ filter: /^node:zlib$/ }, ({ namespace }) => (namespace === 'large-pieces' ? undefined : { path: 'node:zlib', namespace: 'large-pieces' }));
		bundling.onLoad({ filter: /.*/, namespace: 'large-pieces' }, () => ({ contents: ZLIB_IN_LARGE_PIECES, loader: 'js' }));
	},
};
const ZLIB_IN_LARGE_PIECES = `
const zlib = require('node:zlib');
const inLargePieces = (create) => (options) => create({ chunkSize: 512 * 1024, ...options });
module.exports = { ...zlib, createGunzip: inLargePieces(zlib.createGunzip), createInflate: inLargePieces(zlib.createInflate), createInflateRaw: inLargePieces(zlib.createInflateRaw), createBrotliDecompress: inLargePieces(zlib.createBrotliDecompress) };
`;

/** Packages of which the bundle has less than the whole; whose names are missing there fail when they are used. */
const ENTRIES = { undici: UNDICI_ENTRY, [EWS_LIBRARY]: ewsLibraryEntry };

const isPackage = (specifier) => !/^[./]/.test(specifier) && !isBuiltin(specifier) && !PROVIDED.includes(specifier) && !INLINE.includes(specifier);
const fileOf = (specifier) => `packages/${specifier.replace(/^@/, '').replaceAll('/', '-')}.js`;

/** What the sources import of each package: names, `default`, or `*` by `await import(...)`. */
export async function importedPackages(root, files) {
	const packages = new Map();
	const note = (specifier, name) => packages.set(specifier, (packages.get(specifier) ?? new Set()).add(name));
	for (const file of files) {
		const source = ts.createSourceFile(file, await readFile(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
		const visit = (node) => {
			if (ts.isImportDeclaration(node) && isPackage(node.moduleSpecifier.text)) {
				for (const name of namesOf(node.importClause, file)) note(node.moduleSpecifier.text, name);
			} else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && isPackage(node.arguments[0].text)) {
				note(node.arguments[0].text, '*');
			}
			ts.forEachChild(node, visit);
		};
		visit(source);
	}
	return packages;
}

function namesOf(clause, file) {
	if (clause === undefined || clause.isTypeOnly) return [];
	const names = clause.name === undefined ? [] : ['default'];
	const bindings = clause.namedBindings;
	if (bindings === undefined) return names;
	if (ts.isNamespaceImport(bindings)) throw new Error(`${file} imports a whole package, which cannot be loaded later: import its names`);
	return [...names, ...bindings.elements.filter((each) => !each.isTypeOnly).map((each) => (each.propertyName ?? each.name).text)];
}

/**
 * esbuild's options for each package's bundle. ews-javascript-api compares the names of its classes, and esbuild renames some; to keep names
 * everywhere would cost a good part of the time that a mail takes, because esbuild's helper for it runs whenever an inner function is made.
 */
export function packageBundles(root, packages) {
	return [...packages].map(([specifier, names]) => ({
		outfile: join(root, 'dist', fileOf(specifier)),
		stdin: { contents: ENTRIES[specifier] ?? entryOf(specifier, names), resolveDir: root, sourcefile: `${specifier}.js` },
		...(specifier === 'undici' && { plugins: [unpacksInLargePieces] }),
		...(specifier === EWS_LIBRARY && { keepNames: true, plugins: [partsOfEwsLibrary(root)] }),
	}));
}

function entryOf(specifier, names) {
	if (names.has('*')) return `export * from '${specifier}';`;
	return `export { ${[...names].sort().join(', ')} } from '${specifier}';`;
}

/** Loads packages from their bundles; `depth` is how deep in dist the importing bundle lies. */
export function lazyPackages(packages, depth) {
	const up = depth === 0 ? './' : '../'.repeat(depth);
	return {
		name: 'lazy-packages',
		setup(bundling) {
			bundling.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
				if (!packages.has(path)) return undefined;
				if (kind === 'dynamic-import') return { path: `${up}${fileOf(path)}`, external: true };
				return { path, namespace: 'lazy-package' };
			});
			bundling.onLoad({ filter: /.*/, namespace: 'lazy-package' }, ({ path }) => {
				return { contents: lazyModule(`require('${up}${fileOf(path)}')`, [...packages.get(path)].sort()), resolveDir: resolve('.'), loader: 'js' };
			});
			bundling.onResolve({ filter: /^\.\.?\//, namespace: 'lazy-package' }, ({ path }) => ({ path, external: true }));
		},
	};
}
