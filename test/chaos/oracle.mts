/** What both sides must hold in the end, known from what their users did and from nothing that was synced. */
import type { Kind } from './other-system.mts';

export type Side = 'Exchange' | 'the other system';

/** One thing as a side holds it. */
export interface Thing {
	kind: Kind;
	subject: string;
	categories: string;
	/** Undefined: this side has none. */
	text: string | undefined;
	/** It is still waiting for being deleted on the other side. */
	doomed?: boolean;
}

/** What users did to one thing. */
interface Life {
	readonly kind: Kind;
	readonly text: string;
	/** Each content that it was given, oldest first. */
	readonly contents: string[];
	/** Who changed it after it was created. */
	readonly editors: Set<Side>;
	isAskedToGo: boolean;
	isRestored: boolean;
	isUndone: boolean;
	/** So many times it was in Exchange when that was put back. */
	timesPutBack: number;
	isUntold: boolean;
}

/** A subject is given once. */
export class Oracle {
	readonly #lives = new Map<string, Life>();

	created(kind: Kind, subject: string, text: string): void {
		this.#lives.set(subject, { kind, text, contents: [''], editors: new Set(), isAskedToGo: false, isRestored: false, isUndone: false, timesPutBack: 0, isUntold: false });
	}

	changed(subject: string, side: Side, categories: string): void {
		const life = this.#lifeOf(subject);
		life.contents.push(categories);
		life.editors.add(side);
	}

	/** A user deletes it, on either side. Whether it goes depends on who changes it meanwhile. */
	askedToGo(subject: string): void {
		this.#lifeOf(subject).isAskedToGo = true;
	}

	isAskedToGo(subject: string): boolean {
		return this.#lives.get(subject)?.isAskedToGo === true;
	}

	/** Restoring is not synced (rule `restore-not-synced`): what becomes of it is left out. */
	restored(subject: string): void {
		this.#lifeOf(subject).isRestored = true;
	}

	isRestored(subject: string): boolean {
		return this.#lives.get(subject)?.isRestored === true;
	}

	/**
	 * Exchange was put back to a time before something was done to it. What follows is documented (FAULTS.md) and differs by kind: it may be on one side alone or on none.
	 *
	 * @param times so often it is there now: more than once where a create had come late and no push had followed
	 */
	undone(subject: string, times: number): void {
		const life = this.#lives.get(subject);
		if (life === undefined) return;
		life.isUndone = true;
		life.timesPutBack = times;
	}

	/** The sync state of its folder was lost before its delete was told, if there was one, or it was deleted before the folder had been listed anew: of a mail it never is told then (README, *Limits*). */
	syncStateLost(subject: string): void {
		const life = this.#lives.get(subject);
		if (life?.kind === 'email' && life.isAskedToGo) life.isUntold = true;
	}

	/** How many things there are of each sort. */
	counts(): { created: number; 'asked to be deleted': number; 'restored, left out': number; 'undone by the backup': number; 'mails whose delete may be untold': number; 'must be on both sides': number } {
		const lives = [...this.#lives.values()];
		return {
			created: lives.length,
			'asked to be deleted': lives.filter(({ isAskedToGo }) => isAskedToGo).length,
			'restored, left out': lives.filter(({ isRestored }) => isRestored).length,
			'undone by the backup': lives.filter(({ isUndone, isRestored }) => isUndone && !isRestored).length,
			'mails whose delete may be untold': lives.filter(({ isUntold }) => isUntold).length,
			'must be on both sides': lives.filter((life) => mustBeThere(life)).length,
		};
	}

	/** Each difference between what is there and what must be; none where all is well. */
	differences(exchange: readonly Thing[], other: readonly Thing[]): string[] {
		const [here, there] = [bySubject(exchange), bySubject(other)];
		const unknown = [...here.keys(), ...there.keys()].filter((subject) => !this.#lives.has(subject));
		return [...new Set(unknown)].map((subject) => `nobody made it: ${subject}`).concat([...this.#lives].flatMap(([subject, life]) => differencesOf(subject, life, here.get(subject) ?? [], there.get(subject) ?? [])));
	}

	#lifeOf(subject: string): Life {
		const life = this.#lives.get(subject);
		if (life === undefined) throw new RangeError(`nobody made ${subject}`);
		return life;
	}
}

function mustBeThere({ isAskedToGo, isRestored, isUndone }: Life): boolean {
	return !isAskedToGo && !isRestored && !isUndone;
}

/** What came a second time goes with the next push of its record, which none follows where its delete was undone. */
function mostInExchange({ isAskedToGo, isUndone, timesPutBack }: Life): number {
	return isAskedToGo && isUndone ? Math.max(1, timesPutBack) : 1;
}

function differencesOf(subject: string, life: Life, here: readonly Thing[], there: readonly Thing[]): string[] {
	if (life.isRestored) return [];
	const named = `${life.kind} ${subject}${life.isUndone ? ` (${life.timesPutBack} times when Exchange was put back)` : ''}`;
	const found = [
		...here.flatMap((thing) => inventionsOf(thing, life, 'Exchange')),
		...there.flatMap((thing) => inventionsOf(thing, life, 'the other system')),
		...(here.length > mostInExchange(life) ? [`${here.length} times in Exchange: ${named}`] : []),
		...(there.length > 1 ? [`${there.length} times in the other system: ${named}`] : []),
	];
	if (life.isUndone) return found;
	const [left] = here;
	const [right] = there;
	if (left === undefined && right === undefined) return mustBeThere(life) ? [...found, `lost on both sides: ${named}`] : found;
	if (right === undefined) return [...found, `only in Exchange: ${named}`];
	if (left === undefined && life.isUntold) return found;
	if (left === undefined) return [...found, `only in the other system: ${named}${right.doomed === true ? ' (to be deleted)' : ''}`];
	if (right.doomed === true) found.push(`still to be deleted: ${named}`);
	if (left.categories !== right.categories) found.push(`differs: ${named} is ${left.categories || 'as created'} in Exchange, ${right.categories || 'as created'} in the other system`);
	const last = life.contents.at(-1) ?? '';
	// What a user of Exchange has done stands unless somebody else changes it: the other system only gives back what it was given.
	if (![...life.editors].includes('the other system') && left.categories !== last) found.push(`a change was lost: ${named} is ${left.categories || 'as created'}, and was last made ${last || 'as created'} by a user of Exchange`);
	return found;
}

/** What a thing says that nobody put there. */
function inventionsOf(thing: Thing, life: Life, side: Side): string[] {
	const named = `${life.kind} ${thing.subject}`;
	return [
		...(thing.kind === life.kind ? [] : [`became an ${thing.kind} in ${side}: ${named}`]),
		...(life.contents.includes(thing.categories) ? [] : [`nobody made it so: ${named} is ${thing.categories} in ${side}`]),
		...(isTextOf(thing, life, side) ? [] : [`nobody made it so: ${named} says ${JSON.stringify(thing.text)} in ${side}`]),
	];
}

/** A mail that Exchange calls damaged is handed over without its body; in Exchange nothing may happen to it. */
function isTextOf({ kind, text }: Thing, life: Life, side: Side): boolean {
	return text === life.text || (side === 'the other system' && kind === 'email' && text === undefined);
}

function bySubject(things: readonly Thing[]): Map<string, Thing[]> {
	const map = new Map<string, Thing[]>();
	for (const thing of things) map.set(thing.subject, [...(map.get(thing.subject) ?? []), thing]);
	return map;
}
