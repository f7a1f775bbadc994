// The types that the package exports: dist/index.d.ts and what it reaches. TypeScript writes those of every source file; the others would be nine tenths of what is published.
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** @param dist where they go. Throws with what is wrong with the types. */
export async function emitDeclarations(root, dist) {
	const program = ts.createProgram([join(root, 'index.ts')], {
		...ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config, ts.sys, root).options,
		noEmit: false,
		declaration: true,
		emitDeclarationOnly: true,
		outDir: dist,
		rootDir: root,
	});
	const written = [];
	const { diagnostics } = program.emit(undefined, (path, text, ...rest) => {
		written.push(path);
		ts.sys.writeFile(path, text, ...rest);
	});
	if (diagnostics.length > 0) {
		throw new Error(ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }));
	}
	const reached = await reachedFrom(join(dist, 'index.d.ts'));
	for (const path of written) if (!reached.has(path)) await rm(path);
}

async function reachedFrom(entry) {
	const reached = new Set();
	const open = [entry];
	for (let path = open.pop(); path !== undefined; path = open.pop()) {
		if (reached.has(path)) continue;
		reached.add(path);
		const { importedFiles } = ts.preProcessFile(await readFile(path, 'utf8'), true, true);
		for (const { fileName } of importedFiles) if (fileName.startsWith('.')) open.push(join(dirname(path), `${fileName}.d.ts`));
	}
	return reached;
}
