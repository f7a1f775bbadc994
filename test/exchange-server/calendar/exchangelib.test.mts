import { describe, expect, it } from 'vitest';
import { QUICK } from '../../quick-look.mts';
import { canImport, expectAnswersByTheSchema, runPython } from '../otherClients.mts';
import { startExchange } from '../startExchange.mts';

describe.runIf(!QUICK && canImport('exchangelib'))('exchangelib, a client by other people,', () => {
	it('works with calendar and tasks', { timeout: 300_000 }, async () => {
		const [anna, bob] = ['anna@example.test', 'bob@example.test'];
		const running = await startExchange({ users: [anna, bob].map((address) => ({ address, password: 'secret' })) });
		try {
			expect(await runPython(new URL('exchangelib-calendar.py', import.meta.url), [running.url, anna, 'secret', bob, 'secret'])).toEqual([
				'single appointment',
				'all-day appointment',
				'recurrence patterns',
				'series without an end over the change of time',
				'occurrences',
				'sync',
				'meeting requests and answers',
				'tasks',
				'recurring tasks',
			]);
			await expectAnswersByTheSchema(running.control);
		} finally {
			await running.close();
		}
	});
});
