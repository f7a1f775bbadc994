import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { FaultEffect } from '../faults/fault.mts';
import { deferredParts, wireBytes, wireLength } from '../xml/deferred.mts';
import type { LoggedRequest } from './requestLog.mts';
import type { EwsAnswer } from './serveEws.mts';

/** An answer with what HTTP says beside its text. */
export interface HttpAnswer extends EwsAnswer {
	readonly headers?: Readonly<Record<string, string>>;
	/** Made by a fault: no answer of Exchange's. */
	readonly scripted?: true;
}

/** Writes an answer to its connection, compressed where the client takes it, large contents piece by piece; a fault may disturb it half way. */
export async function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer, headers: Record<string, string>, effect: FaultEffect | undefined, entry: LoggedRequest): Promise<void> {
	const parts = deferredParts(answer.body);
	const length = wireLength(parts);
	const packs = length > 2_048 && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) && !effect;
	const head = {
		...headers,
		...(answer.body !== '' && { 'content-type': answer.scripted && !answer.body.startsWith('<?xml') ? 'text/html; charset=utf-8' : 'text/xml; charset=utf-8' }),
		...(packs && { 'content-encoding': 'gzip' }),
		'set-cookie': `exchangecookie=${createHash('md5').update(entry.user ?? '').digest('hex')}; path=/; HttpOnly`,
		...answer.headers,
	};
	if (packs && parts.length > 1) {
		response.writeHead(answer.status, head);
		await pipeline(Readable.from(wireBytes(parts)), createGzip({ level: 1 }), counted(entry), response);
		return;
	}
	if (packs) {
		const bytes = await promisify(gzip)(Buffer.from(answer.body, 'utf8'), { level: 1 });
		entry.bytesOut = bytes.length;
		response.writeHead(answer.status, { ...head, 'content-length': bytes.length }).end(bytes);
		return;
	}
	entry.bytesOut = length;
	response.writeHead(answer.status, { ...head, 'content-length': length });
	if (effect?.effect === 'stall' && effect.when === 'headers') {
		response.flushHeaders();
		await stalled(response, effect.milliseconds);
	}
	await writePlain(request, response, wireBytes(parts), Math.floor(length / 2), effect);
}

function counted(entry: LoggedRequest) {
	return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		for await (const chunk of chunks) {
			entry.bytesOut += chunk.length;
			yield chunk;
		}
	};
}

async function writePlain(request: IncomingMessage, response: ServerResponse, chunks: Iterable<Buffer>, half: number, effect: FaultEffect | undefined): Promise<void> {
	const drops = effect?.effect === 'drop' && effect.when === 'during';
	const stalls = effect?.effect === 'stall' && effect.when === 'body' ? effect.milliseconds : undefined;
	let sent = 0;
	const send = async (bytes: Buffer): Promise<void> => {
		sent += bytes.length;
		if (bytes.length === 0 || response.write(bytes) || response.destroyed) return;
		await drained(response);
	};
	for (const chunk of chunks) {
		if (response.destroyed) return;
		const middle = sent <= half && sent + chunk.length > half && (drops || stalls !== undefined) ? half - sent : undefined;
		if (middle === undefined) {
			await send(chunk);
			continue;
		}
		await send(chunk.subarray(0, middle));
		if (drops) {
			response.write('', () => request.socket.destroy());
			return;
		}
		await stalled(response, stalls ?? 0);
		await send(chunk.subarray(middle));
	}
	response.end();
}

/** Nothing moves for so long, or until nobody waits for the answer any more. */
async function stalled(response: ServerResponse, milliseconds: number): Promise<void> {
	const gone = new AbortController();
	const leave = (): void => gone.abort();
	response.once('close', leave);
	if (response.destroyed) leave();
	try {
		await sleep(milliseconds, undefined, { signal: gone.signal });
	} catch (error) {
		if (!gone.signal.aborted) throw error;
	} finally {
		response.off('close', leave);
	}
}

/** Resolves when there is room for more, or nobody takes it any more. */
function drained(response: ServerResponse): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			response.off('drain', done).off('close', done);
			resolve();
		};
		response.on('drain', done).on('close', done);
	});
}
