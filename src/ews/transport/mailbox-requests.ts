import type { ExchangeService } from 'ews-javascript-api';
import type { LimitFunction } from 'p-limit';

import { MailboxFault, type ItemResult } from '../../sync/fault';
import { EwsError } from '../errors/ews-error';
import { errorOfResponse, faultOf, meaningOf, DEFAULT_BACK_OFF_MS } from '../errors/mailbox-fault';
import { meaningOfCode } from '../errors/response-codes';
import type { EwsLibrary } from '../library/ews-library';
import { observeResponses, type ResponseStatus } from '../library/service-response';
import type { BackOffGate } from './back-off-gate';
import { runBatch, type BatchSender } from './batch';
import type { Clock } from './clock';
import type { CallBudget, MailboxAccess } from './connection-settings';
import type { EwsRequest, MailboxConnection, SendWith } from './ews-connection';
import type { AttemptOptions } from './library-transport';
import { decideRetry } from './retry-policy';
import { Turns } from './turns';

/** What the mailboxes of a connection share. */
export interface SharedConnection {
	readonly host: string;
	readonly clock: Clock;
	readonly overall: LimitFunction;
	/** Holds what is asked for a mailbox while the server wants to be left alone. */
	gate(access: MailboxAccess): BackOffGate;
	library(): Promise<EwsLibrary>;
	/** How many logons that concern a mailbox were refused so far: a request does not try again what was refused since it was made. */
	refusals(access: MailboxAccess): number;
	/** A fresh service whose requests go out with these options, and the version it asks for. */
	service(library: EwsLibrary, access: MailboxAccess, attempt: AttemptOptions): { service: ExchangeService; version: number };
	/** Takes note of what the server said about itself. */
	answered(service: ExchangeService): void;
	/** Asks for an older version than `version` from now on; false when there is none. */
	lowerVersion(version: number): boolean;
}

/** A call without a deadline of its own does not wait longer than this. */
const DEFAULT_PATIENCE_MS = 120_000;

/** The requests of one mailbox: its limits, its back-off, its retries. */
export class MailboxRequests implements MailboxConnection {
	private readonly turns: Turns;
	private readonly gate: BackOffGate;

	constructor(
		readonly access: MailboxAccess,
		private readonly shared: SharedConnection,
		private readonly concurrency: number,
	) {
		this.turns = new Turns(concurrency, shared.overall, shared.clock);
		this.gate = shared.gate(access);
	}

	get pausedForMs(): number {
		return this.gate.pausedForMs;
	}

	async run<T>(request: EwsRequest, send: SendWith<T>, budget: CallBudget = {}): Promise<T> {
		const deadlineAt = this.deadlineOf(budget);
		const refusals = this.shared.refusals(this.access);
		for (let attempt = 1; ; ) {
			try {
				await this.gate.pass(budget, deadlineAt);
				const outcome = await this.turns.take(
					budget.signal,
					// Others may have been told to pause while this one stood in the queue. It waits outside, so that it takes nobody's turn.
					async () => (this.gate.pausedForMs > 0 ? undefined : { value: await this.attempt(send, { signal: budget.signal, refusals, divert: request.divert }) }),
				);
				if (outcome !== undefined) return outcome.value;
			} catch (thrown) {
				await this.beforeNextAttempt(failureOf(thrown), request, attempt++, budget, deadlineAt);
			}
		}
	}

	async batch<I, S extends Parameters<typeof errorOfResponse>[0], R>(
		request: EwsRequest & { items: readonly I[]; size: number },
		send: BatchSender<I, S>,
		read: (response: S, item: I) => R,
		budget: CallBudget = {},
	): Promise<Array<ItemResult<R>>> {
		const deadlineAt = this.deadlineOf(budget);
		return await runBatch(
			{
				concurrency: this.concurrency,
				context: { host: this.shared.host, operation: request.operation, mailbox: this.access.address },
				clock: this.shared.clock,
				budget: { ...budget, deadlineAt },
				run: async (items) => await this.run(request, async (service, library) => await send(service, items, library), { ...budget, deadlineAt }),
			},
			request,
			read,
		);
	}

	private async attempt<T>(send: SendWith<T>, options: AttemptOptions): Promise<T> {
		const library = await this.shared.library();
		const { service, version } = this.shared.service(library, this.access, options);
		const statuses: ResponseStatus[] = [];
		observeResponses(service, (status) => statuses.push(status));
		try {
			const result = await send(service, library);
			this.shared.answered(service);
			this.pauseAsAsked(statuses);
			const refused = refusedAltogether(statuses);
			if (refused !== undefined) throw refused;
			return result;
		} catch (thrown) {
			const error = unwrapped(thrown);
			// Before the next in the queue gets this one's turn.
			const decision = decideRetry(error, 1, true);
			if (decision.do === 'backOff') this.gate.pause(decision.ms);
			throw failedAttempt(error, version);
		}
	}

	/** A server asks for a pause in the middle of answers that are fine otherwise. */
	private pauseAsAsked(statuses: readonly ResponseStatus[]): void {
		for (const { class: responseClass, code, innerCode, backOffMs } of statuses) {
			if (responseClass === 'Success') continue;
			const meaning = meaningOfCode(code, innerCode);
			if (backOffMs !== undefined) this.gate.pause(backOffMs);
			else if (meaning.reason === 'throttled' && meaning.remedy === undefined) this.gate.pause(DEFAULT_BACK_OFF_MS);
			if (meaning.remedy === 'lowerConcurrency') this.turns.halve();
		}
	}

	private async beforeNextAttempt(failure: { error: unknown; version: number }, request: EwsRequest, attempt: number, budget: CallBudget, deadlineAt: number): Promise<void> {
		const { error, version } = failure;
		const fault = faultOf(error, { host: this.shared.host, operation: request.operation, mailbox: this.access.address, repeatable: request.repeatable });
		if (error instanceof EwsError && meaningOf(error.detail)?.remedy === 'lowerConcurrency') this.turns.halve();
		const decision = decideRetry(error, attempt, request.repeatable);
		switch (decision.do) {
			case 'giveUp':
				throw fault;
			case 'lowerVersion':
				if (!this.shared.lowerVersion(version)) throw fault;
				return;
			case 'backOff':
				// The gate is closed already and holds the next attempt.
				if (this.shared.clock.now() + decision.ms > deadlineAt) throw fault;
				return;
			case 'retry':
				if (this.shared.clock.now() + decision.ms > deadlineAt) throw fault;
				try {
					await this.shared.clock.wait(decision.ms, budget.signal);
				} catch {
					throw fault;
				}
		}
	}

	private deadlineOf(budget: CallBudget): number {
		return budget.deadlineAt ?? this.shared.clock.now() + DEFAULT_PATIENCE_MS;
	}
}

/** Carries the version that was asked for out of an attempt, so that many requests at once step down once. */
class FailedAttempt extends Error {
	constructor(
		readonly error: unknown,
		readonly version: number,
	) {
		super('attempt failed');
	}
}

function failedAttempt(error: unknown, version: number): FailedAttempt {
	return new FailedAttempt(error, version);
}

function failureOf(thrown: unknown): { error: unknown; version: number } {
	return thrown instanceof FailedAttempt ? { error: thrown.error, version: thrown.version } : { error: thrown, version: 0 };
}

/** The library wraps the response code of a request for one item into an exception of its own, which is no Error. */
function unwrapped(error: unknown): unknown {
	if (error instanceof EwsError || error instanceof MailboxFault || typeof error !== 'object' || error === null) return error;
	const response: unknown = Reflect.get(error, 'Response');
	const inner: unknown = Reflect.get(error, 'InnerException');
	if (inner instanceof EwsError) return inner;
	return (typeof response === 'object' && response !== null ? errorOfResponse(response as Parameters<typeof errorOfResponse>[0]) : undefined) ?? error;
}

/** Every item was refused for a reason that passes: the request as a whole is tried again, nothing of it was carried out. */
function refusedAltogether(statuses: readonly ResponseStatus[]): EwsError | undefined {
	const [first] = statuses;
	if (first === undefined || !statuses.every(({ class: responseClass, code, innerCode }) => responseClass === 'Error' && meaningOfCode(code, innerCode).retry === 'wait')) {
		return undefined;
	}
	const { code, text, backOffMs, innerCode } = first;
	return new EwsError(
		{ kind: 'responseCode', code, text, ...(backOffMs === undefined ? {} : { backOffMs }), ...(innerCode === undefined ? {} : { innerCode }) },
		`The server answered ${code} for every item.`,
	);
}
