import { faultFrom, MailboxFault } from '../fault';
import type { AccountPull } from './account-pull';
import type { FolderState, WatchedFolder } from './cursor';
import { UnreadItems } from './unread-items';

/** So many items may each be the reason why none of them can be read; where it is more, the server is out of order. */
const MOST_UNCLEAR = 20;

/** Items of which not one could be had: they may be damaged, each of them, or the server is out of order. */
export class UnclearReading extends Error {
	readonly ids: readonly string[];
	readonly fault: MailboxFault;

	constructor(ids: readonly string[], fault: MailboxFault) {
		super(fault.message, { cause: fault });
		this.ids = ids;
		this.fault = fault;
	}
}

/** What a reading that failed as a whole was ended by: itself, or an {@link UnclearReading}. */
export function unclearReading(ids: readonly string[], error: unknown): UnclearReading | MailboxFault {
	const fault = faultFrom(error);
	const mayBeTheItems = fault.scope === 'account' && (fault.reason === 'unknown' || fault.reason === 'malformedAnswer');
	return mayBeTheItems && ids.length <= MOST_UNCLEAR ? new UnclearReading(ids, fault) : fault;
}

/** The items of a folder of which it shows only at the end of the poll whether they are bad (rule `import-attempts`) or the server is. */
export class UnclearItems {
	readonly #pull: AccountPull;
	readonly #folder: WatchedFolder;
	readonly #state: FolderState;
	readonly #faults = new Map<string, MailboxFault>();

	constructor(pull: AccountPull, folder: WatchedFolder, state: FolderState) {
		this.#pull = pull;
		this.#folder = folder;
		this.#state = state;
	}

	has(id: string): boolean {
		return this.#faults.has(id);
	}

	/** Takes what a reading was ended by. @throws MailboxFault that is clear, or where too much is unclear */
	take(thrown: unknown): void {
		if (!(thrown instanceof UnclearReading)) throw faultFrom(thrown);
		for (const id of thrown.ids) this.#faults.set(id, thrown.fault);
		if (this.#faults.size > MOST_UNCLEAR) throw thrown.fault;
	}

	/**
	 * Counts an attempt for each, where the server gives something else.
	 *
	 * @throws MailboxFault of the account where it gives nothing at all, or that ends the poll
	 */
	async settle(): Promise<void> {
		const [fault] = this.#faults.values();
		if (fault === undefined) return;
		if (!(await this.#serverGivesSomething())) throw fault;
		const unread = new UnreadItems(this.#pull, this.#folder, this.#state, []);
		for (const [id, { reason, retry, message, code }] of this.#faults) {
			const pending = this.#state.pending?.[id];
			if (pending === undefined) continue;
			const ofTheItem = new MailboxFault({ reason, scope: 'item', retry, message, ...(code !== undefined && { code }) });
			unread.take(id, pending, ofTheItem);
		}
		try {
			await unread.settle();
		} finally {
			if (Object.keys(this.#state.pending ?? {}).length === 0) delete this.#state.pending;
		}
	}

	async #serverGivesSomething(): Promise<boolean> {
		if (this.#pull.witness.itemsWereRead) return true;
		try {
			const titles = await this.#pull.mailbox.titles(this.#folder.kind, [...this.#faults.keys()], this.#pull.options.timeZone);
			return titles.some(({ ok }) => ok);
		} catch (error) {
			faultFrom(error);
			return false;
		}
	}
}
