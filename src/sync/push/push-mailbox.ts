import type { RecordKind } from '../../records/common-fields';
import { namedItem } from '../../rules/verdict';
import { RecordError } from '../../records/record-error';
import { offerTurn } from '../../event-loop/offer-turn';
import { faultFrom, MailboxFault, REFUSED } from '../fault';
import type { Folder, ItemEdit, ItemReference, NewItem, WriteResult } from '../mailbox';
import { creationOf, formatStamp, ownStamp, type Stamp } from '../stamp';
import { unfinished } from '../unfinished';
import { createdOutcome } from './created-outcome';
import { isDoubtOver } from './doubt';
import { emailOutcome, emailUpdate, type EmailUpdate } from './email-update';
import { keptCancellation } from './kept-fields';
import { type LeftUnfinished, noteUnfinished } from './left-unfinished';
import { locate } from './locate';
import type { JobOutcome, MailboxPush, PushJob, Written } from './push-job';
import { afterAnother, readOptions, stampFor, stampForNew, writtenOver } from './push-job';
import { pingPongOutcome, pingPongUntil } from './ping-pong';
import { type Location, type Note, plan, type Plan } from './push-plan';
import { failed, Retry } from './retry';
import { targetFolder } from './target-folder';
import { settleWritten } from './written-items';

/** What the attempts of one push have in common. */
interface Rounds<K extends RecordKind> {
	readonly push: MailboxPush<K>;
	/** The stamp of each item whose creation was asked for, that of the last attempt, whatever came of it. */
	readonly asked: Map<PushJob<K>, Stamp>;
}

/** What is left to do for the jobs of one round, by what there is to do. */
interface Work<K extends RecordKind> {
	creates: Array<PushJob<K>>;
	/** `isNew`: this push has created it, and was interrupted. */
	updates: Array<{ job: PushJob<K>; plan: Extract<Plan<K>, { do: 'update' }>; isNew?: true }>;
	restamps: Array<{ job: PushJob<K>; plan: Extract<Plan<K>, { do: 'restamp' }> }>;
	notes: Array<{ job: PushJob<K>; note: Note; outcome: JobOutcome }>;
}

/**
 * Pushes jobs into one mailbox; no two of them are for the same record. What changes in Exchange meanwhile is looked at again, what fails and may
 * pass is tried again (rule `export-attempts`).
 *
 * A request whose answer got lost may have been carried out: its jobs are located anew before anything is written again, and what turns out to have been
 * created counts as created.
 *
 * @throws MailboxFault when the mailbox as a whole cannot be worked with; jobs settled before keep their outcomes.
 */
export async function pushIntoMailbox<K extends RecordKind>(push: MailboxPush<K>, jobs: ReadonlyArray<PushJob<K>>): Promise<void> {
	const settled = new Set<PushJob<K>>();
	const rounds: Rounds<K> = {
		push: {
			...push,
			settle: (job, outcome) => {
				settled.add(job);
				push.settle(job, outcome);
			},
		},
		asked: new Map(),
	};
	let open = [...jobs];
	for (let attempt = 1; open.length > 0; attempt++) {
		const last = attempt >= push.options.exportAttempts;
		try {
			open = await runRound(rounds, open, last);
		} catch (error) {
			const fault = faultFrom(error);
			if (last || !fault.outcomeUnknown) throw fault;
			open = open.filter((job) => !settled.has(job));
		}
	}
}

/** One attempt for all jobs; returns those to be tried again. */
async function runRound<K extends RecordKind>({ push, asked }: Rounds<K>, jobs: ReadonlyArray<PushJob<K>>, last: boolean): Promise<Array<PushJob<K>>> {
	const written: Array<Written<K>> = [];
	const work: Work<K> = { creates: [], updates: [], restamps: [], notes: [] };
	const locations = await locate(push, jobs);
	const unread: Array<Unread<K>> = [];
	const found: Array<FoundAgain<K>> = [];
	for (const [job, location] of locations) {
		await offerTurn();
		const stamp = asked.get(job);
		if (location.at === 'stamped' && stamp !== undefined && isCreatedHere(stamp, location.stamp)) {
			const foundAgain: FoundAgain<K> = { job, stamp, reference: location.found.reference, isLast: location.stamp.nonce === stamp.nonce };
			if (location.stamp.unfinishedSince === undefined) found.push(foundAgain);
			else unread.push({ job, id: foundAgain.reference.id, created: foundAgain });
		} else sort(push, job, planFor(push, job, location), work, unread);
	}
	await readAndPlan(push, unread, work, asked);

	const again = new Retry<K>(push, last);
	written.push(...(await adopt(push, found, again, asked)));
	written.push(...(await create(push, work.creates, again, asked)));
	written.push(...(await update(push, work.updates, again)));
	await restamp(push, work.restamps, again);
	await writeNotes(push, work.notes, again);
	const rivals = await settleWritten(push, written);
	await noteUnfinished(push, again.left);
	return [...again.jobs, ...rivals];
}

/** An item that this push has created, and only the answer got lost. */
interface FoundAgain<K extends RecordKind> {
	job: PushJob<K>;
	/** Of the last attempt. */
	stamp: Stamp;
	reference: ItemReference;
	/** False: it comes from an attempt before, and the last one may still be carried out. */
	isLast: boolean;
}

/** An item that is to be read before it is planned. */
interface Unread<K extends RecordKind> {
	job: PushJob<K>;
	id: string;
	/** This push has created it and was interrupted while it wrote the rest. */
	created?: FoundAgain<K>;
}

function isCreatedHere(asked: Stamp, found: Stamp): boolean {
	return creationOf(asked.nonce) === creationOf(found.nonce) && asked.hash === found.hash;
}

/** Takes what was found again for created. What a later attempt may still create beside it must not pass for the original. */
async function adopt<K extends RecordKind>(push: MailboxPush<K>, found: ReadonlyArray<FoundAgain<K>>, again: Retry<K>, asked: Rounds<K>['asked']): Promise<Array<Written<K>>> {
	const taken = (job: PushJob<K>, stamp: Stamp, reference: ItemReference): Written<K> => ({ ...createdNow(job, stamp, reference), proven: false });
	const written = found.filter(({ isLast }) => isLast).map(({ job, stamp, reference }) => taken(job, stamp, reference));
	const earlier = found.filter(({ isLast }) => !isLast).map(({ job, stamp, reference }) => ({ job, reference, stamp: { ...stamp, ...afterAnother(push, stamp) } }));
	if (earlier.length === 0) return written;
	for (const { job, stamp } of earlier) asked.set(job, stamp);
	const restamped = await push.mailbox.restamp(push.kind, earlier.map(({ reference, stamp }) => ({ reference, stamp: formatStamp(stamp) })));
	for (const [index, { job, stamp }] of earlier.entries()) {
		const result = restamped[index];
		if (result?.ok === true) written.push(taken(job, stamp, result.value));
		else again.orFail(job, result?.fault);
	}
	return written;
}

function planFor<K extends RecordKind>(push: MailboxPush<K>, job: PushJob<K>, location: Location<K>): Plan<K> {
	const settlesDoubt = location.at === 'read' && location.stamp?.externalId === job.externalId && isDoubtOver(location.stamp, push.options.now());
	return plan({ record: job.record, externalId: job.externalId, changeKey: job.changeKey, modifiedAt: job.modifiedAt, policy: push.options.conflictPolicy, clearExclusions: push.options.clearExclusions === true, includePrivate: push.options.includePrivate, settlesDoubt }, location);
}

/** Settles what needs no write and sorts the rest. */
function sort<K extends RecordKind>(push: MailboxPush<K>, job: PushJob<K>, planned: Plan<K>, work: Work<K>, unread: Array<Unread<K>>): void {
	const settleWith = (note: Note | undefined, outcome: JobOutcome): void => {
		if (note === undefined) push.settle(job, outcome);
		else work.notes.push({ job, note, outcome });
	};
	switch (planned.do) {
		case 'create':
			if (job.refusedAsNew === undefined) work.creates.push(job);
			else push.settle(job, { outcome: 'failed', code: REFUSED, message: `${namedItem(job.record)} cannot be created: ${job.refusedAsNew.message}.` });
			break;
		case 'read':
			unread.push({ job, id: planned.id });
			break;
		case 'update': {
			const until = pingPongUntil(planned.stamp, planned.isTurn, push.options.now());
			if (until === undefined) work.updates.push({ job, plan: planned });
			else push.settle(job, pingPongOutcome(job, planned.stored, until));
			break;
		}
		case 'restamp':
			work.restamps.push({ job, plan: planned });
			break;
		case 'nothing':
			settleWith(planned.note, { outcome: 'unchanged', message: planned.message, exchangeId: planned.exchangeId, changeKey: planned.changeKey, revision: planned.stamp.revision });
			break;
		case 'skip':
			settleWith(planned.note, { outcome: 'skipped', rule: planned.verdict.rule, message: planned.verdict.message });
			break;
		case 'reportConflict':
			settleWith(planned.note, {
				outcome: 'conflict',
				message: planned.message,
				exchangeId: planned.stored.reference.id,
				changeKey: planned.stored.reference.changeKey,
				exchangeVersion: planned.stored.record,
				otherVersion: job.record,
			});
			break;
	}
}

async function readAndPlan<K extends RecordKind>(push: MailboxPush<K>, unread: ReadonlyArray<Unread<K>>, work: Work<K>, asked: Rounds<K>['asked']): Promise<void> {
	if (unread.length === 0) return;
	const results = await push.mailbox.read(push.kind, unread.map(({ id }) => id), readOptions(push));
	for (const [index, { job, created }] of unread.entries()) {
		await offerTurn();
		const result = results[index];
		if (result === undefined || !result.ok) {
			push.settle(job, failed(job, result?.fault));
			continue;
		}
		if (created !== undefined) {
			// Of several attempts the last is the original, as in adopt.
			const stamp = created.isLast ? created.stamp : { ...created.stamp, ...afterAnother(push, created.stamp) };
			asked.set(job, stamp);
			work.updates.push({ job, plan: { do: 'update', stored: result.value, stamp, isTurn: false, overwrites: false }, isNew: true });
			continue;
		}
		const location: Location<K> = { at: 'read', stored: result.value, stamp: ownStamp(result.value.stamp, push.connector.connectorId) };
		sort(push, job, planFor(push, job, location), work, []);
	}
}

async function create<K extends RecordKind>(push: MailboxPush<K>, jobs: ReadonlyArray<PushJob<K>>, again: Retry<K>, asked: Rounds<K>['asked']): Promise<Array<Written<K>>> {
	const items: Array<NewItem<K>> = [];
	const stamped: Array<{ job: PushJob<K>; stamp: ReturnType<typeof stampFor> }> = [];
	for (const job of jobs) {
		await offerTurn();
		const stamp = stampForNew(push, job, asked.get(job));
		const folder = await folderOrSettled(push, job);
		if (folder === undefined) continue;
		stamped.push({ job, stamp });
		asked.set(job, stamp);
		items.push({ record: job.record, folderId: folder.id, ...stampsOf(push, stamp), attachments: job.attachments });
	}
	if (items.length === 0) return [];
	const results = await push.mailbox.create(push.kind, items);
	return stamped.flatMap(({ job, stamp }, index) => {
		const result = results[index];
		if (result?.ok === true) return [{ ...createdNow(job, stamp, result.value), unfinished: result.unfinished === true }];
		again.orFail(job, result?.fault, leftOf(result, job, stamp));
		return [];
	});
}

function createdNow<K extends RecordKind>(job: PushJob<K>, stamp: Stamp, reference: ItemReference): Written<K> {
	return { job, stamp, reference, proven: true, unfinished: false, ...createdOutcome(job) };
}

/** What is written onto an item: the stamp, and what stands in its place as long as it is not whole. */
function stampsOf(push: MailboxPush, stamp: Stamp): { stamp: string; unfinishedStamp: string } {
	return { stamp: formatStamp(stamp), unfinishedStamp: formatStamp(unfinished(stamp, push.options.now())) };
}

function leftOf<K extends RecordKind>(result: WriteResult | undefined, job: PushJob<K>, stamp: Stamp): LeftUnfinished<K> | undefined {
	return result?.ok === false && result.left !== undefined ? { job, stamp, reference: result.left } : undefined;
}

async function folderOrSettled<K extends RecordKind>(push: MailboxPush<K>, job: PushJob<K>): Promise<Folder | undefined> {
	try {
		return await targetFolder(push, job);
	} catch (error) {
		const { message, code } = concernsItemAlone(error);
		push.settle(job, { outcome: 'failed', message: `${namedItem(job.record)} could not be written: ${message}`, ...(code !== undefined && { code }) });
		return undefined;
	}
}

/** A folder that is missing or of the wrong kind. @throws whatever concerns more than this item */
function concernsItemAlone(error: unknown): { message: string; code: string | undefined } {
	if (error instanceof RecordError) return { message: error.message, code: 'InvalidRecord' };
	if (error instanceof MailboxFault && error.reason === 'gone') return { message: error.message, code: error.code };
	throw error;
}

async function update<K extends RecordKind>(push: MailboxPush<K>, updates: Work<K>['updates'], again: Retry<K>): Promise<Array<Written<K>>> {
	if (updates.length === 0) return [];
	const edits: Array<{ job: PushJob<K>; stamp: Stamp; overwrites: boolean; isNew: boolean; email: EmailUpdate | undefined; edit: ItemEdit<K> }> = [];
	for (const { job, plan: planned, isNew = false } of updates) {
		await offerTurn();
		const email = emailUpdate(job, planned.stored);
		const plain = stampFor(push, job, planned.stamp, planned);
		const stamp: Stamp = email === undefined || email.storedHash === plain.hash ? plain : { ...plain, storedHash: email.storedHash };
		edits.push({ job, stamp, overwrites: planned.overwrites, isNew, email, edit: { stored: planned.stored, record: writtenOver(job, planned.stored), ...stampsOf(push, stamp), ifChanged: 'refuse' } });
	}
	const results = await push.mailbox.update(push.kind, edits.map(({ edit }) => edit));
	return edits.flatMap(({ job, stamp, overwrites, isNew, email, edit }, index): Array<Written<K>> => {
		const result = results[index];
		if (result?.ok === true && isNew) return [{ ...createdNow(job, stamp, result.value), unfinished: result.unfinished === true }];
		const message = overwrites ? `${namedItem(job.record)} was changed on both sides; Exchange's version was overwritten.` : `${namedItem(job.record)} was updated.`;
		const told = email === undefined ? (keptCancellation({ ...job, record: edit.record }, edit.stored.record, message) ?? { outcome: 'updated' as const, message }) : { ...emailOutcome(job.record, email, message), isKnown: email.isKnown };
		if (result?.ok === true) return [{ job, stamp, reference: result.value, proven: true, unfinished: result.unfinished === true, ...told }];
		again.orFail(job, result?.fault, leftOf(result, job, stamp));
		return [];
	});
}

async function restamp<K extends RecordKind>(push: MailboxPush<K>, restamps: Work<K>['restamps'], again: Retry<K>): Promise<void> {
	if (restamps.length === 0) return;
	const items = restamps.map(({ job, plan: { stored, stamp, message } }) => {
		const pattern = stored.facts.kind === 'appointment' ? stored.facts.pattern : '';
		return { job, message, reference: stored.reference, stamp: { ...stampFor(push, job, stamp), pattern } };
	});
	const results = await push.mailbox.restamp(push.kind, items.map(({ reference, stamp }) => ({ reference, stamp: formatStamp(stamp) })));
	for (const [index, { job, message, stamp }] of items.entries()) {
		const result = results[index];
		if (result?.ok === true) {
			push.settle(job, { outcome: 'unchanged', message, exchangeId: result.value.id, changeKey: result.value.changeKey, revision: stamp.revision });
		} else again.orFail(job, result?.fault);
	}
}

/** An exclusion holds also where it cannot be noted: the next push finds it again, or notes it. */
async function writeNotes<K extends RecordKind>(push: MailboxPush<K>, notes: Work<K>['notes'], again: Retry<K>): Promise<void> {
	if (notes.length === 0) return;
	const results = await push.mailbox.restamp(push.kind, notes.map(({ note: { reference, stamp } }) => ({ reference, stamp: formatStamp(stamp) })));
	for (const [index, { job, outcome }] of notes.entries()) {
		const result = results[index];
		if (result?.ok === true) push.settle(job, { ...outcome, ...(outcome.changeKey !== undefined && { changeKey: result.value.changeKey }) });
		else if (outcome.outcome === 'skipped') push.settle(job, outcome);
		else again.orFail(job, result?.fault);
	}
}
