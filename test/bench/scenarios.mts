import type { Task } from './job.mts';

/** Who can do a scenario. */
export type Peer = 'connector' | 'floor' | 'exchangelib' | 'library';

/** One row group of the table. */
export interface Scenario {
	name: string;
	/** Set where others measure the same with another size. */
	sizeOf?: string;
	task: Task;
	/** Mails, appointments, mailboxes, series, or bytes of an attachment. */
	size: number;
	changes?: number;
	/** Orders that fill the server before the first run. */
	prepare: ReadonlyArray<{ order: string; content: object }>;
	/** The connector does the job once before, unmeasured: its result is what the runs start from. */
	doneBefore?: boolean;
	/** Runs change the server: it is put back before each. */
	writes?: boolean;
	peers: readonly Peer[];
	/** Requests in flight of the floor: what the product may have. */
	concurrency: number;
	/** Rounds, where they are not as many as of the others. */
	rounds?: number;
	/** Clients that take minutes: measured in the first round alone. */
	once?: readonly Peer[];
}

/** What an Exchange takes for the least that it is asked, network included; the embedded one answers sooner. */
const LATENCY: Scenario['prepare'] = [{ order: 'latency', content: { milliseconds: 5 } }];

const mails = (count: number): Scenario['prepare'] => [{ order: 'mails', content: { count } }, ...LATENCY];

function firstSync(count: number, peers: readonly Peer[], rounds?: number): Scenario {
	return { name: `first sync of ${count.toLocaleString('en')} mails`, sizeOf: 'first sync', task: 'firstSync', size: count, prepare: mails(count), peers, concurrency: 4, ...(rounds !== undefined && { rounds }) };
}

/** The same at a server without latency: what is left is work. */
function firstSyncAtOnce(count: number): Scenario {
	const { name, prepare, sizeOf: _, ...rest } = firstSync(count, ['connector', 'floor', 'library']);
	return { ...rest, name: `${name}, answered at once`, prepare: prepare.filter((entry) => !LATENCY.includes(entry)) };
}

function incremental(stock: number, changes: number): Scenario {
	return { name: `incremental poll, ${changes} changes`, task: 'incrementalPoll', size: stock, changes, prepare: mails(stock), peers: ['connector', 'floor', 'exchangelib'], concurrency: 4 };
}

function idle(mailboxes: number): Scenario {
	return { name: `idle poll of ${mailboxes} mailboxes × 4 folders`, task: 'idlePoll', size: mailboxes, prepare: LATENCY, peers: ['connector', 'floor', 'exchangelib'], concurrency: 16 };
}

function push(count: number, unchanged: boolean): Scenario {
	return {
		name: `push of ${count.toLocaleString('en')} ${unchanged ? 'unchanged' : 'new'} appointments`,
		task: 'pushAppointments',
		size: count,
		prepare: LATENCY,
		doneBefore: unchanged,
		writes: true,
		peers: unchanged ? ['connector', 'floor'] : ['connector', 'floor', 'exchangelib', 'library'],
		concurrency: 4,
	};
}

function series(count: number): Scenario {
	return { name: `${count * 10} changed appointments in ${count} series`, task: 'pullSeries', size: count, prepare: LATENCY, writes: true, peers: ['connector', 'floor'], concurrency: 4 };
}

function attachment(megabytes: number): Scenario {
	const size = megabytes * 1_000_000;
	return { name: `one mail with a ${megabytes} MB attachment`, task: 'largeAttachment', size, prepare: [{ order: 'large-mail', content: { size } }, ...LATENCY], peers: ['connector', 'floor'], concurrency: 4 };
}

/** What a node package costs an n8n that lists it, and a process that uses it: no server work worth a floor. */
const START: readonly Scenario[] = [
	{ name: 'listing nodes and credentials', task: 'listNodes', size: 1, prepare: [], peers: ['connector'], concurrency: 4 },
	{ name: 'first request of a process', task: 'firstRequest', size: 1, prepare: [], peers: ['connector'], concurrency: 4 },
];

const ALL: readonly Peer[] = ['connector', 'floor', 'exchangelib', 'library'];

/** Everything; takes an hour. */
export const FULL: readonly Scenario[] = [
	...START,
	firstSyncAtOnce(1_000),
	firstSync(1_000, ALL),
	{ ...firstSync(10_000, ALL), once: ['exchangelib', 'library'] },
	firstSync(100_000, ['connector', 'floor'], 1),
	incremental(2_000, 0),
	incremental(2_000, 500),
	idle(200),
	push(1_000, false),
	push(1_000, true),
	series(50),
	attachment(20),
	attachment(100),
];

/** Every scenario and every client, small: shows that all work. */
export const QUICK: readonly Scenario[] = [...START, firstSync(100, ALL), incremental(100, 10), idle(20), push(100, false), push(100, true), series(5), attachment(5)];
