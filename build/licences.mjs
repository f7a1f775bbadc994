// dist/THIRD-PARTY-LICENSES.txt: every package of which a bundle has something, with its own licence.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of the packages that ended up in a bundle. */
export function bundledPackages(metafiles) {
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

export async function licenceOf(root, folder) {
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
