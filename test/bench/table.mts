import type { Run } from './run-client.mts';
import type { Peer } from './scenarios.mts';

/** All runs of one client in one scenario. */
export interface Measured {
	scenario: string;
	/** Set where the same is measured with other sizes: see {@link growthTable}. */
	sizeOf?: string;
	size: number;
	peer: Peer;
	runs: Run[];
	median?: Run;
	/** Why there are no figures, or not all of them. */
	problem?: string;
}

/** Each figure's own median over the runs. */
export function medianRun(runs: readonly Run[]): Run {
	const [first] = runs;
	if (first === undefined) throw new RangeError('no runs');
	const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
	const numbers = (of: (run: Run) => object): Record<string, number> =>
		Object.fromEntries(Object.entries(of(first)).flatMap(([name, value]) => (typeof value === 'number' ? [[name, middle(runs.map((run) => Number(Reflect.get(of(run), name))))]] : [])));
	return { ...first, ...numbers((run) => run), server: { ...first.server, ...numbers((run) => run.server) } };
}

const HEAD = ['Scenario', 'Client', 'Items/s', 'Wall', '× floor', '× product', 'Requests', 'Out', 'In', 'CPU', 'CPU × product', 'Server CPU', 'Memory', 'Block', 'Block CPU', '99 %', 'Beside'];

/** One Markdown table, ratios by wall time of the same run's medians. */
export function markdownTable(measured: readonly Measured[]): string {
	const rows = measured.map(({ scenario, peer, median, problem }) => {
		if (median === undefined) return [scenario, label(peer), problem ?? '', ...HEAD.slice(3).map(() => '')];
		const of = (other: Peer): Run | undefined => measured.find((row) => row.scenario === scenario && row.peer === other)?.median;
		const ratio = (other: Run | undefined, figure: 'wallMs' | 'cpuMs' = 'wallMs'): string => (other === undefined ? '' : (median[figure] / other[figure]).toFixed(2));
		return [
			scenario,
			label(peer),
			Math.round((median.items / median.wallMs) * 1_000).toLocaleString('en'),
			`${seconds(median.wallMs)}${problem === undefined ? '' : ` (${problem})`}`,
			ratio(of('floor')),
			ratio(of('connector')),
			median.server.requests.toLocaleString('en'),
			megabytes(median.server.bytesIn),
			megabytes(median.server.bytesOut),
			seconds(median.cpuMs),
			ratio(of('connector'), 'cpuMs'),
			seconds(median.server.cpuSeconds * 1_000),
			megabytes(median.peakMemory),
			milliseconds(median.longestBlockMs),
			milliseconds(median.longestBlockCpuMs),
			milliseconds(median.block99Ms),
			milliseconds(median.longestWaitBesideMs),
		];
	});
	return [HEAD, HEAD.map((_, column) => (column < 2 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const GROWTH_HEAD = ['Growth', 'Client', 'from', 'to', 'Items/s', 'Requests each', 'CPU each', 'Memory', 'Block', '99 %'];

/** How figures change with the size, each as a ratio to those of the smallest; nothing where no scenario was measured with several. */
export function growthTable(measured: readonly Measured[]): string {
	const rows = measured.flatMap(({ sizeOf, size, peer, median }) => {
		const [smallest] = measured.filter((row) => row.sizeOf === sizeOf && row.peer === peer && row.median !== undefined).toSorted((a, b) => a.size - b.size);
		const before = smallest?.median;
		if (sizeOf === undefined || median === undefined || before === undefined || smallest?.size === size) return [];
		const each = (of: (run: Run) => number | undefined): ((run: Run) => number) => (run) => (of(run) ?? Number.NaN) / run.items;
		const growth = (of: (run: Run) => number | undefined): string => {
			const ratio = (of(median) ?? Number.NaN) / (of(before) ?? Number.NaN);
			return Number.isFinite(ratio) ? ratio.toFixed(2) : '';
		};
		return [[
			sizeOf,
			label(peer),
			before.items.toLocaleString('en'),
			median.items.toLocaleString('en'),
			growth((run) => run.items / run.wallMs),
			growth(each((run) => run.server.requests)),
			growth(each((run) => run.cpuMs)),
			growth((run) => run.peakMemory),
			growth((run) => run.longestBlockMs),
			growth((run) => run.block99Ms),
		]];
	});
	return rows.length === 0 ? '' : [GROWTH_HEAD, GROWTH_HEAD.map((_, column) => (column < 2 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function label(peer: Peer): string {
	return { connector: '**product**', floor: 'floor', exchangelib: 'exchangelib', library: 'ews-javascript-api' }[peer];
}

const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
const megabytes = (bytes: number): string => (Math.abs(bytes) < 100_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);
const milliseconds = (ms: number | undefined): string => (ms === undefined ? '' : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`);
