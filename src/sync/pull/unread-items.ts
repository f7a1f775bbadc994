import { namedByTitle } from '../../rules/verdict';
import { faultFrom, type ItemResult, type MailboxFault } from '../fault';
import type { ItemTitle, StoredItem } from '../mailbox';
import { type AccountPull, report } from './account-pull';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { isUntold } from './pending-items';

/** An item whose attempts are used up. */
interface GivenUp {
	id: string;
	attempts: number;
	fault: MailboxFault;
}

/** The items of one reading that could not be read: what becomes of each, and of the poll (rules `import-attempts` and `continue-on-error`). */
export class UnreadItems {
	readonly #pull: AccountPull;
	readonly #folder: WatchedFolder;
	readonly #state: FolderState;
	/** Others could be read, or there are none: what the server says of one is about that one alone. */
	readonly #eachForItself: boolean;
	readonly #givenUp: GivenUp[] = [];
	#ending: MailboxFault | undefined;

	constructor(pull: AccountPull, folder: WatchedFolder, state: FolderState, results: ReadonlyArray<ItemResult<StoredItem>>) {
		this.#pull = pull;
		this.#folder = folder;
		this.#state = state;
		this.#eachForItself = results.length === 1 || results.some(({ ok }) => ok);
	}

	/** Takes one; where it is gone, it is asked for no more, and its delete follows. */
	take(id: string, pending: PendingItem, fault: MailboxFault): void {
		if (fault.reason === 'gone') {
			if (isUntold(pending)) pending.gone = true;
			else delete this.#state.pending?.[id];
			return;
		}
		const { options } = this.#pull;
		if (!this.#concernsItem(fault, pending)) {
			this.#ending ??= fault;
			return;
		}
		if (!options.continueOnError) this.#ending ??= fault;
		pending.attempts++;
		if (pending.attempts >= options.importAttempts) this.#givenUp.push({ id, attempts: pending.attempts, fault });
	}

	/**
	 * Reports those that are given up, each once. Where a fault ends the poll before it comes to this, they stay pending and are given up by the next.
	 *
	 * @throws MailboxFault that ends the poll
	 */
	async settle(): Promise<void> {
		const titles = await this.#titles();
		for (const [index, { id, attempts, fault }] of this.#givenUp.entries()) {
			const { subject, date } = titles[index] ?? { subject: '', date: '' };
			const { kind, path } = this.#folder;
			delete this.#state.pending?.[id];
			report(this.#pull, {
				outcome: 'failed',
				rule: 'import-attempts',
				kind,
				exchangeId: id,
				...(subject !== '' && { subject }),
				...(date !== '' && { date }),
				message: `${namedByTitle(kind, { subject, date })} in ${path} could not be read ${attempts} times and is left out until it changes: ${fault.message} Look at it in Outlook, or ask for it with Get by its exchangeId.`,
				...(fault.code !== undefined && { code: fault.code }),
			});
		}
		if (this.#ending !== undefined) throw this.#ending;
	}

	/** A right that is missing for one item (a private one of somebody else) is missing for that one. */
	#concernsItem({ scope, reason }: MailboxFault, { attempts }: PendingItem): boolean {
		return scope === 'item' || (reason === 'accessDenied' && (this.#eachForItself || attempts > 0));
	}

	/** What a person may recognise them by, as far as the server tells it. */
	async #titles(): Promise<Array<ItemTitle | undefined>> {
		if (this.#givenUp.length === 0) return [];
		try {
			const { mailbox, options } = this.#pull;
			const results = await mailbox.titles(this.#folder.kind, this.#givenUp.map(({ id }) => id), options.timeZone);
			return results.map((result) => (result.ok ? result.value : undefined));
		} catch (error) {
			// They are reported all the same, by their ids.
			faultFrom(error);
			return [];
		}
	}
}
