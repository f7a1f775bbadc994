import { exceptionsOf } from '../exchange-server/calendar/series.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import type { Item } from '../exchange-server/store/item.mts';
import { itemClassOf, textOf } from '../exchange-server/store/item.mts';
import { taskRecurrenceOf } from '../exchange-server/tasks/task-properties.mts';

/** The kinds of items that the example workflows sync. */
export type DemoKind = 'email' | 'appointment' | 'task';

/** Every {@link DemoKind}. */
export const DEMO_KINDS: readonly DemoKind[] = ['email', 'appointment', 'task'];

/** Folders that the example workflows watch, by kind, as the embedded Exchange calls them. */
export const WATCHED: Record<DemoKind, readonly string[]> = { email: ['inbox', 'sentitems'], appointment: ['calendar'], task: ['tasks'] };

/** What lies in the watched folders of one kind, and what the rules make of it. */
export interface Census {
	/** Everything in the folders. */
	seeded: number;
	/** What has to arrive. */
	arriving: number;
	/** What has to be left out, by rule. */
	excluded: Record<string, number>;
}

/** Most changed occurrences a series may have (rule `series-too-many-exceptions`). */
const MOST_EXCEPTIONS = 20;

/** MAPI's mark on the completed occurrence of a task series (PidLidTaskDeadOccurrence). */
const DEAD_OCCURRENCE = /taskdeadoccurrence|8109|33033/i;

/**
 * Which rule leaves an item out; none: it has to arrive. Counted from the server's own store and written from the rules' text alone, so that it
 * shares nothing with the product that it checks.
 */
function excludedBy(kind: DemoKind, item: Item): string | undefined {
	switch (kind) {
		case 'email':
			if (item.kind === 'Contact' || item.kind === 'DistributionList') return 'contacts-not-supported';
			if (itemClassOf(item).startsWith('IPM.TaskRequest')) return 'delegation-not-synced';
			return item.draft ? 'drafts-not-synced' : undefined;
		case 'appointment':
			return exceptionsOf(item).length > MOST_EXCEPTIONS ? 'series-too-many-exceptions' : undefined;
		case 'task': {
			if (taskRecurrenceOf(item) !== undefined) return 'recurring-tasks-not-synced';
			if (Object.entries(item.extended).some(([key, { value }]) => DEAD_OCCURRENCE.test(key) && value === 'true')) return 'recurring-tasks-not-synced';
			const delegation = textOf(item, 'task:DelegationState');
			return delegation === 'Owned' || delegation === 'Max' ? 'delegation-not-synced' : undefined;
		}
	}
}

/** Counts what lies in the watched folders of a mailbox. */
export function census(running: RunningExchange, mailbox: string, kind: DemoKind): Census {
	const items = WATCHED[kind].flatMap((folder) => [...running.control.folder(mailbox, folder).items.values()]).filter((item) => !item.associated);
	const excluded: Record<string, number> = {};
	for (const item of items) {
		const rule = excludedBy(kind, item);
		if (rule !== undefined) excluded[rule] = (excluded[rule] ?? 0) + 1;
	}
	const left = Object.values(excluded).reduce((sum, count) => sum + count, 0);
	return { seeded: items.length, arriving: items.length - left, excluded };
}
