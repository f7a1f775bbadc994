import type { Fault, FaultEffect, FaultSubject } from './fault.mts';
import { HeldRequests } from './held-requests.mts';

/** A small generator of random numbers (mulberry32): the same seed, the same bad days. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

interface Waiting {
	readonly fault: Fault;
	seen: number;
	left: number;
}

/** The faults in waiting; the first one that matches a request strikes it. */
export class FaultScript {
	private waiting: Waiting[] = [];
	private random = seededRandom(1);
	/** Those that stall before the server acts. */
	readonly held = new HeldRequests();
	/** How often a fault has struck. */
	struck = 0;

	/** Adds faults behind those in waiting. */
	inject(...faults: readonly Fault[]): void {
		for (const fault of faults) this.waiting.push({ fault, seen: 0, left: fault.times ?? (fault.probability === undefined ? 1 : Number.POSITIVE_INFINITY) });
	}

	/** Restarts the random numbers of faults with a probability. */
	seed(seed: number): void {
		this.random = seededRandom(seed);
	}

	clear(): void {
		this.waiting = [];
	}

	/** Faults that have not struck as often as they should. */
	pending(): readonly Fault[] {
		return this.waiting.map(({ fault }) => fault);
	}

	/** The effect on a request, or undefined. */
	strike(subject: FaultSubject): { effect: FaultEffect; name: string } | undefined {
		for (const each of this.waiting) {
			const { fault } = each;
			if (!matches(fault, subject)) continue;
			each.seen += 1;
			if (fault.nth !== undefined && each.seen < fault.nth) continue;
			if (fault.probability !== undefined && this.random() >= fault.probability) continue;
			each.left -= 1;
			this.struck += 1;
			if (each.left <= 0) this.waiting = this.waiting.filter((other) => other !== each);
			return { effect: fault.do, name: fault.name ?? describe(fault.do) };
		}
		return undefined;
	}
}

function matches(fault: Fault, subject: FaultSubject): boolean {
	const { operation } = fault;
	if (operation !== undefined && !(typeof operation === 'string' ? operation === subject.operation : operation.includes(subject.operation))) return false;
	if (fault.user !== undefined && fault.user.toLowerCase() !== subject.user) return false;
	if (fault.mailbox !== undefined && fault.mailbox.toLowerCase() !== subject.mailbox) return false;
	return fault.containing === undefined || subject.request.includes(fault.containing);
}

function describe(effect: FaultEffect): string {
	return 'code' in effect ? `${effect.effect} ${effect.code}` : 'status' in effect && effect.status !== undefined ? `${effect.effect} ${effect.status}` : 'when' in effect && effect.when !== undefined ? `${effect.effect} ${effect.when}` : effect.effect;
}
