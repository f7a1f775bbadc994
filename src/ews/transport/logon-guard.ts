import type { Response } from 'undici';

import { EwsError } from '../errors/ews-error';

/**
 * Keeps one wrong password from being counted many times, since directories lock accounts after a few: until a logon has succeeded, one request goes
 * alone; if it is refused, those that stood behind it fail with it instead of being sent. A request that comes later tries again, alone.
 */
export class LogonGuard {
	private proven = false;
	private probe: Promise<'proven' | 'refused' | 'unknown'> | undefined;

	/** @throws EwsError `http` logonRefused without sending, where the request ahead was refused */
	async send(attempt: () => Promise<Response>): Promise<Response> {
		while (!this.proven && this.probe !== undefined) {
			if ((await this.probe) === 'refused') {
				throw new EwsError({ kind: 'http', status: 401, what: 'logonRefused' }, 'The logon was refused a moment ago and not tried again.');
			}
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
		return await answer;
	}

	private noted(answer: Response): Response {
		if (answer.status === 401) this.proven = false;
		return answer;
	}
}
