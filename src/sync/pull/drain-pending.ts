import type { RecordKind } from '../../records/common-fields';
import { TOGETHER_BYTES } from '../attachments';
import { type AccountPull, hasRoom } from './account-pull';
import type { FolderState, WatchedFolder } from './cursor';
import { idsToRead } from './pending-items';
import { beginReading, handOver, type Judged, judgeReading, type Reading } from './read-pending';
import { firstStep } from './small-steps';
import type { UnclearItems } from './unclear-items';

/** So many items are read at once, mails with their long bodies fewer: what is under way stands in memory. The mailbox splits them into requests of its own. */
const READ_AT_ONCE: Readonly<Record<RecordKind, number>> = { email: 50, appointment: 100, task: 100 };
/** So many at first, then twice as many each time: the sooner some of them come, the sooner there is something to do. */
const READ_FIRST = 10;
/** So many reads are under way at the same time: with fewer, server and client wait for each other in turn. */
const READINGS = 4;
/** So many bytes of small attachments may be on their way or wait for the mails before theirs; what goes beyond waits for its mail's turn. */
const ATTACHMENTS_AHEAD_BYTES = 3 * TOGETHER_BYTES;

/** The items that one poll has read or tried to read, with the change key that they had. */
export type Tried = Map<string, { changeKey?: string }>;

/** What a poll takes note of while it drains a folder. */
export interface DrainNotes {
	readonly tried: Tried;
	/** Ids of items that stay pending and are nothing to wait for. */
	readonly left: Set<string>;
	readonly unclear: UnclearItems;
}

/**
 * Reads what is pending, each item once: what fails now is tried again at the next poll.
 * @throws MailboxFault that concerns more than one item; what was read before it is handed over
 */
export async function drainPending(pull: AccountPull, folder: WatchedFolder, state: FolderState, notes: DrainNotes): Promise<void> {
	const drain = new PendingDrain(pull, folder, state, notes);
	try {
		await drain.run();
	} finally {
		await drain.settled();
	}
	if (Object.keys(state.pending ?? {}).length === 0) delete state.pending;
}

/** Items on their way from pending to events: several readings at once, judged in their order, handed over in their order while those behind them come. */
class PendingDrain {
	readonly #pull: AccountPull;
	readonly #folder: WatchedFolder;
	readonly #state: FolderState;
	readonly #notes: DrainNotes;
	readonly #ids: readonly string[];
	/** So many of the ids were asked for. */
	#taken = 0;
	readonly #readings: Reading[] = [];
	/** Not handed over yet. */
	readonly #judged: Judged[] = [];

	constructor(pull: AccountPull, folder: WatchedFolder, state: FolderState, notes: DrainNotes) {
		this.#pull = pull;
		this.#folder = folder;
		this.#state = state;
		this.#notes = notes;
		this.#ids = idsToRead(state).filter((id) => !notes.tried.has(id));
	}

	async run(): Promise<void> {
		for (;;) {
			// Attachments before the next items: asked for the other way round, those of the last items of a poll come one after the other when there is nothing else to do.
			this.#fetchAhead();
			this.#readAhead();
			const [reading] = this.#readings;
			const [first] = this.#judged;
			if (first !== undefined && (reading === undefined || (await comesFirst(first, reading)))) await this.#handOverFirst();
			else if (reading !== undefined) await this.#judge(reading);
			else return;
		}
	}

	/** Nothing is on its way any more. */
	async settled(): Promise<void> {
		await Promise.allSettled([...this.#judged.map(({ attachments }) => attachments.settled()), ...this.#readings.map(({ results }) => results)]);
	}

	#readAhead(): void {
		const { room, state } = this.#pull;
		const readFirst = firstStep(state, READ_FIRST);
		while (this.#readings.length < firstStep(state, READINGS) && this.#taken < this.#ids.length && hasRoom(this.#pull)) {
			// Events that items may become which are on their way already.
			const reserved = sum(this.#readings.map(({ ids }) => ids.length)) + sum(this.#judged.map(({ items }) => items.length));
			const fitting = Math.max(0, Math.min(this.#ids.length - this.#taken, room.events - reserved));
			const size = Math.min(fitting, readFirst + this.#taken, READ_AT_ONCE[this.#folder.kind]);
			if (size === 0) return;
			this.#readings.push(beginReading(this.#pull, this.#folder, this.#ids.slice(this.#taken, this.#taken + size)));
			this.#taken += size;
		}
	}

	#fetchAhead(): void {
		let bytes = 0;
		for (const { attachments } of this.#judged) {
			if (bytes + TOGETHER_BYTES > ATTACHMENTS_AHEAD_BYTES) return;
			attachments.begin();
			bytes += attachments.bytesAhead;
		}
	}

	async #handOverFirst(): Promise<void> {
		const [first] = this.#judged;
		if (first !== undefined) await handOver(this.#pull, this.#folder, this.#state, first);
		this.#judged.shift();
	}

	async #judge(reading: Reading): Promise<void> {
		const { tried, left, unclear } = this.#notes;
		const state = this.#state;
		for (const id of reading.ids) tried.set(id, {});
		const partlyTold = new Set(reading.ids.filter((id) => isPartlyTold(state, id)));
		const [judging] = await Promise.allSettled([judgeReading(this.#pull, this.#folder, state, reading)]);
		this.#readings.shift();
		if (judging.status === 'fulfilled') {
			this.#judged.push(judging.value);
			for (const id of judging.value.left) left.add(id);
			for (const { id, changeKey } of judging.value.read) if (!partlyTold.has(id)) tried.set(id, { changeKey });
			return;
		}
		// What was read before is handed over, whatever became of this.
		while (this.#judged.length > 0) await this.#handOverFirst();
		unclear.take(judging.reason);
	}
}

/**
 * Whether a change that is in what is read is news all the same: of an item that is left out for its date, and of one of which the read state alone is told. The
 * content may be of a change that came after the page that names the item.
 */
function isPartlyTold({ caughtUp, pending }: FolderState, id: string): boolean {
	return pending?.[id]?.event === 'readState' || (caughtUp && pending?.[id]?.first === true);
}

/** Whether what was judged can be handed over before the reading has come: to wait for its attachments would leave those behind it unasked for. */
async function comesFirst({ attachments }: Judged, { results }: Reading): Promise<boolean> {
	return await Promise.race([attachments.settled().then(() => true), results.then(() => false, () => false)]);
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
