import { describe, expect, it } from 'vitest';

import type { FaultEffect } from '../../../exchange-server/faults/fault.mts';
import { recordOf, withBench } from './fault-bench.mts';

const FIVE_MINUTES = 5 * 60_000;
const OFF = { continueOnError: false };
const item = (externalId: string) => ({ externalId, record: recordOf('task', externalId) });

describe('continue-on-error off', () => {
	it.each<[string, FaultEffect]>([
		['a full mailbox', { effect: 'item', code: 'ErrorQuotaExceeded' }],
		['a fault of the server', { effect: 'http', status: 500 }],
		['a sign-in page', { effect: 'http', status: 200, body: '<html><form action="/owa/auth.owa">Sign in</form></html>' }],
	])('continue-on-error: %s during a push pauses the whole connector for five minutes, and not a request is sent', async (_, effect) => {
		await withBench(async (office) => {
			await office.pullToRest();
			office.control.inject({ operation: 'CreateItem', times: 1_000, do: effect });
			const [failed] = (await office.impatiently((connector) => connector.push('task', [{ ...item('1'), attachments: [] }] as never, office.pushOptions(OFF)))).flat();
			expect(failed).toMatchObject({ outcome: 'failed' });
			office.control.heal();
			office.control.clearRequests();
			await office.make('email', 'Meanwhile');
			office.advance(FIVE_MINUTES - 1);
			const until = new Date(office.now + 1).toISOString();
			expect(await office.push('task', [item('2')], OFF)).toMatchObject([{ outcome: 'failed', rule: 'continue-on-error', externalId: '2', message: expect.stringContaining(until) }]);
			expect(await office.delete('task', [{ externalId: '2' }])).toMatchObject([{ outcome: 'failed', rule: 'continue-on-error' }]);
			const paused = office.hear(await office.connector.pull(office.cursor, office.pullOptions()));
			expect([paused.events, paused.summary.pausedUntil]).toEqual([[], { 'anna@example.test': until }]);
			expect(office.control.requests()).toEqual([]);
			office.advance(1);
			expect((await office.push('task', [item('1'), item('2')], OFF)).map(({ outcome }) => outcome)).toEqual(['created', 'created']);
			await office.pullToRest();
			expect(office.events).toEqual(['created email Meanwhile']);
		});
	});

	it('continue-on-error: a fault during a poll pauses pushes, too; another connector of the same name goes on', async () => {
		await withBench(async (office) => {
			office.control.inject({ operation: 'SyncFolderItems', times: 1_000, do: { effect: 'http', status: 403 } });
			const poll = office.hear(await office.connector.pull(office.cursor, office.pullOptions(OFF)));
			expect(poll.summary.pausedUntil).toEqual({ 'anna@example.test': new Date(office.now + FIVE_MINUTES).toISOString() });
			office.control.heal();
			expect(await office.push('task', [item('1')])).toMatchObject([{ outcome: 'failed', rule: 'continue-on-error' }]);
			const other = office.another({ ...office.connector.settings, connectorId: 'other' });
			expect((await other.push('task', [{ ...item('1'), attachments: [] }] as never, office.pushOptions())).flat()).toMatchObject([{ outcome: 'created' }]);
			office.advance(FIVE_MINUTES);
			expect(await office.push('task', [item('1')])).toMatchObject([{ outcome: 'created' }]);
		});
	});

	it('continue-on-error: a record that is wrong, and a pause that the server asks for, are nothing unexpected', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			expect(await office.push('task', [{ externalId: '1', record: { ...recordOf('task', '1'), dueDate: 'soon' } }], OFF)).toMatchObject([{ outcome: 'failed', code: 'InvalidRecord' }]);
			expect(await office.push('task', [item('2')], OFF)).toMatchObject([{ outcome: 'created' }]);
			office.control.inject({ operation: 'SyncFolderItems', do: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 60_000 } });
			await office.impatiently((connector) => connector.pull(office.cursor, office.pullOptions(OFF)));
			await office.startAnew();
			expect(await office.push('task', [item('3')], OFF)).toMatchObject([{ outcome: 'created' }]);
		});
	});

	it.each([
		['an hour back', -3_600_000],
		['a day back', -24 * 3_600_000],
		['a day on', 24 * 3_600_000],
	])('continue-on-error: the pause lasts five minutes, no longer and no shorter, when the clock is set %s', async (_, by) => {
		await withBench(async (office) => {
			office.control.inject({ operation: 'FindItem', times: 1_000, do: { effect: 'http', status: 403 } });
			await office.push('task', [item('1')], OFF);
			office.control.heal();
			office.setClock(by);
			office.advance(FIVE_MINUTES - 1);
			expect(await office.push('task', [item('1')], OFF)).toMatchObject([{ outcome: 'failed', rule: 'continue-on-error', message: expect.stringContaining(new Date(office.now + 1).toISOString()) }]);
			office.advance(1);
			expect(await office.push('task', [item('1')], OFF)).toMatchObject([{ outcome: 'created' }]);
		});
	});
});
