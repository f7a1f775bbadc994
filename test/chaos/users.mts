/** What the users of both sides do next, and what the oracle is told of it. */
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import type { Oracle } from './oracle.mts';
import type { Kind, OtherSystem } from './other-system.mts';
import { ANNA } from './settings.mts';
import { FOLDERS, KINDS } from './sides.mts';

/** Things that wait for being synced. */
const FAR_BEHIND = 60;

export class Users {
	/** How often they did something. */
	actions = 0;
	#serial = 0;
	readonly #server: RunningExchange;
	readonly #other: OtherSystem;
	readonly #oracle: Oracle;
	readonly #random: () => number;
	readonly #seed: number;

	constructor(server: RunningExchange, other: OtherSystem, oracle: Oracle, random: () => number, seed: number) {
		this.#server = server;
		this.#other = other;
		this.#oracle = oracle;
		this.#random = random;
		this.#seed = seed;
	}

	/** Does nothing while the workers are far behind, as on a busy machine: what is synced only after all is healed proves little. */
	act(): void {
		const inExchange = KINDS.reduce((sum, kind) => sum + this.#server.control.outlook(ANNA).items(FOLDERS[kind]).length, 0);
		if (this.#other.waiting() + Math.max(0, inExchange - this.#other.known()) > FAR_BEHIND) return;
		this.actions++;
		if (this.#random() < 0.6) this.#actInExchange();
		else this.#actInOther();
	}

	/**
	 * A user of Outlook. What no client of Exchange can know is not done: an item is deleted only after a poll has handed it over (EWS reports net changes). Of what
	 * stands there twice because a create came late nothing is touched: what a user changes of it is a record of its own from then on.
	 */
	#actInExchange(): void {
		const kind = this.#pick(KINDS) ?? 'task';
		const outlook = this.#server.control.outlook(ANNA);
		const row = this.#pick(outlook.items(FOLDERS[kind]).filter(({ subject }, _index, all) => !this.#oracle.isRestored(subject) && all.filter((other) => other.subject === subject).length === 1));
		const chance = this.#random();
		if (chance < 0.35 || row === undefined) {
			this.#createInExchange(kind);
			return;
		}
		if (chance < 0.75) {
			const category = this.#category();
			this.#note('changes', row.subject, row.id);
			this.#oracle.changed(row.subject, 'Exchange', category);
			outlook.edit(row.id, { categories: [category] });
			return;
		}
		if (!row.subject.startsWith('x') || !this.#other.knows(row.id)) return;
		if (chance < 0.92) {
			this.#note('deletes', row.subject, row.id);
			this.#oracle.askedToGo(row.subject);
			outlook.remove(row.id, this.#random() < 0.7 ? 'bin' : 'hard');
		} else this.#restore();
	}

	/** Only what somebody has deleted: what is in the bin and was not is lost, and must show. */
	#restore(): void {
		const outlook = this.#server.control.outlook(ANNA);
		const back = this.#pick(outlook.items('deleteditems').filter(({ subject }) => this.#oracle.isAskedToGo(subject) && !this.#oracle.isRestored(subject)));
		if (back === undefined) return;
		this.#note('restores', back.subject, back.id);
		this.#oracle.restored(back.subject);
		outlook.restore(back.id);
	}

	#createInExchange(kind: Kind): void {
		const subject = `x${this.#seed}-${++this.#serial}`;
		const text = `Text of ${subject}`;
		this.#note('creates', subject);
		this.#oracle.created(kind, subject, text);
		switch (kind) {
			case 'email':
				this.#server.control.outlook(ANNA).create({ folder: 'inbox', subject, text, messageId: `<${subject}@example.test>`, from: { name: 'Bert', address: 'bert@example.test' } });
				break;
			case 'appointment':
				this.#server.control.calendar(ANNA).create({ subject, text, start: '2026-12-01T10:00:00', end: '2026-12-01T11:00:00', zone: 'Europe/Zurich', uid: subject });
				break;
			case 'task':
				this.#server.control.tasks(ANNA).create({ subject, text });
				break;
		}
	}

	/** A user of the other system. Another process may have taken the row away since it was looked at: then nothing was done to it. */
	#actInOther(): void {
		const row = this.#pick(this.#other.rows().filter(({ deleted }) => deleted === 0));
		const chance = this.#random();
		if (chance < 0.4 || row === undefined) {
			const kind = this.#pick(KINDS) ?? 'task';
			const subject = `o${this.#seed}-${++this.#serial}`;
			const record = newRecord(kind, subject);
			this.#oracle.created(kind, subject, record.text);
			this.#other.create(subject, kind, subject, record.key, JSON.stringify(record));
			return;
		}
		if (chance < 0.85) {
			const category = this.#category();
			if (this.#other.change(row.rowId, JSON.stringify({ ...(JSON.parse(row.record) as object), categories: [category] }))) this.#oracle.changed(row.subject, 'the other system', category);
		} else if (this.#other.markDeleted(row.rowId)) this.#oracle.askedToGo(row.subject);
	}

	#note(what: string, subject: string, id = ''): void {
		this.#other.count(`user of Exchange: ${what}`);
		this.#other.note('user of Exchange', what, subject, id);
	}

	#category(): string {
		return `C${Math.floor(this.#random() * 1_000)}`;
	}

	#pick<T>(list: readonly T[]): T | undefined {
		return list[Math.floor(this.#random() * list.length)];
	}
}

interface NewRecord {
	kind: Kind;
	key: string;
	subject: string;
	text: string;
	[field: string]: string;
}

function newRecord(kind: Kind, subject: string): NewRecord {
	const common = { kind, subject, text: `Text of ${subject}` };
	switch (kind) {
		case 'email':
			return { ...common, key: `<${subject}@example.test>`, from: 'Cora <cora@example.test>', to: ANNA, receivedAt: '2026-11-01T08:00:00Z', sentAt: '2026-11-01T08:00:00Z' };
		case 'appointment':
			return { ...common, key: subject, start: '2026-12-02T10:00:00', end: '2026-12-02T11:00:00', timeZone: 'Europe/Zurich' };
		case 'task':
			return { ...common, key: subject };
	}
}
