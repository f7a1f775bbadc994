import type { Random } from './random.mts';

/** What is kept in sync. */
export type Kind = 'email' | 'appointment' | 'task';

/** The two sides: users of Exchange, users of the other system, whose records are rows of n8n's data tables. */
export type Side = 'exchange' | 'records';

/** One thing that both sides have, as it must be in the end. */
export interface Entry {
	/** Its subject, by which both sides know it; no other has the same. */
	readonly subject: string;
	readonly kind: Kind;
	/** Where it began its life. */
	readonly birth: Side;
	/** Who alone changes it from then on, so that what it must be in the end is known whatever happened on the way. */
	readonly editor: Side;
	/** Its one category, another after each change. */
	category: string;
	isRead: boolean;
	deleted: boolean;
	changes: number;
}

/** What a user does next. */
export type Action = 'create' | 'change' | 'read' | 'delete';

/** A record that is written 10 times within an hour over changes of Exchange is left alone by Sync (ping-pong), which is not what is tested here. */
const MOST_CHANGES = 8;

/** Everything both sides must agree on in the end, and what its users may do to it next. */
export class Entries {
	readonly all: Entry[] = [];
	readonly #random: Random;
	readonly #byPlace = new Map<string, Entry[]>();

	constructor(random: Random) {
		this.#random = random;
	}

	create(kind: Kind, birth: Side): Entry {
		const other: Side = birth === 'exchange' ? 'records' : 'exchange';
		// The example workflows for emails go one way each.
		const editor = kind !== 'email' && this.#random() < 0.4 ? other : birth;
		const entry: Entry = { subject: `${birth === 'exchange' ? 'x' : 'r'}-${kind}-${this.all.length + 1}`, kind, birth, editor, category: 'C0', isRead: false, deleted: false, changes: 0 };
		this.all.push(entry);
		const place = `${kind} ${editor}`;
		this.#byPlace.set(place, [...(this.#byPlace.get(place) ?? []), entry]);
		return entry;
	}

	/** One that a user of that side may change now; none where there is none. */
	pick(kind: Kind, editor: Side, fits: (entry: Entry) => boolean): Entry | undefined {
		const place = this.#byPlace.get(`${kind} ${editor}`) ?? [];
		for (let attempt = 0; attempt < 20 && place.length > 0; attempt++) {
			const entry = place[Math.floor(this.#random() * place.length)];
			if (entry !== undefined && !entry.deleted && entry.changes < MOST_CHANGES && fits(entry)) return entry;
		}
		return undefined;
	}
}
