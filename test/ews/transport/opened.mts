import { afterEach } from 'vitest';

/** Where the tests of a file put what they open: it is closed behind each of them. */
export function openedByTests(): Array<{ close(): Promise<void> }> {
	const opened: Array<{ close(): Promise<void> }> = [];
	afterEach(async () => {
		await Promise.all(opened.splice(0).map(async (closable) => await closable.close()));
	});
	return opened;
}
