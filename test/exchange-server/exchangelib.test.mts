import { describe, expect, it } from 'vitest';
import { QUICK } from '../quick-look.mts';
import { canImport, expectAnswersByTheSchema, runPython } from './otherClients.mts';
import { startExchange } from './startExchange.mts';

describe.runIf(!QUICK && canImport('exchangelib'))("Debian's python3-exchangelib", () => {
	it('works against this server', { timeout: 300_000 }, async () => {
		const server = await startExchange({ users: ['anna', 'bert'].map((name) => ({ address: `${name}@example.test`, password: 'secret' })) });
		try {
			expect((await runPython(new URL('exchangelib_check.py', import.meta.url), [server.url])).at(-1)).toBe('all steps passed');
			await expectAnswersByTheSchema(server.control);
		} finally {
			await server.close();
		}
	});
});
