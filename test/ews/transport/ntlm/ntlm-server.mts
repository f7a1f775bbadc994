import { createHash, createHmac, randomBytes, X509Certificate } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { serverCertificate } from '../certificates.mts';
import { startScriptedServer, type ScriptedServer, type SeenRequest } from '../scripted-server.mts';

/** MD4 of `Password`, as [MS-NLMP] 4.2.2.1.2 prints it, so that the server needs no MD4. */
const NT_HASH = Buffer.from('a4f49c406510bdcab6824ee7c30fd852', 'hex');
const NO_BINDING = Buffer.alloc(16);

/** What the server demands. */
export interface NtlmServerOptions {
	tls?: boolean;
	/** Extended Protection: the channel binding must be right. */
	binding?: 'required' | 'ignored';
	/** Whether the server's challenge holds its time (and a MIC is then demanded). */
	time?: boolean;
	/** How the first 401 offers the logon. */
	offers?: string;
	/** Name the messages travel under. */
	scheme?: 'NTLM' | 'Negotiate';
	/** Serves only so many requests on a connection before it is closed. */
	requestsPerConnection?: number;
}

/** One who logged on, by connection. */
export interface NtlmServer extends ScriptedServer {
	logons: Array<{ connection: number; user: string; domain: string; accepted: boolean; reason: string }>;
}

/** A server that demands NTLM per connection and checks every proof by its own reading of [MS-NLMP]. */
export async function startNtlmServer(answer: string, options: NtlmServerOptions = {}): Promise<NtlmServer> {
	const { scheme = 'NTLM', offers = scheme, time = true, binding = 'required' } = options;
	const challenges = new Map<Socket, { negotiate: Buffer; challenge: Buffer; nonce: Buffer }>();
	const users = new Map<Socket, string>();
	const served = new Map<Socket, number>();
	const logons: NtlmServer['logons'] = [];

	const handle = (response: ServerResponse, request: SeenRequest): void => {
		const { socket } = request;
		const refuse = (challenge: string): void => {
			response.writeHead(401, { 'www-authenticate': challenge, 'content-length': '0' });
			response.end();
		};
		const serve = (): void => {
			const count = (served.get(socket) ?? 0) + 1;
			served.set(socket, count);
			const last = count === options.requestsPerConnection;
			response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8', ...(last ? { connection: 'close' } : {}) });
			response.end(answer);
		};
		const [, given, token] = /^(\w+) (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
		if (token === undefined || given !== scheme) {
			if (users.has(socket) && request.headers.authorization === undefined) serve();
			else refuse(offers);
			return;
		}
		const message = Buffer.from(token, 'base64');
		if (message.readUInt32LE(8) === 1) {
			const nonce = randomBytes(8);
			const challenge = challengeMessage(nonce, time);
			challenges.set(socket, { negotiate: message, challenge, nonce });
			users.delete(socket);
			refuse(`${scheme} ${challenge.toString('base64')}`);
			return;
		}
		const open = challenges.get(socket);
		challenges.delete(socket);
		const verdict = open === undefined ? { user: '', domain: '', reason: 'no challenge on this connection' } : verify(message, open, time, binding === 'required', options.tls === true);
		logons.push({ connection: request.connection, user: verdict.user, domain: verdict.domain, accepted: verdict.reason === '', reason: verdict.reason });
		if (verdict.reason !== '') {
			refuse(offers);
			return;
		}
		users.set(socket, verdict.user);
		serve();
	};
	const server = await startScriptedServer(() => handle, { tls: options.tls === true });
	return Object.assign(server, { logons });
}

function challengeMessage(nonce: Buffer, time: boolean): Buffer {
	const pair = (id: number, value: Buffer): Buffer => {
		const head = Buffer.alloc(4);
		head.writeUInt16LE(id, 0);
		head.writeUInt16LE(value.length, 2);
		return Buffer.concat([head, value]);
	};
	const stamp = Buffer.alloc(8);
	stamp.writeBigUInt64LE(133_000_000_000_000_000n);
	const info = Buffer.concat([pair(2, Buffer.from('CORP', 'utf16le')), pair(1, Buffer.from('EX01', 'utf16le')), ...(time ? [pair(7, stamp)] : []), pair(0, Buffer.alloc(0))]);
	const name = Buffer.from('CORP', 'utf16le');
	const head = Buffer.alloc(56);
	head.write('NTLMSSP\0', 'latin1');
	head.writeUInt32LE(2, 8);
	head.writeUInt16LE(name.length, 12);
	head.writeUInt16LE(name.length, 14);
	head.writeUInt32LE(56, 16);
	head.writeUInt32LE(0xa2898205, 20);
	nonce.copy(head, 24);
	head.writeUInt16LE(info.length, 40);
	head.writeUInt16LE(info.length, 42);
	head.writeUInt32LE(56 + name.length, 44);
	return Buffer.concat([head, name, info]);
}

function verify(message: Buffer, open: { negotiate: Buffer; challenge: Buffer; nonce: Buffer }, time: boolean, bindingRequired: boolean, tls: boolean): { user: string; domain: string; reason: string } {
	const field = (at: number): Buffer => message.subarray(message.readUInt32LE(at + 4), message.readUInt32LE(at + 4) + message.readUInt16LE(at));
	const domain = field(28).toString('utf16le');
	const user = field(36).toString('utf16le');
	const nt = field(20);
	const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('md5', key).update(data).digest();
	const key = hmac(NT_HASH, Buffer.from(upperCase(user) + domain, 'utf16le'));
	const proof = hmac(key, Buffer.concat([open.nonce, nt.subarray(16)]));
	const refused = (reason: string): { user: string; domain: string; reason: string } => ({ user, domain, reason });
	if (!proof.equals(nt.subarray(0, 16))) return refused('wrong password');

	const pairs = new Map<number, Buffer>();
	const info = nt.subarray(16 + 28);
	for (let at = 0; info.readUInt16LE(at) !== 0; at += 4 + info.readUInt16LE(at + 2)) pairs.set(info.readUInt16LE(at), info.subarray(at + 4, at + 4 + info.readUInt16LE(at + 2)));
	if (time) {
		if (((pairs.get(6)?.readUInt32LE(0) ?? 0) & 2) === 0) return refused('no MIC announced');
		const unsigned = Buffer.from(message);
		unsigned.fill(0, 72, 88);
		const mic = hmac(hmac(key, proof), Buffer.concat([open.negotiate, open.challenge, unsigned]));
		if (!mic.equals(message.subarray(72, 88))) return refused('wrong MIC');
	}
	if (pairs.get(9)?.toString('utf16le') !== 'HTTP/localhost') return refused('wrong service principal name');
	if (bindingRequired && !expectedBinding(tls).equals(pairs.get(10) ?? Buffer.alloc(0))) return refused('wrong channel binding');
	return refused('');
}

/** One character for one, as Windows does it: ß stays. */
function upperCase(user: string): string {
	return Array.from(user, (each) => (each.toUpperCase().length === each.length ? each.toUpperCase() : each)).join('');
}

function expectedBinding(tls: boolean): Buffer {
	if (!tls) return NO_BINDING;
	const hash = createHash('sha256').update(new X509Certificate(serverCertificate).raw).digest();
	const data = Buffer.concat([Buffer.from('tls-server-end-point:'), hash]);
	const head = Buffer.alloc(20);
	head.writeUInt32LE(data.length, 16);
	return createHash('md5').update(Buffer.concat([head, data])).digest();
}
