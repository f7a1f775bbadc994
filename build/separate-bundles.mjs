import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import ts from 'typescript';

import { lazyModule } from './lazy-module.mjs';

const withoutExtension = (path) => path.replace(/\.ts$/, '');

/**
 * Leaves files that are bundles of their own out of a bundle that imports them: they are loaded by `await import(...)`, or, where a bundle hands on
 * names of theirs (`export { … } from`), when the first of these is used. `depth` is how deep in dist the importing bundle lies.
 */
export function separateBundles(root, entries, depth) {
	const own = new Map(entries.map((entry) => [resolve(root, withoutExtension(entry)), withoutExtension(entry)]));
	return {
		name: 'separate-bundles',
		setup(bundling) {
			bundling.onResolve({ filter: /^\.\.?\// }, ({ path, kind, importer, resolveDir }) => {
				if (kind === 'entry-point') return undefined;
				const bundle = own.get(resolve(resolveDir, withoutExtension(path)));
				if (bundle === undefined) return undefined;
				const file = `${depth === 0 ? './' : '../'.repeat(depth)}${bundle}.js`;
				return kind === 'dynamic-import' ? { path: file, external: true } : { path: file, namespace: 'lazy-bundle', pluginData: { importer, path } };
			});
			bundling.onLoad({ filter: /.*/, namespace: 'lazy-bundle' }, async ({ path, pluginData }) => ({
				contents: lazyModule(`require('${path}')`, await handedOn(pluginData.importer, pluginData.path)),
				resolveDir: root,
				loader: 'js',
			}));
			bundling.onResolve({ filter: /.*/, namespace: 'lazy-bundle' }, ({ path }) => ({ path, external: true }));
		},
	};
}

/** What `importer` hands on of the file. */
async function handedOn(importer, path) {
	const source = ts.createSourceFile(importer, await readFile(importer, 'utf8'), ts.ScriptTarget.Latest);
	const names = source.statements
		.filter((each) => ts.isExportDeclaration(each) && !each.isTypeOnly && each.moduleSpecifier?.text === path && each.exportClause !== undefined)
		.flatMap((each) => each.exportClause.elements.filter((element) => !element.isTypeOnly).map((element) => (element.propertyName ?? element.name).text));
	if (names.length === 0) throw new Error(`${importer} imports ${path}, which is a bundle of its own, in another way than by await import(...) or export { … } from`);
	return names;
}
