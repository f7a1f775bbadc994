import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logon, LogonScheme } from '../http/logon.mts';
import type { Exchange, User } from '../store/exchange.mts';
import type { AccountLock } from './account-lock.mts';
import { bindingOfSocket } from './end-point-binding.mts';
import { integrityCode, passwordKey, proofOf, same, sessionKey } from './ntlm-proof.mts';
import type { AuthenticateMessage, ServerNames } from './ntlm-wire.mts';
import { challengeMessage, FLAG, messageType, negotiateFlags, PAIR, PAIR_FLAG_MIC, pairsOf, readAuthenticate } from './ntlm-wire.mts';

export interface NtlmOptions {
	/** Extended Protection of the web server. `required`, as Exchange 2019 CU14 sets it up: over TLS no proof without the right channel binding. Default. */
	readonly extendedProtection?: 'off' | 'allowed' | 'required';
	readonly names?: ServerNames;
}

/** One handshake as the server saw it. */
export interface NtlmHandshake {
	/** Counts the server's connections from 1. */
	readonly connection: number;
	readonly step: 'challenged' | 'accepted' | 'refused';
	readonly user?: string;
	/** Why it was refused. */
	readonly reason?: string;
}

interface ConnectionState {
	readonly number: number;
	pending: { readonly negotiate: Buffer; readonly challenge: Buffer; readonly serverChallenge: Buffer } | undefined;
	user: User | undefined;
}

const NAMES: ServerNames = { domain: 'EXAMPLE', computer: 'MBX1', dnsDomain: 'example.test' };

class Refused extends Error {}

/** NTLM of one server: NTLMv2 alone, per connection, with integrity code and channel binding. */
export class NtlmLogons {
	readonly handshakes: NtlmHandshake[] = [];
	private readonly connections = new WeakMap<Socket, ConnectionState>();
	private readonly lock: AccountLock;
	private readonly extendedProtection: 'off' | 'allowed' | 'required';
	private readonly names: ServerNames;
	private count = 0;

	constructor(lock: AccountLock, options: NtlmOptions = {}) {
		this.lock = lock;
		this.extendedProtection = options.extendedProtection ?? 'required';
		this.names = options.names ?? NAMES;
	}

	/** `Negotiate`, with the same messages as NTLM: without Kerberos the two differ by name only. */
	get schemes(): LogonScheme[] {
		return ['Negotiate', 'NTLM'].map((scheme) => ({
			scheme,
			challenge: () => scheme,
			logOn: (credentials, request, exchange) => this.logOn(scheme, Buffer.from(credentials, 'base64'), request.socket, exchange),
			userOfConnection: (socket) => this.connections.get(socket)?.user,
		}));
	}

	private stateOf(socket: Socket): ConnectionState {
		const known = this.connections.get(socket) ?? { number: ++this.count, pending: undefined, user: undefined };
		this.connections.set(socket, known);
		return known;
	}

	private logOn(scheme: string, message: Buffer, socket: Socket, exchange: Exchange): Logon {
		const state = this.stateOf(socket);
		switch (messageType(message)) {
			case 1: {
				const serverChallenge = randomBytes(8);
				const challenge = challengeMessage(negotiateFlags(message), serverChallenge, this.names, new Date());
				state.pending = { negotiate: message, challenge, serverChallenge };
				this.handshakes.push({ connection: state.number, step: 'challenged' });
				return { result: 'challenge', challenges: [`${scheme} ${challenge.toString('base64')}`] };
			}
			case 3:
				return this.proven(message, state, socket, exchange);
			default:
				return { result: 'refused' };
		}
	}

	private proven(message: Buffer, state: ConnectionState, socket: Socket, exchange: Exchange): Logon {
		const { pending } = state;
		state.pending = undefined;
		let name = '';
		try {
			if (pending === undefined) throw new Refused('no challenge was given on this connection');
			const read = readAuthenticate(message);
			name = read.domain === '' ? read.user : `${read.domain}\\${read.user}`;
			const user = this.verified(read, name, pending, socket, exchange);
			if (state.user !== undefined && state.user !== user) throw new Refused('the connection belongs to another user');
			state.user = user;
			this.handshakes.push({ connection: state.number, step: 'accepted', user: user.address });
			return { result: 'user', user };
		} catch (error) {
			if (!(error instanceof Refused) && !(error instanceof RangeError)) throw error;
			state.user = undefined;
			this.handshakes.push({ connection: state.number, step: 'refused', user: name, reason: error.message });
			return { result: 'refused' };
		}
	}

	private verified(read: AuthenticateMessage, name: string, pending: NonNullable<ConnectionState['pending']>, socket: Socket, exchange: Exchange): User {
		if (read.ntResponse.length <= 24) throw new Refused('NTLMv1 is not accepted');
		const user = exchange.userNamed(name) ?? (read.domain.toUpperCase() === this.names.domain ? exchange.userNamed(read.user) : undefined);
		if (user?.password === undefined) throw new Refused('no such user');
		const key = passwordKey(user.password, read.user, read.domain);
		const given = read.ntResponse.subarray(0, 16);
		const blob = read.ntResponse.subarray(16);
		const right = same(proofOf(key, pending.serverChallenge, blob), given);
		if (!this.lock.decide(user, right)) throw new Refused(right ? 'the account is locked' : 'wrong password');
		const pairs = pairsOf(blob);
		this.checkIntegrity(read, pairs, pending, sessionKey(key, given, (read.flags & FLAG.keyExchange) === 0 ? undefined : read.wrappedKey));
		this.checkChannel(pairs.get(PAIR.channelBindings), socket);
		return user;
	}

	private checkIntegrity(read: AuthenticateMessage, pairs: ReadonlyMap<number, Buffer>, pending: NonNullable<ConnectionState['pending']>, key: Buffer): void {
		const promised = ((pairs.get(PAIR.flags)?.readUInt32LE(0) ?? 0) & PAIR_FLAG_MIC) !== 0;
		// A server that gives its time is owed an integrity code ([MS-NLMP] 3.1.5.1.2); the pairs are under the proof, so nobody can take the promise away.
		if (!promised || read.mic === undefined) throw new Refused('no message integrity code');
		if (!same(integrityCode(key, pending.negotiate, pending.challenge, read.withoutMic), read.mic)) throw new Refused('wrong message integrity code');
	}

	private checkChannel(given: Buffer | undefined, socket: Socket): void {
		const expected = bindingOfSocket(socket);
		if (expected === undefined || this.extendedProtection === 'off') return;
		const isAbsent = given === undefined || given.every((byte) => byte === 0);
		if (isAbsent && this.extendedProtection === 'allowed') return;
		if (isAbsent) throw new Refused('no channel binding');
		if (!same(expected, given)) throw new Refused('wrong channel binding');
	}
}
