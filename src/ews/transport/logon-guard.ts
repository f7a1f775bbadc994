import { EwsError } from '../errors/ews-error';
import type { HttpResponse } from './http-response';

/**
 * Keeps one wrong password from being counted many times, since directories lock accounts after a few: until a logon has succeeded, one request goes
 * alone; if it is refused, those that stood behind it fail with it instead of being sent. A request that comes later tries again, alone.
 *
 * A logon that was accepted and is then refused for one mailbox may be refused for this mailbox only: those of the others are sent, the next one alone.
 */
export class LogonGuard {
	private proven = false;
	private refusalCount = 0;
	private readonly refusalsByMailbox = new Map<string, number>();
	private probe: Promise<'proven' | 'refused' | 'unknown'> | undefined;

	/** Refusals so far that concern a mailbox; a request notes it when it is made. */
	refusalsOf(mailbox: string): number {
		return this.refusalCount + (this.refusalsByMailbox.get(mailbox) ?? 0);
	}

	/**
	 * @param refusals what {@link refusalsOf} was when the request was made
	 * @throws EwsError `http` logonRefused without sending, where a logon was refused since
	 */
	async send({ mailbox, refusals }: { mailbox: string; refusals: number }, attempt: () => Promise<HttpResponse>): Promise<HttpResponse> {
		while (!this.proven && this.probe !== undefined) await this.probe;
		if (this.refusalsOf(mailbox) > refusals) {
			throw new EwsError({ kind: 'http', status: 401, what: 'logonRefused', notSent: true }, 'The logon was refused a moment ago and not tried again.');
		}
		const answer = attempt();
		if (this.proven) return this.noted(await answer, mailbox);
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

	private noted(answer: HttpResponse, mailbox: string): HttpResponse {
		if (answer.status === 401) {
			this.proven = false;
			this.refusalsByMailbox.set(mailbox, (this.refusalsByMailbox.get(mailbox) ?? 0) + 1);
		}
		return answer;
	}
}
