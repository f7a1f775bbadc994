/** The embedded server's log while it is still short: it keeps so many requests and so much of their texts, a run makes more. */
import type { Control } from '../exchange-server/control/control.mts';
import type { LoggedRequest } from '../exchange-server/http/requestLog.mts';

export class ServerLog {
	#underWay: LoggedRequest[] = [];
	readonly #control: Control;

	constructor(control: Control) {
		this.#control = control;
	}

	/** Requests that have ended since the last look, oldest first. */
	ended(): LoggedRequest[] {
		const all = [...this.#underWay, ...this.#control.requests()];
		this.#control.clearRequests();
		this.#underWay = all.filter((request) => !hasEnded(request));
		return all.filter(hasEnded);
	}

	/** How many were under way at the last look. */
	get underWay(): number {
		return this.#underWay.length;
	}
}

/** The time it took is entered when its connection is done with it. */
function hasEnded({ milliseconds }: LoggedRequest): boolean {
	return milliseconds > 0;
}
