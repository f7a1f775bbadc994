/**
 * Clients and server have processors of their own, half of those that there are, as if they were two machines: an Exchange never takes its clients' processors, and how much of them
 * it has on one machine depends on that machine's scheduler. Everything that a client does itself, V8's helpers and unpacking included, takes turns on those that it has.
 */
import { execFileSync } from 'node:child_process';

/** Lists of processors, as taskset (util-linux) takes them. */
export interface Processors {
	readonly clients: string;
	readonly server: string;
}

/** Undefined where there is but one processor, or no taskset: then all share what there is. */
export function processorsApart(): Processors | undefined {
	let said: string;
	try {
		said = execFileSync('taskset', ['--cpu-list', '--pid', String(process.pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	} catch {
		return undefined;
	}
	const ours = listed(/: ([\d,-]+)\s*$/.exec(said)?.[1] ?? '');
	const half = Math.floor(ours.length / 2);
	return half === 0 ? undefined : { clients: ours.slice(0, half).join(','), server: ours.slice(half).join(',') };
}

/** Numbers of a list such as `0,2-4`. */
function listed(list: string): number[] {
	return list.split(',').flatMap((range) => {
		const [from = Number.NaN, to = from] = range.split('-').map(Number);
		return Number.isNaN(from) || range === '' ? [] : Array.from({ length: to - from + 1 }, (_, n) => from + n);
	});
}

/** What a client's command begins with. */
export function onClientsProcessors(processors: Processors | undefined): readonly string[] {
	return processors === undefined ? [] : ['taskset', '--cpu-list', processors.clients];
}

/** Gives a process that was started, with all threads it has or will have, the server's processors. */
export function moveToServersProcessors(pid: number, { server }: Processors): void {
	execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', server, String(pid)], { stdio: 'ignore' });
}
