/** Who logs on, and what the run and its workers must agree on. */
import { parseArgs } from 'node:util';

export const ANNA = 'anna@example.test';
/** The steady worker's login, for Anna's mailbox. It has one of its own, so that the server's log tells its requests from those of processes that are killed and do not know a pause that another was told. */
export const STEADY = 'steady@example.test';
export const PASSWORD = 'secret';

/** How long a worker waits for an answer. */
export const TIMEOUT_MS = 4_000;
/** Rule `logon-limit`. The pause is as short as that for the sake of the run; nobody is offered less than a minute. */
export const LOGON_ATTEMPTS = 3;
export const LOGON_PAUSE_MS = 6_000;
/** What a server that says 429 and not for how long is left alone. */
export const UNTOLD_BACK_OFF_MS = 60_000;
/** See `settleMs` of a pull. The trigger has 30 seconds. */
export const SETTLE_MS = 10_000;

/** What a run is started with. */
export interface RunOptions {
	seed: number;
	minutes: number;
	/** n8n's durable poll cursors. */
	durable: boolean;
	/** What is tested, as the workers load it. */
	dist: string;
	/** See {@link lateCreates}. */
	lateCreates: boolean;
}

export function runOptions(lateCreates: boolean): RunOptions {
	const { values } = parseArgs({
		allowNegative: true,
		options: {
			seed: { type: 'string', default: '1' },
			minutes: { type: 'string', default: '2' },
			durable: { type: 'boolean', default: false },
			dist: { type: 'string', default: '../../dist/index.js' },
			'late-creates': { type: 'boolean', default: lateCreates },
		},
	});
	return { seed: Number(values.seed), minutes: Number(values.minutes), durable: values.durable, dist: values.dist, lateCreates: values['late-creates'] };
}
