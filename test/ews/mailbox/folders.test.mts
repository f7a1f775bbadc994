import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { permitFolder } from '../../exchange-server/auth/folder-permissions.mts';
import type { FaultEffect } from '../../exchange-server/faults/fault.mts';
import { ANNA, BEN, type Setup, setUp } from './exchange-and-mailbox.mts';

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
		const { exchange } = setup.server;
		const anna = exchange.mailboxOf(ANNA)!;
		permitFolder(anna, anna.folderNamed('calendar'), BEN, 'editor');
		const folders = await setup.another(ANNA, {}, { login: BEN, mode: 'delegate' }).folders();
		expect(folders).toMatchObject([{ role: 'calendar', holds: 'appointment' }]);
		permitFolder(anna, anna.folderNamed('calendar'), BEN, undefined);
	});

	it.each<[string, FaultEffect]>([
		['ErrorAccessDenied', { effect: 'item', code: 'ErrorAccessDenied' }],
		['ErrorFolderNotFound', { effect: 'item', code: 'ErrorFolderNotFound' }],
		['HTTP 403', { effect: 'http', status: 403 }],
	])('are not taken for all there are where the root can be seen and the listing fails (%s)', async (_, effect) => {
		const other = setup.another(ANNA);
		setup.server.control.inject({ operation: 'FindFolder', times: 10, do: effect });
		await expect(other.folders()).rejects.toThrow();
		setup.server.control.heal();
		expect((await other.folders()).some(({ role }) => role === 'calendar')).toBe(true);
	});

	it('are not taken for missing where one of those that every mailbox has cannot be had for now', async () => {
		const other = setup.another(ANNA, { budget: { deadlineAt: Date.now() } });
		setup.server.control.inject({ operation: 'GetFolder', times: 10, do: { effect: 'item', code: 'ErrorMailboxMoveInProgress', indexes: [4] } });
		await expect(other.folders()).rejects.toThrow('ErrorMailboxMoveInProgress');
		setup.server.control.heal();
	});
});
