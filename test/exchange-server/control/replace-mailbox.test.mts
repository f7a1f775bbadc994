import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderId } from '../store/ids.mts';
import type { RunningExchange } from '../startExchange.mts';
import { startExchange } from '../startExchange.mts';
import { syncRequest, TestClient } from '../testClient.mts';

const ANNA = 'anna@example.test';
const BERT = 'bert@example.test';
let server: RunningExchange;
let client: TestClient;

beforeAll(async () => {
	server = await startExchange({ users: [{ address: ANNA, password: 'secret' }, { address: BERT, password: 'secret', mayOpen: [ANNA] }], now: new Date('2026-03-02T08:00:00Z') });
	client = new TestClient(server);
});
afterAll(() => server.close());

const outlook = () => server.control.outlook(ANNA);
const inboxId = (): string => folderId(outlook().mailbox.guid, outlook().folder('inbox').number);
const ofFolder = (id: string): string => syncRequest('inbox').replace('<t:DistinguishedFolderId Id="inbox"/>', `<t:FolderId Id="${id}"/>`);
const codes = async (request: string): Promise<string[]> => (await client.send(request)).messages.map(({ code }) => code);
const getItem = (id: string): string => `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`;

describe('a mailbox in the place of another', () => {
	it('is empty and has other ids; those of the old one are dead until a backup brings it back', async () => {
		const old = { folder: inboxId(), item: outlook().idOf(outlook().create({ subject: 'Old' })) };
		server.control.backup('old');
		server.control.replaceMailbox(ANNA);
		expect(outlook().items('inbox')).toEqual([]);
		expect(inboxId()).not.toBe(old.folder);
		expect(await codes(ofFolder(old.folder))).toEqual(['ErrorSyncFolderNotFound']);
		expect(await codes(getItem(old.item))).toEqual(['ErrorItemNotFound']);
		const newer = { folder: inboxId(), item: outlook().idOf(outlook().create({ subject: 'New' })) };
		expect(await codes(ofFolder(newer.folder))).toEqual(['NoError']);
		expect([...outlook().mailbox.delegates]).toEqual([BERT]);

		server.control.restoreBackup('old');
		expect(inboxId()).toBe(old.folder);
		expect(await codes(getItem(old.item))).toEqual(['NoError']);
		expect(await codes(getItem(newer.item))).toEqual(['ErrorItemNotFound']);
		expect(outlook().idOf(outlook().create({ subject: 'Later' }))).not.toBe(old.item);

		server.control.replaceMailbox(ANNA);
		expect([old.folder, newer.folder]).not.toContain(inboxId());
	});

	it('asks for one that is there', () => {
		expect(() => server.control.replaceMailbox('nobody@example.test')).toThrow('there is no mailbox nobody@example.test');
	});
});
