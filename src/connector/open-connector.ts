import type { RecordKind } from '../records/common-fields';
import { isUnexpected, REFUSED } from '../sync/fault';
import { EwsMailbox } from '../ews/EwsMailbox';
import { type Clock, machineClock } from '../ews/transport/clock';
import type { CallBudget } from '../ews/transport/connection-settings';
import type { Mailbox, Outbox } from '../sync/mailbox';
import type { Outcome } from '../sync/outcome';
import type { Cursor } from '../sync/pull/cursor';
import { openCursor, closeCursor } from '../sync/pull/open-cursor';
import type { PullOptions, PullResult } from '../sync/pull/pull-types';
import type { PushConnector } from '../sync/push/push-job';
import type { PushDelete, PushDeleteOptions, PushItem, PushOptions } from '../sync/push/push-types';
import type { AccountLink } from '../sync/account-link';
import { linkNamed, linkOfMailbox, linksOf } from './account-links';
import type { Connector } from './Connector';
import { pauseConnector, pauseKey, pauseOfConnector } from './connector-pause';
import type { ConnectorSettings } from './connector-settings';
import { diagnose } from './diagnose';
import type { Diagnosis } from './diagnosis';
import { Logins } from './logins';

/** What a caller may add to the settings. */
export interface ConnectorOptions {
	/** Gives up everything that is under way, what writes included: whether that was carried out is not known then. */
	signal?: AbortSignal;
	/** Instant (milliseconds since 1970) after which no request is begun. */
	deadlineAt?: number;
	/** The present, milliseconds since 1970; for tests. */
	now?: () => number;
	/** Milliseconds since any moment, by a clock that nobody sets: pauses are measured by it; for tests. */
	elapsed?: () => number;
}

/**
 * Opens a connector. Nothing is sent before something is asked of it, and what a process does not do (push, pull) it does not load.
 *
 * @throws RecordError naming the setting that is wrong.
 */
export function openConnector(settings: ConnectorSettings, options: ConnectorOptions = {}): Connector {
	return new EwsConnector(settings, options);
}

class EwsConnector implements Connector {
	readonly settings: ConnectorSettings;
	readonly accounts: readonly AccountLink[];
	readonly #logins: Logins;
	readonly #budget: CallBudget;
	readonly #clock: Pick<Clock, 'now' | 'elapsed'>;
	readonly #pauseKey: string;

	constructor(settings: ConnectorSettings, options: ConnectorOptions) {
		this.settings = settings;
		const { signal, deadlineAt } = options;
		this.#budget = { ...(signal !== undefined && { signal }), ...(deadlineAt !== undefined && { deadlineAt }) };
		this.#clock = { now: options.now ?? machineClock.now, elapsed: options.elapsed ?? machineClock.elapsed };
		this.accounts = linksOf(settings);
		this.#pauseKey = pauseKey(settings, this.accounts);
		this.#logins = new Logins(settings, this.#clock, this.#budget);
	}

	link(accountOrMailbox?: string): AccountLink {
		return linkNamed(this.accounts, accountOrMailbox);
	}

	async signIn(): Promise<void> {
		await this.#logins.signIn();
	}

	async mailbox(accountOrMailbox?: string): Promise<Mailbox & Outbox> {
		return await this.#open(this.link(accountOrMailbox));
	}

	async #open(link: AccountLink): Promise<EwsMailbox> {
		return new EwsMailbox(await this.#logins.connect(link), {
			budget: this.#budget,
			smime: this.#logins.smime,
			allowReadReceipts: this.settings.readReceiptsRequestedBy === 'otherSystem',
		});
	}

	async pull(cursor: Cursor | undefined, options: PullOptions): Promise<PullResult> {
		if (!this.settings.active) return nothingPulled(cursor, options);
		const links = options.accounts === undefined || options.accounts.length === 0 ? this.accounts : options.accounts.map((name) => this.link(name));
		const pause = pauseOfConnector(this.#pauseKey, this.#clock);
		if (pause !== undefined) return pausedPull(cursor, options, links, pause.until);
		const { pull } = await import('../sync/pull/pull');
		const result = await pull(this.settings, links, (link) => this.#open(link), cursor, options, (order) => this.#logins.likelyFirst(order));
		const unexpected = options.continueOnError ? undefined : result.failedAccounts.find(({ fault }) => isUnexpected(fault));
		if (unexpected !== undefined) pauseConnector(this.#pauseKey, unexpected.fault.message, this.#clock);
		return result;
	}

	async push<K extends RecordKind>(kind: K, items: ReadonlyArray<PushItem<K>>, options: PushOptions): Promise<Outcome[][]> {
		const refusal = this.#refusal();
		if (refusal !== undefined) return items.map((item) => [this.#untouched(kind, item, refusal)]);
		const { push } = await import('../sync/push/push');
		const outcomes = await push(this.#pushConnector(), kind, items, options);
		this.#pauseOnFault(outcomes.flat(), options);
		return outcomes;
	}

	async delete(kind: RecordKind, items: readonly PushDelete[], options: PushDeleteOptions): Promise<Outcome[]> {
		const refusal = this.#refusal();
		if (refusal !== undefined) return items.map((item) => this.#untouched(kind, item, refusal));
		const { pushDelete } = await import('../sync/push/push-delete');
		return await pushDelete(this.#pushConnector(), kind, items, options);
	}

	async diagnose(): Promise<Diagnosis> {
		return await diagnose(this.settings, this.accounts, this.#logins, (link) => this.#open(link), this.#clock.now);
	}

	async close(): Promise<void> {
		await this.#logins.release();
	}

	#pushConnector(): PushConnector {
		const { name, connectorId, readReceiptsRequestedBy } = this.settings;
		return {
			name,
			connectorId,
			readReceiptsRequestedBy,
			link: (accountOrMailbox) => this.link(accountOrMailbox),
			linkOf: (address) => linkOfMailbox(this.accounts, address),
			open: (link) => this.#open(link),
		};
	}

	/** Why nothing is written now, if so. */
	#refusal(): Pick<Outcome, 'outcome' | 'rule' | 'message'> | undefined {
		if (!this.settings.active) return { outcome: 'skipped', rule: 'connector-inactive', message: `The connector "${this.settings.name}" is switched off; switch on "Active" in its credential.` };
		const pause = pauseOfConnector(this.#pauseKey, this.#clock);
		if (pause === undefined) return undefined;
		return { outcome: 'failed', rule: 'continue-on-error', message: `The connector "${this.settings.name}" pauses until ${new Date(pause.until).toISOString()} after a fault: ${pause.reason}` };
	}

	#untouched(kind: RecordKind, item: PushDelete, why: Pick<Outcome, 'outcome' | 'rule' | 'message'>): Outcome {
		const link = this.accounts.find((candidate) => candidate.account === item.account || candidate.mailbox === item.account) ?? this.accounts[0];
		return {
			...why,
			kind,
			connector: this.settings.name,
			account: item.account ?? link?.account ?? '',
			mailbox: link?.mailbox ?? '',
			...(item.externalId && { externalId: item.externalId }),
			...(item.exchangeId && { exchangeId: item.exchangeId }),
		};
	}

	#pauseOnFault(outcomes: readonly Outcome[], options: PushOptions): void {
		if (options.continueOnError) return;
		const fault = outcomes.find((outcome) => outcome.outcome === 'failed' && outcome.code !== REFUSED && outcome.code !== 'PingPong');
		if (fault !== undefined) pauseConnector(this.#pauseKey, fault.message, this.#clock);
	}
}

/** Switched off or pausing: nothing is asked, and the cursor stays where it is, so that what happens meanwhile is pulled later. */
function nothingPulled(cursor: Cursor | undefined, options: PullOptions): PullResult {
	return {
		events: [],
		outcomes: [],
		summary: { seen: 0, emitted: 0, echoes: 0, excluded: {}, failed: 0, moreToCome: false, pausedUntil: {} },
		cursor: cursor ?? closeCursor(openCursor(undefined, options), [], options),
		failedAccounts: [],
	};
}

/** As {@link nothingPulled}, and says until when. */
function pausedPull(cursor: Cursor | undefined, options: PullOptions, links: readonly AccountLink[], until: number): PullResult {
	const result = nothingPulled(cursor, options);
	for (const { mailbox } of links) result.summary.pausedUntil[mailbox] = new Date(until).toISOString();
	return result;
}
