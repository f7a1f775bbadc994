import type { Response } from 'undici';

import { EwsError } from '../errors/ews-error';

/**
 * Keeps one wrong password from being counted many times, since directories lock accounts after a few: until a logon has succeeded, one request goes
 * alone; if it is refused, those that stood behind it fail with it instead of being sent. A request that comes later tries again, alone.
 */
export class LogonGuard {
	private proven = false;
	private refusalCount = 0;
	private probe: Promise<'proven' | 'refused' | 'unknown'> | undefined;

	/** Refusals so far; a request notes it when it is made. */
	get refusals(): number {
		return this.refusalCount;
	}

	/**
	 * @param refusals what {@link refusals} was when the request was made
	 * @throws EwsError `http` logonRefused without sending, where a logon was refused since
	 */
	async send(refusals: number, attempt: () => Promise<Response>): Promise<Response> {
		while (!this.proven && this.probe !== undefined) await this.probe;
		if (this.refusalCount > refusals) {
			throw new EwsError({ kind: 'http', status: 401, what: 'logonRefused' }, 'The logon was refused a moment ago and not tried again.');
		}
		const answer = attempt();
		if (this.proven) return this.noted(await answer);
		const probe = answer.then(
			({ status }) => (status === 401 ? 'refused' : 'proven'),
			() => 'unknown' as const,
		);
		this.probe = probe;
		const outcome = await probe;
		if (this.probe === probe) this.probe = undefined;
		this.proven = outcome === 'proven';
		if (outcome === 'refused') this.refusalCount++;
		return await answer;
	}

	private noted(answer: Response): Response {
		if (answer.status === 401) {
			this.proven = false;
			this.refusalCount++;
		}
		return answer;
	}
}
