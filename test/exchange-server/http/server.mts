import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultError } from '../faults/faultError.mts';
import type { FaultEffect } from '../faults/fault.mts';
import type { FaultScript } from '../faults/faultScript.mts';
import { spoil } from '../faults/spoil.mts';
import { EwsError } from '../operations/errors.mts';
import type { Exchange, User } from '../store/exchange.mts';
import type { Admission } from './admission.mts';
import type { Certificate } from './certificate.mts';
import type { ParsedEnvelope } from './envelope.mts';
import { faultEnvelope } from './envelope.mts';
import type { LogonScheme } from './logon.mts';
import { logOn } from './logon.mts';
import type { LoggedRequest, RequestLog } from './requestLog.mts';
import type { EwsAnswer } from './serveEws.mts';
import { partCount, readRequest, serveEws } from './serveEws.mts';
import type { HttpAnswer } from './writeAnswer.mts';
import { writeAnswer } from './writeAnswer.mts';

const MAX_REQUEST_BYTES = 256 * 1024 * 1024;

/** A path of its own on the same port (control API, token endpoint, autodiscover). Returns false where the request is not for it. */
export type Route = (request: IncomingMessage, response: ServerResponse, body: Buffer) => Promise<boolean> | boolean;

/** What the listener needs. */
export interface ListenerParts {
	readonly exchange: Exchange;
	readonly log: RequestLog;
	readonly faults: FaultScript;
	readonly schemes: readonly LogonScheme[];
	readonly routes: readonly Route[];
	/** Asked after each logon. */
	readonly admit?: Admission;
	/** Milliseconds every answer is late. */
	readonly latency: () => number;
	/** Called with each request's and answer's text. */
	readonly inspect?: (request: string, answer: string | undefined, entry: LoggedRequest) => void;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		const bytes = chunk as Buffer;
		size += bytes.length;
		if (size > MAX_REQUEST_BYTES) throw new Error('request too large');
		chunks.push(bytes);
	}
	const body = Buffer.concat(chunks);
	return /gzip/i.test(request.headers['content-encoding'] ?? '') ? await promisify(gunzip)(body) : body;
}

const WSDL = '<?xml version="1.0" encoding="utf-8"?><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="http://schemas.microsoft.com/exchange/services/2006/messages"/>';

/** Makes the HTTP(S) server of an Exchange. It listens to nothing yet. */
export function createListener(parts: ListenerParts, certificate: Certificate | undefined): Server {
	const listener: RequestListener = (request, response) => {
		handle(request, response, parts).catch((error: unknown) => {
			if (response.headersSent || response.destroyed) response.destroy();
			else response.writeHead(500, { 'content-type': 'text/plain' }).end(error instanceof Error ? (error.stack ?? error.message) : 'internal error');
		});
	};
	const server = certificate ? createHttpsServer(certificate, listener) : createHttpServer(listener);
	server.keepAliveTimeout = 60_000;
	return server;
}

function serverHeaders(request: IncomingMessage, now: Date): Record<string, string> {
	const clientId = request.headers['client-request-id'];
	return {
		date: now.toUTCString(),
		'request-id': randomUUID(),
		'x-calculatedbetarget': 'mbx1.example.test',
		'x-feserver': 'MBX1',
		'x-beserver': 'MBX1',
		'x-diaginfo': 'MBX1',
		'x-powered-by': 'ASP.NET',
		'x-aspnet-version': '4.0.30319',
		'cache-control': 'private',
		server: 'Microsoft-IIS/10.0',
		...(typeof clientId === 'string' && request.headers['return-client-request-id'] === 'true' && { 'client-request-id': clientId }),
	};
}

async function handle(request: IncomingMessage, response: ServerResponse, parts: ListenerParts): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://exchange');
	const path = url.pathname.toLowerCase();
	const body = await bodyOf(request);
	for (const route of parts.routes) if (await route(request, response, body)) return;
	const headers = serverHeaders(request, parts.exchange.clock.now());
	if (!path.startsWith('/ews/')) {
		response.writeHead(404, { ...headers, 'content-type': 'text/html' }).end('<html><body><h2>404 - File or directory not found.</h2></body></html>');
		return;
	}
	const entry = parts.log.begin(parts.exchange.clock.now(), request.method ?? '', url.pathname, request.headers);
	entry.bytesIn = body.length;
	const started = performance.now();
	response.on('close', () => {
		entry.milliseconds = Math.round((performance.now() - started) * 100) / 100;
	});
	const logon = await logOn(request, parts.exchange, parts.schemes);
	if (logon.result !== 'user') {
		const challenges = logon.result === 'challenge' ? logon.challenges : parts.schemes.map(({ challenge }) => challenge(parts.exchange));
		entry.status = 401;
		response.writeHead(401, { ...headers, ...(logon.result === 'challenge' && logon.headers), 'www-authenticate': [...challenges], 'content-length': 0 }).end();
		return;
	}
	const { user } = logon;
	entry.user = user.address;
	if (user.refusedWith !== undefined) {
		entry.status = user.refusedWith;
		response.writeHead(user.refusedWith, { ...headers, 'content-length': 0 }).end();
		return;
	}
	if (request.method !== 'POST') {
		entry.status = 200;
		response.writeHead(200, { ...headers, 'content-type': 'text/xml; charset=utf-8' }).end(WSDL);
		return;
	}
	await serve(request, response, body.toString('utf8'), user, parts, entry, headers);
}

async function serve(request: IncomingMessage, response: ServerResponse, text: string, user: User, parts: ListenerParts, entry: LoggedRequest, headers: Record<string, string>): Promise<void> {
	const read = readRequest(text);
	const envelope = 'operation' in read ? read : undefined;
	let effect: FaultEffect | undefined;
	if (envelope) {
		entry.operation = envelope.operation.name;
		entry.parts = partCount(envelope.operation);
		entry.mailbox = (envelope.impersonated ?? user.address).toLowerCase();
		const refusal = parts.admit?.(user, envelope);
		if (refusal) {
			const answer: HttpAnswer = refusal instanceof EwsError ? { status: 500, body: faultEnvelope(refusal) } : { ...refusal, body: refusal.body ?? '' };
			entry.status = answer.status;
			if (refusal instanceof EwsError) entry.errors = [refusal.code];
			await writeAnswer(request, response, answer, headers, undefined, entry);
			return;
		}
		const struck = parts.faults.strike({ operation: entry.operation, user: user.address, mailbox: entry.mailbox, request: text });
		if (struck) entry.fault = struck.name;
		effect = struck?.effect;
	}
	if (parts.latency() > 0) await sleep(parts.latency());
	if (effect?.effect === 'stall' && (effect.when ?? 'before') === 'before') await parts.faults.held.hold(effect.milliseconds);
	if (effect?.effect === 'drop' && effect.when === 'before') {
		parts.log.keepTexts(entry, text, undefined);
		request.socket.destroy();
		return;
	}
	const answer = await answerOf(read, envelope, text, user, parts, effect);
	if (answer === 'cut') {
		parts.log.keepTexts(entry, text, undefined);
		request.socket.destroy();
		return;
	}
	const body = effect ? spoil(answer.body, effect) : answer.body;
	entry.status = answer.status;
	entry.errors = [...answer.body.matchAll(/<(?:m|e):ResponseCode[^>]*>([^<]+)</g)].map((match) => match[1] ?? '').filter((code) => code !== 'NoError');
	parts.log.keepTexts(entry, text, body);
	parts.inspect?.(text, body === answer.body && !('scripted' in answer) ? body : undefined, entry);
	await writeAnswer(request, response, { ...answer, body }, headers, effect, entry);
}

async function answerOf(read: ParsedEnvelope | EwsAnswer, envelope: ParsedEnvelope | undefined, text: string, user: User, parts: ListenerParts, effect: FaultEffect | undefined): Promise<HttpAnswer | 'cut'> {
	if (!envelope) return read as EwsAnswer;
	const act = (): Promise<EwsAnswer> => serveEws(envelope, user, parts.exchange, itemFaultOf(effect, text));
	switch (effect?.effect) {
		case 'http':
			if (effect.acted) await act();
			return { status: effect.status, body: effect.body ?? '', scripted: true, ...(effect.headers && { headers: effect.headers }) };
		case 'redirect':
			return { status: effect.status ?? 302, body: '', scripted: true, headers: { location: effect.location } };
		case 'fault':
			if (effect.acted) await act();
			return { status: 500, body: faultEnvelope(faultError(effect, 'fault')) };
		case 'drop': {
			const answer = await act();
			return effect.when === 'acted' ? 'cut' : answer;
		}
		default:
			return await act();
	}
}

function itemFaultOf(effect: FaultEffect | undefined, request: string): (index: number) => EwsError | undefined {
	if (effect?.effect === 'item') {
		const { ids } = effect;
		const named = ids === undefined ? [] : [...request.matchAll(/<\w+:ItemId [^>]*?\bId="([^"]*)"/g)].map(([, id]) => ids.includes(id ?? ''));
		const strikes = (index: number): boolean => (ids === undefined ? (effect.indexes?.includes(index) ?? true) : named[index] === true);
		return (index) => (strikes(index) ? faultError(effect, 'item') : undefined);
	}
	if (effect?.effect === 'batch-stopped') return (index) => (index >= effect.from ? new EwsError('ErrorBatchProcessingStopped') : undefined);
	return () => undefined;
}
