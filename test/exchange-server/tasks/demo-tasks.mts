import type { Exchange } from '../store/exchange.mts';
import { formatDay, dayOf } from '../calendar/civil-date.mts';
import { OutlookTasks } from './outlook-tasks.mts';

/** What lies in the demo's tasks. */
export const DEMO_TASK_COUNTS = {
	rows: 14,
	ordinary: 8,
	/** Tasks somebody else gave the owner: ordinary tasks for a sync. */
	assigneesCopies: 1,
	/** Left out by rule: a recurring and a regenerating task, the detached copy of a completed occurrence; two copies of tasks given to others. */
	skipped: { 'recurring-tasks-not-synced': 3, 'delegation-not-synced': 2 },
	/** What a first pull hands over. */
	pulled: 9,
} as const;

/** Fills a task folder: the same every time but for the dates, which lie around the server's now. */
export function seedDemoTasks(exchange: Exchange, address: string): void {
	const tasks = new OutlookTasks(exchange, address);
	const today = dayOf(exchange.clock.now().getTime());
	const on = (days: number): string => formatDay(today + days);
	tasks.create({ subject: 'Offerte Müller schreiben', text: 'Preise vom letzten Jahr prüfen.\r\n', startDate: on(0), dueDate: on(3), importance: 'High', reminderAt: `${on(2)}T08:00:00Z` });
	tasks.create({ subject: 'Prepare the board meeting', dueDate: on(7), status: 'InProgress', percentComplete: 50, totalWork: 480, actualWork: 180 });
	tasks.create({ subject: 'Réserver les billets', dueDate: on(1), status: 'WaitingOnOthers', categories: ['À suivre'] });
	tasks.create({ subject: 'Archiv aufräumen', status: 'Deferred', importance: 'Low' });
	tasks.create({ subject: 'Geschenk kaufen', dueDate: on(14), sensitivity: 'Private' });
	tasks.create({ subject: 'Reisekosten abrechnen', startDate: on(-10), dueDate: on(-3), status: 'Completed' });
	tasks.create({ subject: 'Ohne Datum' });
	tasks.create({ subject: 'Überfällig: Rückruf Dubois', startDate: on(-9), dueDate: on(-5) });
	const report = tasks.create({ subject: 'Wochenbericht', startDate: on(-7), series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Friday'], firstDayOfWeek: 'Monday' } } });
	tasks.complete(report);
	tasks.create({ subject: 'Pflanzen gießen', startDate: on(0), series: { pattern: { kind: 'Regeneration', unit: 'Daily', interval: 3 } } });
	tasks.delegate(tasks.create({ subject: 'Lagerliste prüfen', dueDate: on(5) }), { copy: 'assignee', other: 'beat.keller@kunde.example', answer: 'accepted' });
	tasks.delegate(tasks.create({ subject: 'Prospekt übersetzen', dueDate: on(6) }), { copy: 'assigner', other: 'renee.dubois@partner.example', answer: 'pending' });
	tasks.delegate(tasks.create({ subject: 'Server umziehen', dueDate: on(6) }), { copy: 'assignerRejected', other: 'renee.dubois@partner.example', answer: 'declined' });
}
