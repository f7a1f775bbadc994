import type { ExchangeService, ServiceResponse } from 'ews-javascript-api';
import pLimit from 'p-limit';

import { changedFault, type FaultReason, MailboxFault, type ItemResult } from '../../sync/fault';
import { asksForSmallerBatch, faultOf, faultOfResponse, FIRST_RETRY_MS, type FaultContext } from '../errors/mailbox-fault';
import type { EwsLibrary } from '../library/ews-library';
import type { Clock } from './clock';
import type { CallBudget } from './connection-settings';

/** Sends one request for several items. */
export type BatchSender<I, S> = (service: ExchangeService, items: readonly I[], library: EwsLibrary) => Promise<{ Responses: S[] }>;

/** What a batch needs of its connection. */
export interface BatchSurroundings<I, S> {
	concurrency: number;
	context: FaultContext;
	clock: Clock;
	budget: CallBudget & { deadlineAt: number };
	/** One request with its retries. @throws MailboxFault */
	run(items: readonly I[]): Promise<{ Responses: S[] }>;
}

/** How often an item is asked for whose own answer is transient while others of its request are fine. */
const MAX_ROUNDS = 4;
/**
 * After so many requests that failed as a whole, with none that succeeded in between, it is not an item that spoils them: to halve the largest batch (512)
 * down to one bad item takes ten.
 */
const MOST_SPOILT_IN_A_ROW = 12;

/**
 * Asks for many items, `size` at a time, and gives their results in their order.
 *
 * A fault of a whole request is thrown where it concerns the account or the connector and nothing has succeeded yet; once something has, it stands with
 * each item that was not reached, so that no success is lost. A request that may be repeated and fails as a whole for an unknown reason or with an answer that
 * cannot be read is halved until the item that spoils it stands alone; where not one of several items can be had, it is the server's fault, not theirs.
 * @throws MailboxFault
 */
export async function runBatch<I, S extends ServiceResponse, R>(
	surroundings: BatchSurroundings<I, S>,
	request: { items: readonly I[]; size: number; repeatable: boolean },
	read: (response: S, item: I) => R,
): Promise<Array<ItemResult<R>>> {
	const { items } = request;
	const results = new Map<number, ItemResult<R>>();
	let fatal: MailboxFault | undefined;
	let spoiltInARow = 0;
	const spoilt = new Set<number>();

	const settle = async (indexes: readonly number[]): Promise<number[]> => {
		if (fatal !== undefined) return [];
		let responses: readonly S[];
		try {
			responses = (await surroundings.run(indexes.map((index) => items[index] as I))).Responses;
			spoiltInARow = 0;
		} catch (error) {
			const fault = faultOf(error, surroundings.context);
			const isSpoilt = request.repeatable && SPOILT.has(fault.reason);
			if (isSpoilt && ++spoiltInARow > MOST_SPOILT_IN_A_ROW) fatal ??= ofTheAccount(fault);
			if (indexes.length > 1 && fatal === undefined && (isSpoilt || asksForSmallerBatch(fault))) {
				const half = Math.ceil(indexes.length / 2);
				return [...(await settle(indexes.slice(0, half))), ...(await settle(indexes.slice(half)))];
			}
			if (fault.scope === 'account' || fault.scope === 'connector') fatal = fault;
			if (isSpoilt) for (const index of indexes) spoilt.add(index);
			for (const index of indexes) results.set(index, { ok: false, fault });
			return [];
		}
		return indexes.filter((index, position) => {
			const result = resultOf(responses[position], items[index] as I, read, surroundings.context);
			results.set(index, result);
			return !result.ok && isPassing(result.fault);
		});
	};

	const limit = pLimit(surroundings.concurrency);
	let pending = items.map((_item, index) => index);
	for (let round = 1; pending.length > 0 && fatal === undefined && round <= MAX_ROUNDS; round++) {
		if (round > 1 && !(await waitBetweenRounds(surroundings, results, pending, round))) break;
		const chunks = chunked(pending, Math.max(1, request.size));
		pending = (await Promise.all(chunks.map(async (chunk) => await limit(async () => await settle(chunk))))).flat();
	}

	const [first] = results.values();
	if (items.length > 1 && spoilt.size === items.length && first?.ok === false) fatal ??= ofTheAccount(first.fault);
	if (fatal !== undefined && ![...results.values()].some((result) => result.ok)) throw fatal;
	const missing = fatal;
	return items.map((_item, index) => results.get(index) ?? { ok: false, fault: missing ?? faultOf(new Error('no answer'), surroundings.context) });
}

/** Faults of a whole request that may be due to one item of it. */
const SPOILT: ReadonlySet<FaultReason> = new Set(['malformedAnswer', 'unknown']);

function ofTheAccount(fault: MailboxFault): MailboxFault {
	return changedFault(fault, { scope: 'account' });
}

function resultOf<I, S extends ServiceResponse, R>(response: S | undefined, item: I, read: (response: S, item: I) => R, context: FaultContext): ItemResult<R> {
	if (response === undefined) {
		return { ok: false, fault: new MailboxFault({ reason: 'malformedAnswer', scope: 'item', retry: { can: false }, message: `${context.operation} gave no answer for this item.` }) };
	}
	const fault = faultOfResponse(response, context);
	if (fault !== undefined) return { ok: false, fault };
	try {
		return { ok: true, value: read(response, item) };
	} catch (error) {
		return { ok: false, fault: faultOf(error, context) };
	}
}

/** Passing by itself; `changedMeanwhile` is not, it needs a new look at the item. */
function isPassing(fault: MailboxFault): boolean {
	return fault.retry.can && (fault.reason === 'throttled' || fault.reason === 'unavailable');
}

async function waitBetweenRounds<I, S, R>(
	{ clock, budget }: BatchSurroundings<I, S>,
	results: ReadonlyMap<number, ItemResult<R>>,
	pending: readonly number[],
	round: number,
): Promise<boolean> {
	const stopped = pending.every((index) => {
		const result = results.get(index);
		return result !== undefined && !result.ok && result.fault.code === 'ErrorBatchProcessingStopped';
	});
	if (stopped) return true;
	const ms = FIRST_RETRY_MS * 2 ** (round - 2);
	if (clock.now() + ms > budget.deadlineAt) return false;
	try {
		await clock.wait(ms, budget.signal);
		return true;
	} catch {
		return false;
	}
}

function chunked(indexes: readonly number[], size: number): number[][] {
	const chunks: number[][] = [];
	for (let start = 0; start < indexes.length; start += size) chunks.push(indexes.slice(start, start + size));
	return chunks;
}
