import pLimit from 'p-limit';
import type { AccountLink } from '../account-link';
import type { RecordKind } from '../../records/common-fields';
import { type RecordError, recordErrorFrom } from '../../records/record-error';
import { titleAsSent } from '../../records/record-title';
import { namedAsSent } from '../../rules/verdict';
import { pushVerdict } from '../../rules/verdicts';
import { offerTurn } from '../../event-loop/offer-turn';
import { faultFrom } from '../fault';
import type { Outcome } from '../outcome';
import { firstUses } from './first-uses';
import { deliverInvitations } from './invitations';
import { jobsOf } from './jobs';
import { type MailboxPush, outcomeOf, type PushConnector, type PushJob } from './push-job';
import { pushIntoMailbox } from './push-mailbox';
import type { PushItem, PushOptions } from './push-types';

/** Mailboxes that are written to side by side. */
const MAILBOXES_AT_ONCE = 4;

/**
 * Writes records into Exchange. Finds each record's item by exchange id or stamp, so that any worker may do it and doing it twice changes nothing.
 *
 * @returns for each item, in order, its own outcome, then those of its participants' mailboxes. An item never throws.
 */
export async function push<K extends RecordKind>(connector: PushConnector, kind: K, items: ReadonlyArray<PushItem<K>>, options: PushOptions): Promise<Outcome[][]> {
	await firstUses();
	const outcomes: Outcome[][] = items.map(() => []);
	const byMailbox = new Map<string, Array<PushJob<K>>>();
	for (const [index, item] of items.entries()) {
		await offerTurn();
		for (const prepared of await prepare(connector, kind, index, item, options)) {
			if ('outcome' in prepared) {
				outcomes[index]?.push(prepared);
				continue;
			}
			const key = prepared.link.mailbox.toLowerCase();
			const ofMailbox = byMailbox.get(key);
			if (ofMailbox === undefined) byMailbox.set(key, [prepared]);
			else ofMailbox.push(prepared);
		}
	}
	const limit = pLimit(MAILBOXES_AT_ONCE);
	const settled = await Promise.all([...byMailbox.values()].map((jobs) => limit(() => pushJobs(connector, kind, jobs, options))));
	for (const { job, outcome } of settled.flat()) outcomes[job.index]?.push(outcome);
	if (options.deliverInvitations) await invite(connector, settled.flat(), options, outcomes);
	return outcomes;
}

/** Rule `invitation-as-email`: participants whose appointment stands are told of it. */
async function invite(connector: PushConnector, settled: ReadonlyArray<Settled<RecordKind>>, options: PushOptions, outcomes: Outcome[][]): Promise<void> {
	const told = settled.filter(({ job, outcome }) => job.participantOf !== undefined && ['created', 'updated', 'unchanged'].includes(outcome.outcome));
	const invitations = told.flatMap(({ job, revision }) => (job.record.kind === 'appointment' ? [{ record: job.record, externalId: job.externalId, revision, organizer: job.participantOf?.organizer, participant: job.link }] : []));
	if (invitations.length === 0) return;
	const delivered = await deliverInvitations(connector, invitations, options, (mails, mailOptions) => push(connector, 'email', mails, mailOptions));
	for (const [index, { job }] of told.entries()) outcomes[job.index]?.push(...(delivered[index] ?? []));
}

/** The jobs of one item, and the outcomes of what never becomes one. */
async function prepare<K extends RecordKind>(connector: PushConnector, kind: K, index: number, item: PushItem<K>, options: PushOptions): Promise<Array<PushJob<K> | Outcome>> {
	let jobs: Array<PushJob<K> | Outcome>;
	try {
		jobs = await jobsOf(connector, kind, index, item, options);
	} catch (error) {
		return [refused(connector, kind, item, recordErrorFrom(error))];
	}
	return jobs.map((job) => {
		if ('outcome' in job) return job;
		const verdict = pushVerdict(kind, job.record, { includePrivate: options.includePrivate });
		return verdict.sync ? job : outcomeOf(connector, job, { outcome: 'skipped', rule: verdict.rule, message: verdict.message });
	});
}

function refused(connector: PushConnector, kind: RecordKind, item: PushItem, error: RecordError): Outcome {
	const { subject, date } = titleAsSent(kind, item.record);
	return {
		outcome: 'failed',
		kind,
		connector: connector.name,
		account: item.account ?? '',
		mailbox: '',
		code: 'InvalidRecord',
		message: `${namedAsSent(kind, item.record)} cannot be taken: ${error.message}.`,
		...(item.externalId !== undefined && { externalId: item.externalId }),
		...(item.exchangeId !== undefined && { exchangeId: item.exchangeId }),
		...(subject !== '' && { subject }),
		...(date !== '' && { date }),
	};
}

interface Settled<K extends RecordKind> {
	job: PushJob<K>;
	outcome: Outcome;
	/** See {@link Stamp.revision}. */
	revision: number;
}

async function pushJobs<K extends RecordKind>(connector: PushConnector, kind: K, jobs: ReadonlyArray<PushJob<K>>, options: PushOptions): Promise<Array<Settled<K>>> {
	const settled = new Map<PushJob<K>, Settled<K>>();
	const link: AccountLink | undefined = jobs[0]?.link;
	if (link === undefined) return [];
	try {
		const context: MailboxPush<K> = {
			connector,
			kind,
			link,
			options,
			mailbox: await connector.open(link),
			settle: (job, { revision = 0, ...outcome }) => settled.set(job, { job, outcome: outcomeOf(connector, job, outcome), revision }),
		};
		for (const round of withoutTwins(jobs)) await pushIntoMailbox(context, round);
	} catch (error) {
		const fault = faultFrom(error);
		for (const job of jobs) {
			if (settled.has(job)) continue;
			const outcome = outcomeOf(connector, job, { outcome: 'failed', message: `${link.mailbox} cannot be written to: ${fault.message}`, ...(fault.code !== undefined && { code: fault.code }) });
			settled.set(job, { job, outcome, revision: 0 });
		}
	}
	return jobs.flatMap((job) => settled.get(job) ?? []);
}

/** The same record twice in one batch goes one after the other, in the batch's order: the later content wins. */
function withoutTwins<K extends RecordKind>(jobs: ReadonlyArray<PushJob<K>>): Array<Array<PushJob<K>>> {
	const rounds: Array<Array<PushJob<K>>> = [];
	const seen = new Map<string, number>();
	for (const job of jobs) {
		const identity = job.externalId === '' ? `exchangeId ${job.exchangeId}` : `externalId ${job.externalId}`;
		const round = seen.get(identity) ?? 0;
		seen.set(identity, round + 1);
		(rounds[round] ??= []).push(job);
	}
	return rounds;
}
