import { describe, expect, it } from 'vitest';

import { EwsError } from '../../../src/ews/errors/ews-error.ts';
import { errorOfHttpAnswer, readRetryAfter } from '../../../src/ews/errors/http-answer.ts';
import { EnvelopeSplitter } from '../../../src/ews/library/envelope-splitter.ts';
import { basicAuthenticator } from '../../../src/ews/transport/basic-authenticator.ts';
import { HttpExchange } from '../../../src/ews/transport/http-exchange.ts';
import { libraryTransport } from '../../../src/ews/transport/library-transport.ts';
import { loadEwsLibrary, type EwsLibrary } from '../../../src/ews/library/ews-library.ts';
import { envelope, fault, startScriptedServer, type Reply } from '../transport/scripted-server.mts';
import type { ExchangeService, NotificationEventArgs } from 'ews-javascript-api';

/** A service without retries, as the repaired library alone behaves. */
async function withService<T>(reply: Reply, use: (service: ExchangeService, library: EwsLibrary) => Promise<T>): Promise<T> {
	const library = await loadEwsLibrary();
	const server = await startScriptedServer(() => reply);
	const exchange = new HttpExchange({ url: server.url, authenticator: basicAuthenticator({ user: 'anna', password: 'x' }) }, 4);
	const service = new library.ExchangeService(library.ExchangeVersion.Exchange2013_SP1);
	service.Url = new library.Uri(server.url);
	service.Credentials = new library.WebCredentials('-', '-');
	service.XHRApi = libraryTransport(exchange, new URL(server.url), { address: 'anna@example.test', mode: 'own' }, {});
	try {
		return await use(service, library);
	} finally {
		await exchange.close();
		await server.close();
	}
}

const failure = async (reply: Reply): Promise<unknown> =>
	await withService(reply, async (service, library) => await service.BindToItems([new library.ItemId('A')], library.PropertySet.IdOnly).then(() => undefined, (error: unknown) => error));

describe('W8: every answer settles', () => {
	it.each<[string, Reply, object]>([
		['500 without a body', { status: 500 }, { kind: 'http', what: 'emptyError' }],
		['500 with a fault', { status: 500, body: fault('ErrorAccessDenied') }, { kind: 'soapFault', code: 'ErrorAccessDenied' }],
		['a fault with status 200', { status: 200, body: fault('ErrorServerBusy') }, { kind: 'soapFault', code: 'ErrorServerBusy' }],
		['500 with a page of IIS', { status: 500, headers: { 'content-type': 'text/html' }, body: "<html><title>Server Error in '/EWS' Application.</title></html>" }, { kind: 'http', what: 'busy' }],
		['500 with an envelope without a fault', { status: 500, body: envelope('<m:GetItemResponse/>') }, { kind: 'http', status: 500 }],
		['456', { status: 456 }, { kind: 'http', what: 'accountLocked' }],
		['401', { status: 401 }, { kind: 'http', what: 'logonRefused' }],
		['413', { status: 413 }, { kind: 'http', what: 'tooLargeRequest' }],
		['200 without a body', { status: 200 }, { kind: 'http', what: 'emptyError' }],
		['200 with a body that is empty', { body: envelope('') }, { kind: 'malformedAnswer' }],
		['200 with text', { body: 'ok' }, { kind: 'http', what: 'other' }],
	])('%s', async (_what, reply, detail) => {
		const seen = await failure(reply);
		expect(seen).toBeInstanceOf(EwsError);
		expect((seen as EwsError).detail).toMatchObject(detail);
	});
});

describe('W9: streaming', () => {
	const notification = (subject: string): string =>
		envelope(
			`<m:GetStreamingEventsResponse><m:ResponseMessages><m:GetStreamingEventsResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Notifications><m:Notification><t:SubscriptionId>S1</t:SubscriptionId><t:NewMailEvent><t:TimeStamp>2024-06-03T10:00:00Z</t:TimeStamp><t:ItemId Id="${subject}" ChangeKey="C"/><t:ParentFolderId Id="F" ChangeKey="C"/></t:NewMailEvent></m:Notification></m:Notifications></m:GetStreamingEventsResponseMessage></m:ResponseMessages></m:GetStreamingEventsResponse>`,
		);
	const ids = ['eins', 'zwei-ä', 'drei-😀', 'vier', 'fünf'];

	async function stream(reply: Reply): Promise<{ events: string[]; error: unknown }> {
		return await withService(reply, async (service, library) => {
			const connection = new library.StreamingSubscriptionConnection(service, 1);
			const Subscription = library.StreamingSubscription as unknown as new (owner: ExchangeService) => import('ews-javascript-api').StreamingSubscription;
			const subscription = new Subscription(service);
			Object.assign(subscription, { id: 'S1' });
			connection.AddSubscription(subscription);
			const events: string[] = [];
			(connection.OnNotificationEvent as unknown as Array<(sender: unknown, args: NotificationEventArgs) => void>).push((_sender, args) => {
				for (const event of args.Events) events.push((event as unknown as { ItemId: { UniqueId: string } }).ItemId.UniqueId);
			});
			const error: unknown = await (connection.Open() as unknown as Promise<void>).then(
				() => undefined,
				(reason: unknown) => reason,
			);
			return { events, error };
		});
	}

	const all = Buffer.from(ids.map(notification).join('\r\n'), 'utf8');

	it('all envelopes of one piece are read', async () => {
		expect(await stream({ body: all })).toEqual({ events: ids, error: undefined });
	});

	it('pieces may be torn anywhere, in the middle of characters too', async () => {
		const reply: Reply = (response) => {
			response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
			let sent = 0;
			const next = (): void => {
				if (sent >= all.length) {
					response.end();
					return;
				}
				response.write(all.subarray(sent, (sent += 301)), () => setImmediate(next));
			};
			next();
		};
		expect(await stream(reply)).toEqual({ events: ids, error: undefined });
	});

	it('an HTTP error is reported', async () => {
		const { events, error } = await stream({ status: 401 });
		expect(events).toEqual([]);
		expect((error as EwsError).detail).toMatchObject({ kind: 'http', what: 'logonRefused' });
	});

	it('a connection that breaks is reported, after the events that came', async () => {
		const { events, error } = await stream((response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			response.write(notification('eins'), () => setTimeout(() => response.destroy(), 50));
		});
		expect(events).toEqual(['eins']);
		expect((error as EwsError).detail).toMatchObject({ kind: 'network', during: 'exchange' });
	});

	it('the splitter gives the same envelopes for every cut', () => {
		const text = `\r\n<?xml version="1.0"?><Envelope a="1"><b/></Envelope>\n \n<soap11:Envelope><c>…</c></soap11:Envelope ><s:Envelope>3</s:Envelope>`;
		for (let size = 1; size <= text.length; size++) {
			const splitter = new EnvelopeSplitter();
			const envelopes: string[] = [];
			for (let at = 0; at < text.length; at += size) envelopes.push(...splitter.push(text.slice(at, at + size)));
			expect(envelopes).toEqual(['<Envelope a="1"><b/></Envelope>', '<soap11:Envelope><c>…</c></soap11:Envelope >', '<s:Envelope>3</s:Envelope>']);
		}
		expect(() => new EnvelopeSplitter(100).push('<s:Envelope>'.padEnd(200, 'x'))).toThrow(EwsError);
	});
});

describe('Retry-After', () => {
	const now = Date.UTC(2026, 0, 5, 12, 0, 0);
	it.each([
		['17', 17_000],
		['Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
		['Mon, 05 Jan 2026 11:00:00 GMT', 0],
		['soon', undefined],
		[null, undefined],
	])('%s', (value, ms) => {
		expect(readRetryAfter(value, now)).toBe(ms);
		const error = errorOfHttpAnswer({ status: 429, responseText: '', getResponseHeader: (name) => (name === 'retry-after' ? value : null) }, now);
		expect(error?.detail).toMatchObject({ kind: 'http', what: 'throttled', ...(ms === undefined ? {} : { retryAfterMs: ms }) });
	});
});
