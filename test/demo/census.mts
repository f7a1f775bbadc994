import { exceptionsOf } from '../exchange-server/calendar/series.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import type { Item } from '../exchange-server/store/item.mts';
import { itemClassOf } from '../exchange-server/store/item.mts';
import type { Mailbox } from '../exchange-server/store/mailbox.mts';
import { taskRecurrenceOf } from '../exchange-server/tasks/task-properties.mts';
import { DEAD_OCCURRENCE_KEY, TASK_STATE_KEY } from '../exchange-server/tasks/task-settling.mts';

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

/** Values of PidLidTaskState that mark the assigner's copies of a delegated task (MS-OXOTASK 2.2.2.2.5); the assignee's is an ordinary task. */
const ASSIGNERS_COPIES: readonly string[] = ['3', '4'];

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
			if (item.extended[DEAD_OCCURRENCE_KEY]?.value === 'true') return 'recurring-tasks-not-synced';
			return ASSIGNERS_COPIES.includes(String(item.extended[TASK_STATE_KEY]?.value)) ? 'delegation-not-synced' : undefined;
		}
	}
}

/** A mailbox as the server itself sees it. */
export function storeOf(running: RunningExchange, address: string): Mailbox {
	const mailbox = running.exchange.mailboxOf(address);
	if (mailbox === undefined) throw new Error(`There is no mailbox ${address}`);
	return mailbox;
}

/** Counts what lies in the watched folders of a mailbox. */
export function census(running: RunningExchange, mailbox: string, kind: DemoKind): Census {
	const { distinguished } = storeOf(running, mailbox);
	const items = WATCHED[kind].flatMap((folder) => [...(distinguished.get(folder)?.items.values() ?? [])]).filter((item) => !item.associated);
	const excluded: Record<string, number> = {};
	for (const item of items) {
		const rule = excludedBy(kind, item);
		if (rule !== undefined) excluded[rule] = (excluded[rule] ?? 0) + 1;
	}
	const left = Object.values(excluded).reduce((sum, count) => sum + count, 0);
	return { seeded: items.length, arriving: items.length - left, excluded };
}
