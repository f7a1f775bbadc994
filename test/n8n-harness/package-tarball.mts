import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, PACKAGE_NAME, REPOSITORY, TOOLS } from './places.mts';

const run = promisify(execFile);

/** What the tarball is made from. */
const SOURCES = ['package.json', 'package-lock.json', 'tsconfig.json', 'esbuild.config.mjs', 'build', 'index.ts', 'nodes', 'credentials', 'src', 'workflows', 'README.md', 'CHANGELOG.md', 'LICENSE'];

async function filesUnder(path: string): Promise<string[]> {
	const found = await stat(path).catch(() => undefined);
	if (found === undefined) return [];
	if (found.isFile()) return [path];
	const entries = await readdir(path);
	return (await Promise.all(entries.sort().map((entry) => filesUnder(join(path, entry))))).flat();
}

/** Hash over everything that goes into the build: the same content is built once. */
async function contentHash(): Promise<string> {
	const hash = createHash('sha256');
	for (const source of SOURCES) {
		for (const file of await filesUnder(join(REPOSITORY, source))) {
			hash.update(relative(REPOSITORY, file)).update('\0').update(await readFile(file)).update('\0');
		}
	}
	return hash.digest('hex').slice(0, 16);
}

/** The package as a user gets it. */
export interface PackedPackage {
	/** The tarball of `npm pack`. */
	tarball: string;
	/** The same, unpacked. */
	unpacked: string;
}

/** Builds and packs the package, or returns what was packed from the same content before. */
export async function packPackage(): Promise<PackedPackage> {
	const folder = join(CACHE, 'package', await contentHash());
	const packed = { tarball: join(folder, `${PACKAGE_NAME}.tgz`), unpacked: join(folder, 'package') };
	if ((await stat(folder).catch(() => undefined)) !== undefined) return packed;
	await mkdir(join(CACHE, 'package'), { recursive: true });
	const work = await mkdtemp(join(CACHE, 'package', 'making-'));
	const env = { ...process.env, PATH: `${TOOLS}${delimiter}${process.env['PATH'] ?? ''}` };
	await run('npm', ['run', 'build'], { cwd: REPOSITORY, env, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 });
	const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], { cwd: REPOSITORY, env, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 });
	const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }];
	await rename(join(work, filename), join(work, `${PACKAGE_NAME}.tgz`));
	await run('tar', ['-xzf', `${PACKAGE_NAME}.tgz`], { cwd: work });
	await rename(work, folder).catch(async (error: NodeJS.ErrnoException) => {
		// Another process made the same at the same time.
		if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
		await rm(work, { recursive: true });
	});
	return packed;
}

/** Puts the package where n8n keeps the community packages that a user installed. */
export async function installPackage(userFolder: string): Promise<void> {
	const { unpacked } = await packPackage();
	const target = join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE_NAME);
	await rm(target, { recursive: true, force: true });
	await mkdir(join(target, '..'), { recursive: true });
	await cp(unpacked, target, { recursive: true });
}
