import { afterEach, describe, expect, it } from 'vitest';
import { Backlog } from '../kills/backlog.mts';

describe.each([
	{ mode: 'with n8n’s own way of storing cursors', durableCursors: false },
	{ mode: 'with durable cursors', durableCursors: true },
])('poll times that fall together, $mode', ({ durableCursors }) => {
	let backlog: Backlog | undefined;

	afterEach(async () => {
		await backlog?.close();
	});

	it('start no execution twice and leave nothing out', async () => {
		// Each poll time of the workflow falls together with another one.
		backlog = await Backlog.start({ durableCursors, slice: 7, waiting: 30 });
		await backlog.deliver(11);
		await backlog.atRest();
		const { executions, times } = await backlog.handedOver();
		expect(Object.fromEntries(times)).toEqual(Object.fromEntries(backlog.deliveredKeys.map((key) => [key, 1])));
		expect(executions.every(({ status }) => status === 'success')).toBe(true);
		expect(await backlog.arrivedKeys()).toEqual(backlog.deliveredKeys);
	}, 600_000);
});
