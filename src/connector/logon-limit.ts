import { createHash } from 'node:crypto';
import { whileWaitedFor } from '../ews/errors/given-up';
import type { Clock } from '../ews/transport/clock';
import { faultFrom, MailboxFault } from '../sync/fault';
import { rememberNewest } from './remember-newest';

/** How a login stands. */
interface LogonState {
	failures: number;
	/** Where the clock stands that nobody sets when the pause is over; nothing is asked before. A clock on the wall would let it last until an old date comes again. */
	pauseEnds: number;
	/** Mailboxes that were refused the last time they were asked for. */
	refused: ReadonlySet<string>;
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
/** So long others wait for what may succeed without a logon. What takes longer waits for a silent server, which was not given the password: Autodiscover shows it to those alone that asked for it. */
const LONGEST_TURN_MS = 5_000;

/**
 * Keeps a wrong password from locking a directory account (rule `logon-limit`): after so many refused logons in a row the login pauses. A refused
 * logon is not repeated by the same connector at all; until the first success requests go one at a time.
 *
 * A login that was accepted and is then refused for one mailbox may be good for the others: this mailbox is asked no more, the others are, one at a
 * time again. A second refusal without a success in between means the login.
 */
export class LogonLimit {
	readonly #key: string;
	readonly #limit: LogonLimitSettings;
	readonly #clock: Pick<Clock, 'now' | 'elapsed'>;
	#verified = false;
	#refused: MailboxFault | undefined;
	readonly #refusedMailboxes = new Map<string, MailboxFault>();
	#first: Promise<void> = Promise.resolve();

	/** @param login everything that makes the login what it is, secret included; only its fingerprint is kept */
	constructor(login: readonly string[], limit: LogonLimitSettings, clock: Pick<Clock, 'now' | 'elapsed'>) {
		this.#key = createHash('sha256').update(JSON.stringify(login)).digest('base64url');
		this.#limit = limit;
		this.#clock = clock;
	}

	/** Refused logons in a row. */
	get failures(): number {
		return STATES.get(this.#key)?.failures ?? 0;
	}

	/** Until when it pauses, milliseconds since 1970; undefined: it does not. */
	get pausedUntil(): number | undefined {
		const left = this.#pausedForMs;
		return left > 0 ? this.#clock.now() + left : undefined;
	}

	get #pausedForMs(): number {
		return Math.max(0, Math.ceil((STATES.get(this.#key)?.pauseEnds ?? 0) - this.#clock.elapsed()));
	}

	/** Whether a mailbox was refused the last time: it is asked after the others, for it may be refused alone. */
	refusedLast(mailbox: string): boolean {
		return STATES.get(this.#key)?.refused.has(mailbox) === true;
	}

	/**
	 * Runs a request for a mailbox, unless the login pauses.
	 *
	 * @param signal given up while it waits for its turn, it is not begun
	 * @throws MailboxFault `logonRefused`; EwsError `aborted`
	 */
	async run<T>(mailbox: string, request: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		return await this.#inTurn(mailbox, request, { proves: true, signal });
	}

	/** Like {@link run}, for what may succeed without a logon: a refusal counts, a success proves nothing. @throws MailboxFault `logonRefused` */
	async tryOut<T>(mailbox: string, request: () => Promise<T>): Promise<T> {
		return await this.#inTurn(mailbox, request, { proves: false, signal: undefined });
	}

	async #inTurn<T>(mailbox: string, request: () => Promise<T>, { proves, signal }: { proves: boolean; signal: AbortSignal | undefined }): Promise<T> {
		if (this.#verified) return await this.#attempt(mailbox, request, proves);
		const before = this.#first;
		let done = () => {};
		this.#first = new Promise((resolve) => (done = resolve));
		try {
			await whileWaitedFor(signal, { mayBeSent: false }, async () => await before);
			if (!proves) AbortSignal.timeout(LONGEST_TURN_MS).addEventListener('abort', done);
			return await this.#attempt(mailbox, request, proves);
		} finally {
			// The next one waits for those before, also where this one has given up.
			void before.then(done);
		}
	}

	async #attempt<T>(mailbox: string, request: () => Promise<T>, proves: boolean): Promise<T> {
		const refused = this.#refused ?? this.#refusedMailboxes.get(mailbox);
		if (refused !== undefined) throw refused;
		const left = this.#pausedForMs;
		if (left > 0) throw this.#paused(left);
		try {
			const result = await request();
			// What was under way when the pause began does not end it: it may have logged on before.
			if (proves && this.#pausedForMs === 0) {
				this.#verified = true;
				this.#keep(0, 0, this.#refusedBut(mailbox));
			}
			return result;
		} catch (error) {
			const fault = faultFrom(error);
			if (fault.reason === 'logonRefused') this.#count(mailbox, fault);
			throw fault;
		}
	}

	#count(mailbox: string, fault: MailboxFault): void {
		// Several requests of a mailbox may have been under way.
		if (!this.#verified && !this.#refusedMailboxes.has(mailbox)) this.#refused = fault;
		this.#refusedMailboxes.set(mailbox, fault);
		this.#verified = false;
		// Refused here, before anything was sent: no server has counted it.
		if (fault.httpStatus === undefined) return;
		// It was under way when the pause began.
		if (this.#pausedForMs > 0) return;
		const failures = this.failures + 1;
		const pauses = failures >= this.#limit.attempts;
		this.#keep(pauses ? 0 : failures, pauses ? this.#clock.elapsed() + this.#limit.pauseMinutes * 60_000 : 0, [...this.#refusedBut(mailbox), mailbox]);
	}

	#refusedBut(mailbox: string): string[] {
		return [...(STATES.get(this.#key)?.refused ?? [])].filter((refused) => refused !== mailbox);
	}

	#keep(failures: number, pauseEnds: number, refused: readonly string[]): void {
		if (failures === 0 && pauseEnds === 0 && refused.length === 0) STATES.delete(this.#key);
		else rememberNewest(STATES, this.#key, { failures, pauseEnds, refused: new Set(refused) }, REMEMBERED_LOGINS);
	}

	#paused(left: number): MailboxFault {
		return new MailboxFault({
			reason: 'logonRefused',
			scope: 'account',
			retry: { can: true, afterMs: left },
			code: 'LogonLimit',
			message: `The logon was refused ${this.#limit.attempts} times in a row, so the account pauses until ${new Date(this.#clock.now() + left).toISOString()} (rule logon-limit). Correct the credential to resume at once.`,
		});
	}
}
