import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { isOutcomeUnknown } from '../../../src/ews/errors/mailbox-fault.ts';
import type { AnswerReader } from '../../../src/ews/transport/answer-body.ts';
import { anonymous } from '../../../src/ews/transport/authenticator.ts';
import { HttpExchange, type OutgoingRequest } from '../../../src/ews/transport/http-exchange.ts';
import { openedByTests } from './opened.mts';
import { startScriptedServer, type Reply, type ScriptedServer } from './scripted-server.mts';
import { connect, createOnce, subjectOf } from './test-connection.mts';

const opened = openedByTests();
const LIMIT_MS = 300;
/** Above a second undici counts time by its own ticks, which a busy machine stretches along with everything else. */
const LONG_LIMIT_MS = 1200;
const timeouts = { connectMs: 5000, headersMs: 5000, bodyMs: LIMIT_MS };

async function serve(script: () => Reply): Promise<ScriptedServer> {
	const server = await startScriptedServer(script);
	opened.push(server);
	return server;
}

/** A byte now and then, more often than the limit between two pieces. */
function drips(response: ServerResponse, byte: string, limitMs = LIMIT_MS): void {
	const timer = setInterval(() => response.write(byte), limitMs / 6);
	response.on('close', () => clearInterval(timer));
}

function exchangeWith({ url }: ScriptedServer, bodyMs = LIMIT_MS): { exchange: HttpExchange; request: OutgoingRequest } {
	const exchange = new HttpExchange({ url, authenticator: anonymous, timeouts: { ...timeouts, bodyMs } }, 2);
	opened.push(exchange);
	return { exchange, request: { url: new URL(url), method: 'POST', headers: {}, body: 'x' } };
}

describe('an answer that drips', () => {
	it.each<[string, string | undefined]>([
		['as text', undefined],
		['packed, so that nothing comes out', 'gzip'],
	])('%s is given up like one that falls silent', async (_how, encoding) => {
		const server = await serve(() => (response) => {
			response.writeHead(200, { 'content-type': 'text/xml', ...(encoding === undefined ? {} : { 'content-encoding': encoding }) });
			// The head of a gzip whose file name has no end.
			response.write(encoding === undefined ? '<?xml version="1.0"?><s:Envelope xmlns:s="x">' : Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]));
			drips(response, encoding === undefined ? ' ' : 'n');
		});
		const { connection, anna } = connect(server.url, { timeouts });
		opened.push(connection);
		await expect(subjectOf(anna)).rejects.toMatchObject({ reason: 'unavailable', scope: 'connector', code: 'UND_ERR_BODY_TIMEOUT', retry: { can: true } });
		expect(server.requests.length).toBeGreaterThan(1);
	});

	it('leaves open what became of a create, which is not sent again', async () => {
		const server = await serve(() => (response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			drips(response, ' ');
		});
		const { connection, anna } = connect(server.url, { timeouts });
		opened.push(connection);
		const thrown: unknown = await createOnce(anna).catch((error: unknown) => error);
		expect(thrown).toMatchObject({ reason: 'unavailable' });
		expect(isOutcomeUnknown(thrown)).toBe(true);
		expect(server.requests).toHaveLength(1);
	});

	it('is given up as content that is handed on while it arrives, too', async () => {
		const server = await serve(() => (response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			response.write('<a><b>');
			drips(response, 'QUJD');
		});
		const { exchange, request } = exchangeWith(server);
		const take = async (content: AsyncIterable<Buffer>): Promise<void> => {
			for await (const piece of content) void piece;
		};
		await expect(exchange.sendDiverting(request, { isContent: ([, name]) => name === 'b', maxBytes: 1024 * 1024, take })).rejects.toMatchObject({ detail: { kind: 'network', code: 'UND_ERR_BODY_TIMEOUT' }, outcomeUnknown: true });
	});

	it('is given up where it only leads elsewhere', async () => {
		const server = await serve(() => (response) => {
			response.writeHead(307, { location: '/elsewhere' });
			drips(response, ' ');
		});
		const { exchange, request } = exchangeWith(server);
		await expect(exchange.send(request)).rejects.toMatchObject({ detail: { code: 'UND_ERR_BODY_TIMEOUT' } });
	});
});

describe('an answer that takes its time', () => {
	it('is not given up while whoever takes it is slow', async () => {
		const server = await serve(() => (response) => {
			response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
			response.write(`<a>${'x'.repeat(1000)}`);
			setTimeout(() => response.end('</a>'), LONG_LIMIT_MS / 6);
		});
		const { exchange, request } = exchangeWith(server, LONG_LIMIT_MS);
		let taken = '';
		const reader: AnswerReader = {
			takes: () => true,
			// Far longer than a thousand bytes and the limit allow for.
			async write(bytes) {
				taken += Buffer.from(bytes).toString();
				await pause(LONG_LIMIT_MS * 2);
			},
		};
		// The rest has come by the time it is asked for.
		await exchange.sendReading(request, reader);
		expect(taken).toBe(`<a>${'x'.repeat(1000)}</a>`);
	});

	it('is not given up as long as it comes at a bearable rate', async () => {
		const pieces = 12;
		const server = await serve(() => (response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			let sent = 0;
			const timer = setInterval(() => {
				response.write(' '.repeat(2048));
				if (++sent < pieces) return;
				clearInterval(timer);
				response.end();
			}, LONG_LIMIT_MS / 6);
		});
		const { exchange, request } = exchangeWith(server, LONG_LIMIT_MS);
		expect((await exchange.send(request)).responseText).toHaveLength(2048 * pieces);
	});

	it('is not given up where it is meant to last', async () => {
		const server = await serve(() => (response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			drips(response, '.', LONG_LIMIT_MS);
			setTimeout(() => response.end(), LONG_LIMIT_MS * 2);
		});
		const { exchange, request } = exchangeWith(server, LONG_LIMIT_MS);
		let came = '';
		await exchange.stream(
			request,
			() => undefined,
			(text) => (came += text),
		);
		expect(came).toMatch(/^\.+$/);
	});
});
