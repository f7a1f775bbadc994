import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';

import { isOutcomeUnknown, isUnreached } from '../../../src/ews/errors/mailbox-fault.ts';
import type { ConnectionSettings } from '../../../src/ews/transport/connection-settings.ts';
import { MailboxFault } from '../../../src/sync/fault.ts';
import { testCa } from './certificates.mts';
import { openedByTests } from './opened.mts';
import { envelope, fault, itemResponse, responses, startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.mts';
import { connect, createOnce, fastClock, PASSWORD, subjectOf } from './test-connection.mts';

const opened = openedByTests();

async function serve(script: (index: number) => Reply, tls = false): Promise<ScriptedServer> {
	const server = await startScriptedServer((_request, index) => script(index), { tls });
	opened.push(server);
	return server;
}

async function faultAt(url: string, settings: Partial<ConnectionSettings> = {}): Promise<MailboxFault> {
	const { connection, anna } = connect(url, settings);
	opened.push(connection);
	const thrown: unknown = await subjectOf(anna).then(
		(subject) => subject,
		(error: unknown) => error,
	);
	if (!(thrown instanceof MailboxFault)) throw new Error(`no fault but ${String(thrown)}`);
	expect(JSON.stringify([thrown.message, thrown.stack, String(thrown.cause)])).not.toContain(PASSWORD);
	return thrown;
}

const good = responses('GetItem', itemResponse('AAMk1', '<t:Subject>Hello</t:Subject>'));

describe('outcomes of a request that fails', () => {
	it('wrong address: 404 is not the service', async () => {
		const server = await serve(() => ({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body>Not found</body></html>' }));
		expect(await faultAt(server.url)).toMatchObject({ reason: 'notTheService', scope: 'connector', httpStatus: 404, retry: { can: false } });
		expect(server.requests).toHaveLength(1);
	});

	it('wrong password: refused once, never tried again', async () => {
		const server = await serve(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="localhost"' } }));
		expect(await faultAt(server.url)).toMatchObject({ reason: 'logonRefused', scope: 'account', httpStatus: 401, retry: { can: false } });
		expect(server.requests).toHaveLength(1);
	});

	it('logon-limit: a wrong password counts once, however many requests wait', async () => {
		const server = await serve(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="localhost"' } }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const ben = connection.mailbox({ address: 'ben@example.test', mode: 'impersonate' });
		const all = await Promise.allSettled([...Array.from({ length: 10 }, async () => await subjectOf(anna)), ...Array.from({ length: 10 }, async () => await subjectOf(ben))]);
		expect(all.every((one) => one.status === 'rejected' && (one.reason as MailboxFault).reason === 'logonRefused')).toBe(true);
		expect(server.requests).toHaveLength(1);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'logonRefused' });
		expect(server.requests).toHaveLength(2);
	});

	it('a certificate that nobody trusts is refused before anything is sent', async () => {
		const server = await serve(() => ({ body: good }), true);
		expect(await faultAt(server.url)).toMatchObject({ reason: 'tls', scope: 'connector', retry: { can: false } });
		expect(server.requests).toHaveLength(0);
	});

	it('the same certificate is good with its authority, or by explicit choice', async () => {
		const server = await serve(() => ({ body: good }), true);
		for (const tls of [{ ca: testCa }, { ignoreCertificate: true }]) {
			const { connection, anna } = connect(server.url, { tls });
			opened.push(connection);
			expect(await subjectOf(anna)).toBe('Hello');
		}
	});

	it('a sign-in page instead of SOAP', async () => {
		const server = await serve(() => ({ headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><html><form action="/owa/auth.owa"><input type="password" name="password"></form></html>' }));
		const seen = await faultAt(server.url);
		expect(seen).toMatchObject({ reason: 'notTheService', retry: { can: false } });
		expect(seen.message).toContain('sign-in page');
	});

	it('a redirect to a sign-in page is that page, and credentials do not follow', async () => {
		const server = await serve(() => ({ status: 302, headers: { location: 'https://login.example.test/adfs/ls?wa=wsignin1.0' } }));
		expect((await faultAt(server.url)).message).toContain('sign-in page');
		expect(server.requests).toHaveLength(1);
	});

	it('an empty 500 is a passing fault: tried again, and told when it stays', async () => {
		const passing = await serve((index) => (index === 0 ? { status: 500 } : { body: good }));
		const { connection, anna } = connect(passing.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Hello');
		const staying = await serve(() => ({ status: 500 }));
		expect(await faultAt(staying.url)).toMatchObject({ reason: 'unavailable', httpStatus: 500, retry: { can: true } });
	});

	it('an answer cut in the middle is asked for again', async () => {
		const server = await serve((index) =>
			index === 0
				? (response) => {
						response.writeHead(200, { 'content-type': 'text/xml', 'content-length': String(good.length) });
						response.write(good.slice(0, 200), () => response.destroy());
					}
				: { body: good },
		);
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Hello');
		expect(server.requests).toHaveLength(2);
	});

	it('a create whose answer was cut is not sent again and says that its outcome is unknown', async () => {
		const server = await serve(() => (response) => response.destroy());
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const thrown: unknown = await createOnce(anna).catch((error: unknown) => error);
		expect(thrown).toMatchObject({ reason: 'unavailable' });
		expect(isOutcomeUnknown(thrown)).toBe(true);
		expect(server.requests).toHaveLength(1);
	});

	it('a create that could not be sent at all is known not to have happened', async () => {
		const server = await serve(() => ({ body: good }), true);
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const thrown: unknown = await anna.run({ operation: 'SendItem', repeatable: false }, async (service, library) => await service.BindToItems([new library.ItemId('A')], library.PropertySet.IdOnly)).catch((error: unknown) => error);
		expect(thrown).toMatchObject({ reason: 'tls' });
		expect(isOutcomeUnknown(thrown)).toBe(false);
	});

	it('&#x1; in a subject is left out', async () => {
		const server = await serve(() => ({ body: responses('GetItem', itemResponse('AAMk1', '<t:Subject>Bad&#x1; &#31;character&#xD83D;&#xDE00;</t:Subject>')) }));
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(anna)).toBe('Bad character😀');
	});

	it('broken XML is a malformed answer', async () => {
		const server = await serve(() => ({ body: envelope('<m:GetItemResponse><oops></m:GetItemResponse>') }));
		expect(await faultAt(server.url)).toMatchObject({ reason: 'malformedAnswer', retry: { can: false } });
	});

	it('SOAP of something else than what was asked is a malformed answer', async () => {
		const server = await serve(() => ({ body: envelope('<m:GetFolderResponse/>') }));
		expect(await faultAt(server.url)).toMatchObject({ reason: 'malformedAnswer' });
	});

	it('nobody listens', async () => {
		const closed = createServer();
		await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
		const { port } = closed.address() as AddressInfo;
		await new Promise((resolve) => closed.close(resolve));
		const seen = await faultAt(`http://127.0.0.1:${port}/EWS/Exchange.asmx`);
		expect(seen).toMatchObject({ reason: 'unavailable', scope: 'connector', code: 'ECONNREFUSED' });
		expect(isUnreached(seen)).toBe(true);
	});

	it('somebody listens and is silent: it was not reached; one that falls silent later was', async () => {
		const sockets: Socket[] = [];
		const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
		opened.push({
			async close() {
				for (const socket of sockets) socket.destroy();
				await new Promise((resolve) => silent.close(resolve));
			},
		});
		const seen = await faultAt(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/EWS/Exchange.asmx`, { timeouts: { connectMs: 200 } });
		expect(seen).toMatchObject({ reason: 'unavailable', code: 'UND_ERR_CONNECT_TIMEOUT' });
		expect(isUnreached(seen)).toBe(true);
		const later = await serve(() => (response) => void response.socket?.destroy());
		expect(isUnreached(await faultAt(later.url))).toBe(false);
	});

	it('a name that does not exist', async () => {
		const seen = await faultAt('https://mail.does-not-exist.invalid/EWS/Exchange.asmx');
		expect(seen).toMatchObject({ reason: 'unavailable', scope: 'connector' });
		expect(seen.message).toContain('cannot be resolved');
	});

	it('a server that does not answer in time', async () => {
		const server = await serve(() => () => undefined);
		expect(await faultAt(server.url, { timeouts: { headersMs: 200 } })).toMatchObject({ reason: 'unavailable', code: 'UND_ERR_HEADERS_TIMEOUT' });
	});

	it('an answer that is too large is not taken in', async () => {
		const server = await serve(() => ({ body: responses('GetItem', itemResponse('AAMk1', `<t:Subject>${'x'.repeat(50_000)}</t:Subject>`)) }));
		expect(await faultAt(server.url, { maxAnswerBytes: 10_000 })).toMatchObject({ reason: 'tooLarge', scope: 'item' });
	});

	it('EWS switched off for the mailbox', async () => {
		const server = await serve(() => ({ status: 403, body: 'Exchange Web Services are not currently enabled for this user.' }));
		const seen = await faultAt(server.url);
		expect(seen).toMatchObject({ httpStatus: 403, retry: { can: false } });
		expect(seen.message).toContain('EwsEnabled');
	});

	it.each([
		['in the header of its policy', { status: 403, headers: { 'x-ews-policy-reason': 'EWS is blocked by policy for this user or tenant' } }],
		['in the diagnostics header', { status: 403, headers: { 'x-ms-diagnostics': '2000012;reason="EWS is blocked for this tenant.";error_category="ews_blocked"' } }],
		['in an access-denied fault', { status: 500, body: fault('ErrorAccessDenied', '', 'EWS access is blocked for this organization.') }],
	])('EWS blocked by Exchange Online, said %s, names the setting and the dates', async (_where, reply) => {
		const server = await serve(() => reply);
		const seen = await faultAt(server.url);
		expect(seen).toMatchObject({ reason: 'serviceDisabled', scope: 'connector', retry: { can: false } });
		expect(seen.message).toContain('EWSEnabled');
		expect(seen.message).toContain('2026-10-01');
		expect(seen.message).toContain('2027-04-01');
	});

	it.each([
		"Access to https://mail.example.com/EWS/Exchange.asmx was denied by your organization's web policy.",
		"Access to ews.example.com was denied by your organization's web policy.",
		'Your organization does not allow https://mail.example.com/EWS to be reached: blocked.',
	])('a refusal of somebody else, in whose words the address of EWS stands, is not that: %s', async (body) => {
		const server = await serve(() => ({ status: 403, body }));
		expect(await faultAt(server.url)).toMatchObject({ reason: 'accessDenied', scope: 'account' });
	});

	it('a password is not sent to Exchange Online', async () => {
		expect(await faultAt('https://outlook.office365.com/EWS/Exchange.asmx')).toMatchObject({ reason: 'logonRefused', scope: 'connector', code: 'PasswordForExchangeOnline' });
	});

	it.each([
		['łukasz@example.test', undefined],
		['anna@łódź.test', 'anna@xn--d-uga0v4h.test'],
	])('a mailbox beyond Latin-1, %s, is asked for without what HTTP cannot say', async (address, anchor) => {
		const server = await serve(() => ({ body: good }));
		const { connection } = connect(server.url);
		opened.push(connection);
		expect(await subjectOf(connection.mailbox({ address, mode: 'delegate' }))).toBe('Hello');
		expect(server.requests.map(({ headers }) => headers['x-anchormailbox'])).toEqual([anchor]);
	});

	it('a request that HTTP cannot say is not tried again, and known not to have been sent', async () => {
		const server = await serve(() => ({ body: good }));
		const { connection, anna } = connect(server.url, { userAgent: 'łukasz' }, { ...fastClock(), wait: async () => await Promise.reject(new Error('waits')) });
		opened.push(connection);
		const thrown: unknown = await subjectOf(anna).catch((error: unknown) => error);
		expect(thrown).toMatchObject({ reason: 'badRequest', retry: { can: false }, code: 'UND_ERR_INVALID_ARG' });
		expect(isOutcomeUnknown(thrown)).toBe(false);
	});

	it('the caller cancels', async () => {
		const server = await serve(() => () => undefined);
		const { connection, anna } = connect(server.url);
		opened.push(connection);
		const cancel = new AbortController();
		const running = anna.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await service.BindToItems([new library.ItemId('A')], library.PropertySet.IdOnly), { signal: cancel.signal });
		while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		cancel.abort();
		await expect(running).rejects.toMatchObject({ reason: 'aborted' });
	});
});
