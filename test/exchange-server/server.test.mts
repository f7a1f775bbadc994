import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DEMO_COUNTS } from './seed/demo.mts';
import type { ExchangeOptions, RunningExchange } from './startExchange.mts';
import { startExchange } from './startExchange.mts';
import { createRequest, findRequest, syncRequest, TestClient } from './testClient.mts';

const ANNA = 'anna@example.test';
let running: RunningExchange[] = [];

async function start(options: Partial<ExchangeOptions> = {}): Promise<RunningExchange> {
	const server = await startExchange({ users: [{ address: ANNA, password: 'secret', name: 'Anna Berg', logonNames: ['EXAMPLE\\anna'] }], now: new Date('2026-03-02T08:00:00Z'), ...options });
	running.push(server);
	return server;
}
afterEach(async () => {
	for (const server of running) await server.close();
	running = [];
});

describe('logging on', () => {
	it('wants a password and says how', async () => {
		const server = await start();
		const answer = await new TestClient(server, ANNA, 'wrong').send(syncRequest('inbox'));
		expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="mail.example.test"']);
		expect((await new TestClient(server, 'EXAMPLE\\Anna').send(syncRequest('inbox'))).status).toBe(200);
		expect(JSON.stringify(server.control.requests())).not.toContain(Buffer.from(`${ANNA}:wrong`).toString('base64'));
	});

	it('refuses a user whose EWS is switched off, and takes a new password', async () => {
		const server = await start();
		server.control.refuse(ANNA, 403);
		expect((await new TestClient(server).send(syncRequest('inbox'))).status).toBe(403);
		server.control.refuse(ANNA, undefined);
		server.control.setPassword(ANNA, 'new');
		expect((await new TestClient(server).send(syncRequest('inbox'))).status).toBe(401);
		expect((await new TestClient(server, ANNA, 'new').send(syncRequest('inbox'))).status).toBe(200);
	});

	it('lets only those impersonate who may, and opens other mailboxes for delegates', async () => {
		const server = await start({ users: [{ address: 'service@example.test', password: 'secret', mayImpersonate: true }, { address: ANNA, password: 'secret' }, { address: 'bert@example.test', password: 'secret', mayOpen: [ANNA] }] });
		server.control.outlook(ANNA).create({ subject: "Anna's" });
		const as = (address: string): string => `<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>${address}</t:SmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`;
		expect((await new TestClient(server, 'service@example.test').send(findRequest({}), as(ANNA))).text).toContain("Anna's");
		expect(await new TestClient(server, ANNA).code(findRequest({}), as('bert@example.test'))).toBe('ErrorImpersonateUserDenied');
		const annas = findRequest({}).replace('<t:DistinguishedFolderId Id="inbox"/>', `<t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${ANNA}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`);
		expect((await new TestClient(server, 'bert@example.test').send(annas)).text).toContain("Anna's");
		const berts = annas.replace(ANNA, 'bert@example.test');
		expect(await new TestClient(server, ANNA).code(berts)).toBe('ErrorAccessDenied');
	});
});

describe('the server', () => {
	it("answers in Exchange's headers", async () => {
		const { headers, text } = await new TestClient(await start()).send(syncRequest('inbox'));
		expect(['request-id', 'x-feserver', 'content-type'].map((name) => headers.get(name))).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'MBX1', 'text/xml; charset=utf-8']);
		expect(text).toContain('<t:ServerVersionInfo MajorVersion="15" MinorVersion="2"');
	});

	it('speaks https with a certificate of its own', async () => {
		const server = await start({ https: true });
		const status = await new Promise((resolve, reject) => {
			httpsRequest(server.url, { ca: server.certificate, servername: 'localhost' }, (response) => resolve(response.statusCode)).on('error', reject).end();
		});
		expect(status).toBe(401);
	});

	it('keeps its state in a folder: same ids, same sync states', async () => {
		const stateFolder = mkdtempSync(join(tmpdir(), 'exchange-state-'));
		try {
			const first = await start({ stateFolder });
			const { Id } = await new TestClient(first).create('<t:Subject>kept</t:Subject><t:Attachments><t:FileAttachment><t:Name>a</t:Name><t:Content>YWJj</t:Content></t:FileAttachment></t:Attachments>');
			const { state } = await new TestClient(first).sync('inbox');
			await first.close();
			running = [];
			const second = await start({ stateFolder });
			expect((await new TestClient(second).sync('inbox', state)).changes).toEqual([]);
			expect((await new TestClient(second).get(Id, '<t:BaseShape>Default</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>')).children.map(({ name }) => name)).toContain('MimeContent');
		} finally {
			for (const server of running) await server.close();
			running = [];
			rmSync(stateFolder, { recursive: true });
		}
	});

	it('has a clock that stands and is advanced', async () => {
		const server = await start();
		server.control.advanceClock(3_600_000);
		const { Id } = await new TestClient(server).create('<t:Subject>s</t:Subject>');
		expect((await new TestClient(server).get(Id)).children.find(({ name }) => name === 'DateTimeCreated')?.text).toBe('2026-03-02T09:00:00Z');
	});

	it('is steered over HTTP too, but not by a web page', async () => {
		const server = await start();
		const control = async (name: string, body: unknown, headers: Record<string, string> = {}): Promise<[number, unknown]> => {
			const response = await fetch(`${server.origin}/control/${name}`, { method: 'POST', body: JSON.stringify(body), headers });
			return [response.status, await response.json()];
		};
		expect(await control('deliver', { mailbox: ANNA, mime: 'From: a@b.example\nSubject: Hallo\n\nText\n' })).toMatchObject([200, { id: expect.any(String) as string }]);
		expect(await control('items', { mailbox: ANNA, folder: 'inbox' })).toMatchObject([200, [{ subject: 'Hallo', isRead: false }]]);
		expect(await control('inject', { faults: [{ operation: 'CreateItem', do: { effect: 'http', status: 503 } }] })).toEqual([200, {}]);
		expect((await new TestClient(server).send(createRequest('<t:Subject>x</t:Subject>'))).status).toBe(503);
		expect(await control('requests', {})).toMatchObject([200, [{ operation: 'CreateItem', status: 503, user: ANNA, parts: 1 }]]);
		expect(await control('clock', { set: '2026-05-01T00:00:00Z', advance: 1_000 })).toEqual([200, { now: '2026-05-01T00:00:01.000Z' }]);
		expect((await control('items', { mailbox: ANNA, folder: 'inbox' }, { origin: 'http://evil.example' }))[0]).toBe(403);
		expect((await control('nothing', {}))[0]).toBe(404);
		expect((await control('items', { folder: 'inbox' }))[0]).toBe(400);
	});
});

describe('the demo mailbox', () => {
	it('holds what its table says, and every item can be read', async () => {
		const server = await start({ seed: 'demo' });
		const client = new TestClient(server);
		const outlook = server.control.outlook(ANNA);
		for (const [folder, count] of Object.entries(DEMO_COUNTS.items)) expect([folder, outlook.items(folder).length]).toEqual([folder, count]);
		const rows = outlook.items('inbox');
		expect(rows.filter(({ isDraft, itemClass }) => !isDraft && !/^IPM\.(Contact|DistList)/.test(itemClass))).toHaveLength(DEMO_COUNTS.inboxMessages);
		for (let at = 0; at < rows.length; at += 50) {
			const { messages } = await client.send(`<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds>${rows.slice(at, at + 50).map(({ id }) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:GetItem>`);
			expect(new Set(messages.map(({ code }) => code))).toEqual(new Set(['NoError']));
		}
	});

	it('is the same every time', async () => {
		const [first, second] = [await start({ seed: 'demo' }), await start({ seed: 'demo' })];
		const seen = (server: RunningExchange): unknown => ['inbox', 'sentitems', 'drafts'].map((folder) => server.control.outlook(ANNA).items(folder).map(({ subject, messageId, id, isRead }) => [subject, messageId, id, isRead]));
		expect(seen(second)).toEqual(seen(first));
	});
});
