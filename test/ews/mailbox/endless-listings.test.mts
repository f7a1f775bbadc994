/** Listings that a server never says the end of: they end with a fault, for what lies behind would pass for gone. */
import { describe, expect, it } from 'vitest';

import type { WireNode } from '../../../src/ews/mapping/wire-node.ts';
import { AnswerSizes } from '../../../src/ews/operations/answer-sizes.ts';
import { findStamped, listItems, MOST_PAGES } from '../../../src/ews/operations/find-items.ts';
import { MOST_FOLDERS, readFolders } from '../../../src/ews/operations/folders.ts';
import type { MailboxContext } from '../../../src/ews/operations/mailbox-context.ts';
import { stampPrefix } from '../../../src/sync/stamp.ts';
import { itemOf } from '../mapping/wire.mts';

/** A mailbox behind which no server stands: answers are made up, as many as are asked for. */
function standIn(answer: (operation: string, item: unknown, count: number) => WireNode): { context: MailboxContext; asked: () => number } {
	let asked = 0;
	const context: MailboxContext = {
		connection: {
			access: { address: 'anna@example.test', mode: 'own' },
			pausedForMs: 0,
			run: async () => expect.unreachable('lists are read in batches'),
			batch: async ({ operation, items }, _send, read) => {
				asked++;
				return items.map((item) => ({ ok: true, value: read({ message: answer(operation, item, asked) } as never, item) }));
			},
		},
		answerSizes: new AnswerSizes(),
		allowReadReceipts: false,
	};
	return { context, asked: () => asked };
}

const task = (n: number): string => `<t:Task><t:ItemId Id="item-${n}" ChangeKey="C"/><t:ParentFolderId Id="tasks" ChangeKey="C"/></t:Task>`;
const page = (items: string, next: number, isLast = false): WireNode => itemOf(`<t:RootFolder IndexedPagingOffset="${next}" IncludesLastItemInRange="${isLast}">${items}</t:RootFolder>`);
const items = (from: number, count: number): string => `<t:Items>${Array.from({ length: count }, (_each, n) => task(from + n)).join('')}</t:Items>`;
const PREFIX = stampPrefix('key');

const SEARCHES: ReadonlyArray<readonly [string, (context: MailboxContext) => Promise<unknown[]>]> = [
	['for stamps', async (context) => await findStamped(context, [PREFIX], ['tasks'])],
	['for the items of a folder', async (context) => await listItems(context, 'task', 'tasks', {}, Number.POSITIVE_INFINITY)],
];

describe.each(SEARCHES)('a search %s', (_, search) => {
	it('reads five thousand pages', async () => {
		const { context, asked } = standIn((_operation, _item, count) => page(items(count, 1), count, count === MOST_PAGES));
		expect(await search(context)).toHaveLength(MOST_PAGES);
		expect(asked()).toBe(MOST_PAGES);
	});

	it('that has more than five thousand pages fails', async () => {
		const { context, asked } = standIn((_operation, _item, count) => page(items(count, 1), count));
		await expect(search(context)).rejects.toMatchObject({ reason: 'tooLarge', scope: 'account', retry: { can: false }, message: expect.stringContaining(`${MOST_PAGES} pages`) });
		expect(asked()).toBe(MOST_PAGES);
	});

	it('whose pages stand still fails at once', async () => {
		const { context, asked } = standIn(() => page(items(1, 3), 3));
		await expect(search(context)).rejects.toMatchObject({ reason: 'malformedAnswer', scope: 'account', retry: { can: false } });
		expect(asked()).toBe(2);
	});
});

describe('the listing of folders', () => {
	const PAGE = 1_000;
	const named = (id: string): WireNode => itemOf(`<t:Folders><t:Folder><t:FolderId Id="${id}" ChangeKey="C"/><t:DisplayName>${id}</t:DisplayName></t:Folder></t:Folders>`);
	const one = itemOf('<t:FolderId Id="folder" ChangeKey="C"/><t:ParentFolderId Id="root" ChangeKey="C"/><t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>Folder</t:DisplayName><t:TotalCount>0</t:TotalCount>');
	/** A page that is made without XML, as it is a hundred times a thousand folders. */
	const folders = (from: number, isLast: boolean): WireNode => ({
		RootFolder: {
			IndexedPagingOffset: String(from + PAGE),
			IncludesLastItemInRange: String(isLast),
			Folders: { Folder: Array.from({ length: PAGE }, (_each, n) => ({ ...one, FolderId: { Id: `folder-${from + n}`, ChangeKey: 'C' } })) },
		},
	});

	const mailboxOf = (count: number) =>
		standIn((operation, item, asked) => {
			if (operation === 'GetFolder') return named(String(item));
			const from = (asked - 2) * PAGE;
			return folders(from, from + PAGE >= count);
		});

	it('reads a hundred thousand', async () => {
		const { context } = mailboxOf(MOST_FOLDERS);
		expect(await readFolders(context)).toHaveLength(MOST_FOLDERS);
	});

	it('fails where there are more', async () => {
		const { context, asked } = mailboxOf(Number.POSITIVE_INFINITY);
		await expect(readFolders(context)).rejects.toMatchObject({ reason: 'tooLarge', scope: 'account', message: expect.stringContaining(`at most ${MOST_FOLDERS}`) });
		expect(asked()).toBe(1 + MOST_FOLDERS / PAGE);
	});
});
