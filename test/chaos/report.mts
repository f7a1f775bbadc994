/** What a run prints at its end. */
import type { Strikes } from './bad-days.mts';
import type { LostMails } from './lost-mails.mts';
import type { Oracle } from './oracle.mts';
import type { OtherSystem } from './other-system.mts';
import type { Pause } from './pauses.mts';
import { handleCount } from './resources.mts';
import type { RunOptions } from './settings.mts';
import type { Workers } from './workers.mts';

/** What there is to report of a run. */
export interface Run {
	options: RunOptions;
	actions: number;
	requests: number;
	workers: Workers;
	strikes: Strikes;
	oracle: Oracle;
	other: OtherSystem;
	lostMails: LostMails;
	pauses: { pauses: readonly Pause[]; violations: readonly string[] };
	failures: readonly string[];
}

export function printReport(run: Run): void {
	const { options, workers, strikes, other, pauses } = run;
	const counts = other.counts();
	const total = (prefix: string) => Object.entries(counts).reduce((sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0), 0);
	const struck = [...strikes.byName].sort(([, a], [, b]) => b.struck - a.struck);
	console.table({
		seed: options.seed,
		minutes: options.minutes,
		cursor: options.durable ? 'durable' : 'default',
		'creates after the time-out': options.lateCreates ? 'on' : 'off',
		'what users did': run.actions,
		requests: run.requests,
		'faults that struck': struck.reduce((sum, [, strike]) => sum + strike.struck, 0),
		kills: workers.kills,
		restarts: workers.restarts,
		events: counts['pull: events'] ?? 0,
		'events of the steady worker': counts['steady pull: events'] ?? 0,
		pushes: total('push: ') + total('delete: '),
		'pushes that failed and were tried again': total('push: failed') + total('delete: failed'),
		'largest cursor (bytes)': Number(other.fact('cursorBytes') ?? 0),
		...run.oracle.counts(),
	});
	console.table(Object.fromEntries(struck));
	console.table(counts);
	console.table(pausesByKind(run));
	const late = pauses.violations.length;
	console.log(`Pauses of the steady worker: ${pauses.pauses.length}, ${late === 0 ? 'all kept' : `broken ${late} times`}.`);
	console.table(workers.resources.map((held) => ({ minute: held.minute, 'heap (MB)': held.heapMb, handles: handleCount(held), kinds: JSON.stringify(held.handles) })));
	if (run.failures.length > 0) console.error('sync state of the mails:', run.lostMails.times.join(', ') || 'never lost');
	for (const failure of run.failures) {
		const subject = /\b[ox]\d+-\d+/.exec(failure)?.[0];
		console.error(failure, ...(subject === undefined ? [] : [other.journalOf(subject).slice(-12)]));
	}
	console.log(run.failures.length === 0 ? 'Both sides hold what was made and not deleted, each once.' : `${run.failures.length} differences.`);
	console.log(run.failures.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
}

function pausesByKind({ pauses: { pauses } }: Run): Record<string, { times: number; milliseconds: number }> {
	const kinds: Record<string, { times: number; milliseconds: number }> = {};
	for (const { why, ms } of pauses) {
		const kind = (kinds[why] ??= { times: 0, milliseconds: 0 });
		kind.times++;
		kind.milliseconds += ms;
	}
	return kinds;
}
