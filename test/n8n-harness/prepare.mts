/** A global set-up of vitest: what all files of the project use is made once before the first, not by two of them at the same time. */
import { packPackage } from './package-tarball.mts';
import { prepareUserFolder } from './user-folder.mts';

export async function setup(): Promise<void> {
	await Promise.all([packPackage(), prepareUserFolder()]);
}
