/** Whether a login keeps the pauses that it was told, or that its refused logons make, as the server's log has it. */
import type { LoggedRequest } from '../exchange-server/http/requestLog.mts';
import type { BadDay } from './bad-days.mts';
import { LOGON_ATTEMPTS, LOGON_PAUSE_MS, UNTOLD_BACK_OFF_MS } from './settings.mts';
import { type Stall, stoodStillMs } from '../stalls.mts';

/** What the client had sent before it read the answer arrives behind it; it cannot be called back. */
const IN_FLIGHT_MS = 25;
/** Requests of one mailbox at a time, without the one that was told to wait. */
const OTHERS_IN_FLIGHT = 3;

/** How far around a broken pause is told what was asked. */
const AROUND_MS = 3_000;

/** A request of the login, milliseconds since 1970. */
interface Served {
	from: number;
	to: number;
	status: number;
}

/** A time in which no request of the login may arrive. */
export interface Pause {
	why: string;
	/** When the answer that began it was given. */
	toldAt: number;
	/** Counted from when the request arrived: the client cannot have read the answer earlier, so its pause does not end earlier. */
	until: number;
	ms: number;
}

export class PauseWatch {
	readonly pauses: Pause[] = [];
	readonly #user: string;
	readonly #toldByStatus: ReadonlyMap<string, number>;
	readonly #served: Served[] = [];
	readonly #stalls: Stall[] = [];

	/** @param user whose process lives through all of it: one that begins anew does not know what the one before was told */
	constructor(user: string, days: readonly BadDay[]) {
		this.#user = user;
		this.#toldByStatus = new Map(days.flatMap((day) => (toldByStatus(day) === undefined ? [] : [[day.name, toldByStatus(day) ?? 0] as const])));
	}

	note(request: LoggedRequest): void {
		if (request.user !== this.#user) return;
		const from = request.time.getTime();
		const to = from + request.milliseconds;
		this.#served.push({ from, to, status: request.status });
		const ms = this.#toldByStatus.get(request.fault ?? '') ?? toldInAnswer(request.response);
		if (ms !== undefined) this.pauses.push({ why: request.fault ?? 'BackOffMilliseconds', toldAt: to, until: from + ms, ms });
	}

	/** A time at which the server or the login's process stood still: what was sent before the answer was read may arrive so much later. */
	stoodStill(stall: Stall): void {
		this.#stalls.push(stall);
	}

	/** To be asked once, at the end: pauses that followed from refused logons, too. */
	judged(): { pauses: readonly Pause[]; violations: string[] } {
		const pauses = [...this.pauses, ...this.#logonPauses()].sort((a, b) => a.toldAt - b.toldAt);
		return { pauses, violations: pauses.flatMap((pause) => this.#violationsOf(pause)) };
	}

	#violationsOf(pause: Pause): string[] {
		const { why, toldAt, until, ms } = pause;
		const early = this.#served.filter(({ from }) => from > toldAt && from < until);
		const stalls = this.#stalls.filter(({ from, to }) => to > toldAt && from < until);
		const tooLate = early.filter(({ from }) => from > toldAt + IN_FLIGHT_MS + stoodStillMs(stalls, toldAt, from));
		const named = `${why}, told at ${new Date(toldAt).toISOString()} for ${ms} ms`;
		return [
			...tooLate.map(({ from }, index) => `a request arrived ${Math.round(from - toldAt)} ms after a pause had begun (${named})${index === 0 ? `; asked around it: ${this.#around(toldAt)}` : ''}`),
			...(early.length > OTHERS_IN_FLIGHT ? [`${early.length} requests arrived behind the one that was told to pause (${named})`] : []),
		];
	}

	/** From and to in ms, and the status. */
	#around(time: number): string {
		const near = this.#served.filter(({ from, to }) => to > time - AROUND_MS && from < time + AROUND_MS).sort((one, other) => one.from - other.from);
		return near.map(({ from, to, status }) => `${Math.round(from - time)}..${Math.round(to - time)} ${status}`).join(', ');
	}

	/** Refused logons in a row, one after the other, with nothing served between the first and the last of them. */
	#logonPauses(): Pause[] {
		const pauses: Pause[] = [];
		let row: Served[] = [];
		for (const request of [...this.#served].sort((a, b) => a.to - b.to)) {
			if (!isRefusal(request)) {
				// Whatever was understood as an answer begins the count anew; of others it is not certain that they do not.
				row = [];
				continue;
			}
			const last = row.at(-1);
			// Refusals at the same time may have been counted as one.
			if (last !== undefined && request.from < last.to) continue;
			// Behind a pause that began earlier than can be told from here the count began anew.
			if (last !== undefined && request.from - last.to >= LOGON_PAUSE_MS) row = [];
			row.push(request);
			const [first] = row;
			if (row.length < LOGON_ATTEMPTS || first === undefined) continue;
			const isInARow = !this.#served.some((other) => !isRefusal(other) && other.from <= request.to && other.to >= first.from);
			if (isInARow) pauses.push({ why: `logon-limit after ${LOGON_ATTEMPTS} refusals`, toldAt: request.to, until: request.from + LOGON_PAUSE_MS, ms: LOGON_PAUSE_MS });
			row = [];
		}
		return pauses;
	}
}

function isRefusal({ status }: Served): boolean {
	return status === 401 || status === 456;
}

/** For how long a fault pauses that says so by its status. */
function toldByStatus({ do: effect }: BadDay): number | undefined {
	if (effect.effect !== 'http') return undefined;
	const seconds = effect.headers?.['retry-after'];
	if (seconds !== undefined) return Number(seconds) * 1_000;
	return effect.status === 429 ? UNTOLD_BACK_OFF_MS : undefined;
}

function toldInAnswer(answer: string | undefined): number | undefined {
	const told = [...(answer ?? '').matchAll(/Name="BackOffMilliseconds">(\d+)</g)].map(([, ms]) => Number(ms));
	return told.length === 0 ? undefined : Math.max(...told);
}
