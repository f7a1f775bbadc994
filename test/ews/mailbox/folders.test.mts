import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Setup, setUp } from './exchange-and-mailbox.mts';

describe('folders of a mailbox', () => {
	let setup: Setup;
	beforeAll(async () => {
		setup = await setUp();
	});
	afterAll(() => setup.close());

	it('are listed once, and again when asked for freshly', async () => {
		setup.requests();
		const [one, two] = await Promise.all([setup.mailbox.folders(), setup.mailbox.folders()]);
		expect(two).toBe(one);
		expect(setup.requests()).toEqual({ GetFolder: 1, FindFolder: 1 });
		setup.server.control.outlook('anna@example.test').createFolder('Inbox/Fresh');
		expect((await setup.mailbox.folders()).some(({ name }) => name === 'Fresh')).toBe(false);
		expect((await setup.mailbox.folders(true)).find(({ name }) => name === 'Fresh')).toMatchObject({ path: 'Inbox/Fresh', holds: 'email' });
	});

	it('are made for each kind, with what is missing of their path', async () => {
		for (const kind of ['email', 'appointment', 'task'] as const) {
			const made = await setup.mailbox.createFolder(`Synced ${kind}/Deep`, kind);
			expect(made).toMatchObject({ path: `Synced ${kind}/Deep`, holds: kind });
			setup.requests();
			expect((await setup.mailbox.createFolder(`synced ${kind.toUpperCase()}/DEEP`, kind)).id).toBe(made.id);
			expect(setup.requests()).toEqual({});
		}
	});

	it('that every mailbox has are there where nothing else may be seen', async () => {
		const other = setup.another('anna@example.test');
		setup.server.control.inject({ operation: 'FindFolder', times: 10, do: { effect: 'item', code: 'ErrorAccessDenied' } });
		const folders = await other.folders();
		expect(folders.find(({ role }) => role === 'calendar')).toMatchObject({ holds: 'appointment' });
		expect(folders.some(({ role }) => role === 'root')).toBe(false);
		setup.server.control.heal();
	});
});
