import type { RecordKind } from '../../records/common-fields';
import { namedItem } from '../../rules/verdict';
import type { MailboxFault } from '../fault';
import type { LeftUnfinished } from './left-unfinished';
import type { MailboxPush, PushJob } from './push-job';

/** Jobs to be tried again, or settled as failed when their attempts are used up or trying again cannot help. */
export class Retry<K extends RecordKind> {
	readonly jobs: Array<PushJob<K>> = [];
	/** What stays as it is, written in part. */
	readonly left: Array<LeftUnfinished<K>> = [];
	readonly #push: MailboxPush<K>;
	readonly #last: boolean;

	constructor(push: MailboxPush<K>, last: boolean) {
		this.#push = push;
		this.#last = last;
	}

	orFail(job: PushJob<K>, fault: MailboxFault | undefined, left?: LeftUnfinished<K>): void {
		const mayPass = fault === undefined || fault.retry.can || fault.outcomeUnknown || fault.reason === 'changedMeanwhile' || fault.reason === 'gone' || fault.reason === 'unknown';
		if (mayPass && !this.#last) {
			this.jobs.push(job);
			return;
		}
		this.#push.settle(job, failed(job, fault, left === undefined ? 'could not be written' : 'could not be written in full'));
		if (left !== undefined) this.left.push(left);
	}
}

/** The outcome of a job that is not tried again. */
export function failed(job: PushJob, fault: MailboxFault | undefined, what = 'could not be written') {
	return {
		outcome: 'failed' as const,
		rule: 'export-attempts' as const,
		message: `${namedItem(job.record)} ${what}: ${fault?.message ?? 'the server gave no answer for it.'}`,
		...(fault?.code !== undefined && { code: fault.code }),
	};
}
