import { randomBytes } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { integrityCode, passwordKey, proofOf, sessionKey } from './ntlm-proof.mts';
import { FLAG, PAIR, PAIR_FLAG_MIC } from './ntlm-wire.mts';

/** What a client of the tests gets wrong on purpose. */
export interface NtlmMistakes {
	readonly version1?: boolean;
	readonly withoutMic?: boolean;
	readonly wrongMic?: boolean;
	readonly keyExchange?: boolean;
	/** The channel binding it sends; none otherwise. */
	readonly binding?: Buffer;
}

interface Login {
	readonly user: string;
	readonly domain: string;
	readonly password: string;
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const flags = (mistakes: NtlmMistakes): number =>
	(FLAG.unicode | FLAG.requestTarget | FLAG.ntlm | FLAG.alwaysSign | FLAG.extendedSecurity | FLAG.targetInfo | FLAG.key128 | (mistakes.keyExchange ? FLAG.keyExchange | FLAG.sign : 0)) >>> 0;

export function firstMessage(mistakes: NtlmMistakes = {}): Buffer {
	const message = Buffer.alloc(40);
	SIGNATURE.copy(message);
	message.writeUInt32LE(1, 8);
	message.writeUInt32LE(flags(mistakes), 12);
	return message;
}

function pair(id: number, value: Buffer): Buffer {
	const head = Buffer.alloc(4);
	head.writeUInt16LE(id);
	head.writeUInt16LE(value.length, 2);
	return Buffer.concat([head, value]);
}

export function lastMessage(negotiate: Buffer, challenge: Buffer, { user, domain, password }: Login, mistakes: NtlmMistakes = {}): Buffer {
	const infoAt = challenge.readUInt32LE(44);
	const serverPairs = challenge.subarray(infoAt, infoAt + challenge.readUInt16LE(40) - 4);
	const micFlag = Buffer.alloc(4);
	micFlag.writeUInt32LE(PAIR_FLAG_MIC);
	const info = Buffer.concat([
		serverPairs,
		...(mistakes.withoutMic ? [] : [pair(PAIR.flags, micFlag)]),
		...(mistakes.binding ? [pair(PAIR.channelBindings, mistakes.binding)] : []),
		pair(PAIR.end, Buffer.alloc(0)),
	]);
	const blob = Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]), Buffer.alloc(8), randomBytes(8), Buffer.alloc(4), info, Buffer.alloc(4)]);
	const key = passwordKey(password, user, domain);
	const proof = proofOf(key, challenge.subarray(24, 32), blob);
	const wrapped = mistakes.keyExchange ? randomBytes(16) : undefined;
	const fields = [Buffer.alloc(24), mistakes.version1 ? proof.subarray(0, 16) : Buffer.concat([proof, blob]), Buffer.from(domain, 'utf16le'), Buffer.from(user, 'utf16le'), Buffer.alloc(0), wrapped ?? Buffer.alloc(0)];
	const head = Buffer.alloc(88);
	SIGNATURE.copy(head);
	head.writeUInt32LE(3, 8);
	let at = head.length;
	fields.forEach((field, index) => {
		head.writeUInt16LE(field.length, 12 + index * 8);
		head.writeUInt16LE(field.length, 14 + index * 8);
		head.writeUInt32LE(at, 16 + index * 8);
		at += field.length;
	});
	head.writeUInt32LE(flags(mistakes), 60);
	const message = Buffer.concat([head, ...fields]);
	if (!mistakes.withoutMic) {
		const code = integrityCode(sessionKey(key, proof, wrapped), negotiate, challenge, message);
		if (mistakes.wrongMic) code[0] = (code[0] ?? 0) ^ 1;
		code.copy(message, 72);
	}
	return message;
}

/** One kept-alive connection to a server, for handshakes by hand. */
export class OneConnection {
	private readonly url: URL;
	private readonly agent: HttpAgent | HttpsAgent;
	private readonly ca: string | undefined;

	constructor(url: string, ca?: string) {
		this.url = new URL(url);
		this.ca = ca;
		this.agent = this.url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true, maxSockets: 1 }) : new HttpAgent({ keepAlive: true, maxSockets: 1 });
	}

	/** Sends an empty GET with this Authorization header. */
	async send(authorization: string | undefined): Promise<{ status: number; challenges: string[]; headers: Record<string, string | string[] | undefined> }> {
		return await new Promise((resolve, reject) => {
			const send = this.url.protocol === 'https:' ? httpsRequest : httpRequest;
			const request = send(this.url, { agent: this.agent, ...(this.ca !== undefined && { ca: this.ca }), headers: authorization === undefined ? {} : { authorization } }, (response) => {
				const challenges = response.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 && name.toLowerCase() === 'www-authenticate' ? [all[index + 1] ?? ''] : []));
				response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, challenges, headers: response.headers }));
			});
			request.on('error', reject).end();
		});
	}

	/** A whole handshake: the status it ends with. */
	async logOn(login: Login, mistakes: NtlmMistakes = {}, scheme = 'NTLM'): Promise<number> {
		const negotiate = firstMessage(mistakes);
		const { challenges } = await this.send(`${scheme} ${negotiate.toString('base64')}`);
		const challenge = Buffer.from(challenges[0]?.split(' ')[1] ?? '', 'base64');
		return (await this.send(`${scheme} ${lastMessage(negotiate, challenge, login, mistakes).toString('base64')}`)).status;
	}

	close(): void {
		this.agent.destroy();
	}
}
