import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ANNA, type Setup, setUp } from './exchange-and-mailbox.mts';

const CAME = '2026-03-02T08:00:00Z';
const CHANGED = '2026-03-02T09:30:00Z';

describe('changes whose items are described', () => {
	let setup: Setup;

	beforeAll(async () => {
		setup = await setUp();
		const { control } = setup.server;
		control.setClock(new Date(CAME));
		await control.deliver(ANNA, `From: ben@example.test\nTo: ${ANNA}\nSubject: Mail\nMessage-ID: <mail@x>\nDate: Sun, 1 Mar 2026 07:00:00 +0000\n\nText\n`);
		control.tasks(ANNA).create({ subject: 'Task' });
		const calendar = control.calendar(ANNA);
		calendar.create({ subject: 'Single', start: '2026-04-01T09:00:00', end: '2026-04-01T10:00:00' });
		calendar.create({ subject: 'Series', start: '2026-04-01T09:00:00', end: '2026-04-01T10:00:00', series: { pattern: { kind: 'Daily', interval: 1 }, count: 5 } });
		control.setClock(new Date(CHANGED));
		const outlook = control.outlook(ANNA);
		for (const role of ['inbox', 'tasks', 'calendar'] as const) for (const { id } of outlook.items(role)) outlook.edit(id, { categories: ['Changed'] });
	});
	afterAll(() => setup.close());

	it.each([
		['email', 'inbox', [undefined]],
		['task', 'tasks', [undefined]],
		['appointment', 'calendar', [false, true]],
	] as const)('%ss say when they came and were changed, and whether they are a series', async (kind, role, series) => {
		const { id } = await setup.mailbox.folder({ by: 'role', role });
		const { changes } = await setup.mailbox.changes(id, undefined, 512, kind);
		expect(changes.map((change) => ({ ...change, id: '', changeKey: '' }))).toEqual(
			series.map((isSeries) => ({ type: 'created', id: '', changeKey: '', arrivedAt: CAME, lastModifiedAt: CHANGED, ...(isSeries !== undefined && { isSeries }) })),
		);
	});

	it('say nothing of it where nobody asks', async () => {
		const { id } = await setup.mailbox.folder({ by: 'role', role: 'calendar' });
		const { changes } = await setup.mailbox.changes(id, undefined, 512);
		expect(changes.map((change) => Object.keys(change).sort())).toEqual([['changeKey', 'id', 'type'], ['changeKey', 'id', 'type']]);
	});
});
