import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { RunningExchange } from './startExchange.mts';
import { startExchange } from './startExchange.mts';
import { syncRequest, TestClient } from './testClient.mts';
import { runs } from '../quick-look.mts';

const ANNA = 'anna@example.test';
let server: RunningExchange;
let client: TestClient;

beforeEach(async () => {
	server = await startExchange({ users: [{ address: ANNA, password: 'secret' }, { address: 'bert@example.test', password: 'secret' }], now: new Date('2026-03-02T08:00:00Z') });
	client = new TestClient(server);
});
afterEach(async () => {
	await server.close();
});

const outlook = () => server.control.outlook(ANNA);

describe('SyncFolderItems', () => {
	it('gives everything at first and nothing afterwards', async () => {
		outlook().create({ subject: 'one' });
		outlook().create({ subject: 'two' });
		const first = await client.sync('inbox');
		expect(first.changes.map(({ type, subject }) => [type, subject])).toEqual([['Create', 'one'], ['Create', 'two']]);
		expect(first.last).toBe(true);
		expect((await client.sync('inbox', first.state)).changes).toEqual([]);
	});

	it('gives net differences: created and deleted in between is nothing, created and changed is a Create', async () => {
		const { state } = await client.sync('inbox');
		const shortLived = outlook().create({ subject: 'short-lived' });
		outlook().edit(outlook().create({ subject: 'old' }), { subject: 'new' });
		outlook().remove(shortLived, 'hard');
		expect((await client.sync('inbox', state)).changes.map(({ type, subject }) => [type, subject])).toEqual([['Create', 'new']]);
	});

	it('tells a change of the read state from a change of content', async () => {
		const [a, b, c] = ['a', 'b', 'c'].map((subject) => outlook().create({ subject }));
		const { state } = await client.sync('inbox');
		outlook().edit(a!, { isRead: true });
		outlook().edit(b!, { subject: 'b2' });
		outlook().edit(c!, { subject: 'c2', isRead: true });
		const { changes, state: next } = await client.sync('inbox', state);
		expect(changes.map(({ type, isRead }) => [type, isRead])).toEqual([['ReadFlagChange', true], ['Update', undefined], ['Update', undefined]]);
		outlook().edit(a!, { isRead: false });
		expect((await client.sync('inbox', next)).changes.map(({ type, isRead }) => [type, isRead])).toEqual([['ReadFlagChange', false]]);
	});

	it('gives a move to the bin as Delete here and Create there, with a new id and the old change key', async () => {
		const item = outlook().create({ subject: 'gone' });
		const before = outlook().idOf(item);
		const key = (await client.get(before)).children.find(({ name }) => name === 'ItemId')?.attributes.ChangeKey;
		const inbox = await client.sync('inbox');
		const bin = await client.sync('deleteditems');
		const moved = outlook().remove(item);
		expect((await client.sync('inbox', inbox.state)).changes).toMatchObject([{ type: 'Delete', id: before }]);
		const [there] = (await client.sync('deleteditems', bin.state)).changes;
		expect(there).toMatchObject({ type: 'Create', subject: 'gone' });
		expect(there?.id).not.toBe(before);
		expect((await client.get(there!.id)).children.find(({ name }) => name === 'ItemId')?.attributes.ChangeKey).toBe(key);
		const restored = outlook().restore(moved!);
		const again = (await client.sync('inbox', inbox.state)).changes;
		expect(again.map(({ type }) => type)).toEqual(['Delete', 'Create']);
		expect(again[1]?.id).toBe(outlook().idOf(restored));
		expect(again[1]?.id).not.toBe(before);
	});

	it('goes in pages and says which is the last', async () => {
		for (let index = 0; index < 5; index += 1) outlook().create({ subject: String(index) });
		const first = await client.sync('inbox', '', 2);
		const second = await client.sync('inbox', first.state, 2);
		const third = await client.sync('inbox', second.state, 2);
		expect([first.last, second.last, third.last]).toEqual([false, false, true]);
		expect([first, second, third].flatMap(({ changes }) => changes.map(({ subject }) => subject))).toEqual(['0', '1', '2', '3', '4']);
	});

	it('says between pages what happened to items of earlier pages', async () => {
		const items = ['a', 'b', 'c', 'd'].map((subject) => outlook().create({ subject }));
		const first = await client.sync('inbox', '', 2);
		outlook().edit(items[0]!, { isRead: true });
		outlook().edit(items[3]!, { isRead: true });
		outlook().remove(items[1]!, 'hard');
		outlook().remove(items[2]!, 'hard');
		const rest = await client.sync('inbox', first.state, 512);
		expect(rest.changes.map(({ type, id, subject }) => [type, subject ?? id])).toEqual([
			['ReadFlagChange', outlook().idOf(items[0]!)],
			['Create', 'd'],
			['Delete', first.changes[1]!.id],
		]);
	});

	it('refuses a state of another folder, another mailbox, a cut one and rubbish', async () => {
		outlook().create({ subject: 'x' });
		const { state } = await client.sync('inbox');
		expect(await client.code(syncRequest('drafts', state))).toBe('ErrorInvalidSyncStateData');
		expect(await new TestClient(server, 'bert@example.test').code(syncRequest('inbox', state))).toBe('ErrorInvalidSyncStateData');
		expect(await client.code(syncRequest('inbox', state.slice(0, -4)))).toBe('ErrorInvalidSyncStateData');
		expect(await client.code(syncRequest('inbox', 'rubbish'))).toBe('ErrorInvalidSyncStateData');
	});

	it('wants MaxChangesReturned between 1 and 512', async () => {
		for (const max of [0, 513]) {
			expect(await client.code(syncRequest('inbox', '', max))).toBe('ErrorSchemaValidation');
		}
		const wrong = await server.control.schemaViolations();
		expect(wrong.filter(({ where }) => where === 'request').length).toBeGreaterThanOrEqual(2);
		server.control.clearSchemaViolations();
	});

	it('keeps hidden items out and never returns bodies, attachments or recipients', async () => {
		outlook().create({ subject: 'x', text: 'body', to: [{ address: ANNA }], attachments: [{ name: 'a.txt', content: 'a' }] });
		outlook().mailbox.add({ kind: 'Message', properties: { 'item:ItemClass': 'IPM.Configuration' }, extended: {}, attachments: [], draft: false }, outlook().folder('inbox'), { associated: true });
		const { text, messages } = await client.send(syncRequest('inbox').replace('IdOnly', 'AllProperties'));
		expect(messages[0]?.element.children.find(({ name }) => name === 'Changes')?.children).toHaveLength(1);
		expect(text).not.toMatch(/<t:(Body|Attachments|ToRecipients)\b/);
	});

	it('forgets states of a time that a restore from backup undid, and keeps older ones', async () => {
		outlook().create({ subject: 'kept' });
		const old = await client.sync('inbox');
		server.control.backup();
		outlook().create({ subject: 'undone' });
		const later = await client.sync('inbox', old.state);
		server.control.restoreBackup();
		expect(await client.code(syncRequest('inbox', later.state))).toBe('ErrorInvalidSyncStateData');
		expect((await client.sync('inbox', old.state)).changes).toEqual([]);
		outlook().create({ subject: 'after' });
		expect((await client.sync('inbox', old.state)).changes.map(({ subject }) => subject)).toEqual(['after']);
	});

	it('leads any client, whatever happens between its pages, to the folder as it is', async () => {
		const step = fc.oneof(
			fc.record({ do: fc.constant('create' as const) }),
			fc.record({ do: fc.constantFrom('edit' as const, 'read' as const, 'remove' as const), which: fc.nat(30) }),
			fc.record({ do: fc.constant('page' as const), max: fc.integer({ min: 1, max: 4 }) }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
				for (const { id } of outlook().items('inbox')) outlook().remove(id, 'hard');
				const known = new Map<string, { subject: string | undefined; isRead: boolean }>();
				let state = '';
				let last = false;
				const page = async (max: number): Promise<void> => {
					const answer = await client.sync('inbox', state, max);
					({ state, last } = answer);
					for (const { type, id, subject, isRead } of answer.changes) {
						if (type === 'Delete') expect(known.delete(id)).toBe(true);
						else if (type === 'Create') {
							expect(known.has(id)).toBe(false);
							known.set(id, { subject, isRead: outlook().items('inbox').find((row) => row.id === id)!.isRead });
						} else if (type === 'Update') {
							expect(known.has(id)).toBe(true);
							known.set(id, { subject, isRead: outlook().items('inbox').find((row) => row.id === id)!.isRead });
						} else {
							expect(known.has(id)).toBe(true);
							known.set(id, { ...known.get(id)!, isRead: isRead! });
						}
					}
				};
				let count = 0;
				for (const each of steps) {
					const rows = outlook().items('inbox');
					const target = 'which' in each ? rows[each.which % Math.max(1, rows.length)] : undefined;
					if (each.do === 'create') outlook().create({ subject: `n${(count += 1)}` });
					else if (each.do === 'page') await page(each.max);
					else if (target && each.do === 'edit') outlook().edit(target.id, { subject: `e${(count += 1)}` });
					else if (target && each.do === 'read') outlook().edit(target.id, { isRead: !target.isRead });
					else if (target && each.do === 'remove') outlook().remove(target.id, 'hard');
				}
				do await page(3);
				while (!last);
				expect([...known].sort()).toEqual(outlook().items('inbox').map(({ id, subject, isRead }) => [id, { subject, isRead }]).sort());
			}),
			{ numRuns: runs(30) },
		);
	});
});

describe('SyncFolderHierarchy', () => {
	it('gives new, renamed and removed folders', async () => {
		const request = (state: string): string => `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>${state && `<m:SyncState>${state}</m:SyncState>`}</m:SyncFolderHierarchy>`;
		const state = (text: string): string => /<m:SyncState>([^<]*)/.exec(text)?.[1] ?? '';
		const first = await client.send(request(''));
		expect(first.text).toContain('<t:DisplayName>Inbox</t:DisplayName>');
		const made = outlook().createFolder('Inbox/Projekte');
		const second = await client.send(request(state(first.text)));
		expect(second.text.match(/<t:Create>/g)).toHaveLength(1);
		made.displayName = 'Projekte 2';
		outlook().mailbox.touchFolder(made);
		const third = await client.send(request(state(second.text)));
		expect(third.text).toMatch(/<t:Update>.*Projekte 2/);
		outlook().mailbox.removeFolder(made);
		const fourth = await client.send(request(state(third.text)));
		expect(fourth.text.match(/<t:Delete>/g)).toHaveLength(1);
	});
});
