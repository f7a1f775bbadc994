import { createHash } from 'node:crypto';
import { faultFrom, MailboxFault } from '../sync/fault';

/** How a login stands. */
interface LogonState {
	failures: number;
	/** Milliseconds since 1970; nothing is asked before. */
	pausedUntil: number;
}

/** When a login pauses. */
export interface LogonLimitSettings {
	/** Refused logons in a row, 1 to 10. */
	attempts: number;
	pauseMinutes: number;
}

/** Of this process; bounded, oldest first out. Keys hold the password's fingerprint: another password is another login and starts at nought. */
const STATES = new Map<string, LogonState>();
const REMEMBERED_LOGINS = 10_000;

/**
 * Keeps a wrong password from locking a directory account (rule `logon-limit`): after so many refused logons in a row the login pauses. A refused
 * logon is not repeated by the same connector at all; until the first success requests go one at a time.
 */
export class LogonLimit {
	readonly #key: string;
	readonly #limit: LogonLimitSettings;
	readonly #now: () => number;
	#verified = false;
	#refused: MailboxFault | undefined;
	#first: Promise<void> = Promise.resolve();

	/** @param login everything that makes the login what it is, secret included; only its fingerprint is kept */
	constructor(login: readonly string[], limit: LogonLimitSettings, now: () => number) {
		this.#key = createHash('sha256').update(JSON.stringify(login)).digest('base64url');
		this.#limit = limit;
		this.#now = now;
	}

	/** Refused logons in a row. */
	get failures(): number {
		return STATES.get(this.#key)?.failures ?? 0;
	}

	/** Until when it pauses, milliseconds since 1970; undefined: it does not. */
	get pausedUntil(): number | undefined {
		const until = STATES.get(this.#key)?.pausedUntil ?? 0;
		return until > this.#now() ? until : undefined;
	}

	/** Runs a request, unless the login pauses. @throws MailboxFault `logonRefused` */
	async run<T>(request: () => Promise<T>): Promise<T> {
		return await this.#inTurn(request, true);
	}

	/** Like {@link run}, for what may succeed without a logon: a refusal counts, a success proves nothing. @throws MailboxFault `logonRefused` */
	async tryOut<T>(request: () => Promise<T>): Promise<T> {
		return await this.#inTurn(request, false);
	}

	async #inTurn<T>(request: () => Promise<T>, proves: boolean): Promise<T> {
		if (this.#verified) return await this.#attempt(request, proves);
		const before = this.#first;
		let done = () => {};
		this.#first = new Promise((resolve) => (done = resolve));
		await before;
		try {
			return await this.#attempt(request, proves);
		} finally {
			done();
		}
	}

	async #attempt<T>(request: () => Promise<T>, proves: boolean): Promise<T> {
		if (this.#refused !== undefined) throw this.#refused;
		const until = this.pausedUntil;
		if (until !== undefined) throw this.#paused(until);
		try {
			const result = await request();
			if (proves) {
				this.#verified = true;
				STATES.delete(this.#key);
			}
			return result;
		} catch (error) {
			const fault = faultFrom(error);
			if (fault.reason === 'logonRefused') this.#count(fault);
			throw fault;
		}
	}

	#count(fault: MailboxFault): void {
		this.#refused = fault;
		// Refused here, before anything was sent: no server has counted it.
		if (fault.httpStatus === undefined) return;
		const failures = this.failures + 1;
		const pausedUntil = failures >= this.#limit.attempts ? this.#now() + this.#limit.pauseMinutes * 60_000 : 0;
		STATES.delete(this.#key);
		STATES.set(this.#key, { failures: pausedUntil === 0 ? failures : 0, pausedUntil });
		for (const oldest of STATES.keys()) {
			if (STATES.size <= REMEMBERED_LOGINS) break;
			STATES.delete(oldest);
		}
	}

	#paused(until: number): MailboxFault {
		return new MailboxFault({
			reason: 'logonRefused',
			scope: 'account',
			retry: { can: true, afterMs: until - this.#now() },
			code: 'LogonLimit',
			message: `The logon was refused ${this.#limit.attempts} times in a row, so the account pauses until ${new Date(until).toISOString()} (rule logon-limit). Correct the credential to resume at once.`,
		});
	}
}
