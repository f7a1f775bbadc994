/**
 * `--apart`: clients and server have a processor each, as if they were two machines of one processor. On one machine they take each other's, which an Exchange never does, and how
 * much they have of it depends on the machine. Everything that a client does itself, V8's helpers and unpacking included, then takes turns on the one that it has.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const CLIENT = '0';
const SERVER = '1';

/** What a client's command begins with. */
export const ON_CLIENTS_PROCESSOR: readonly string[] = ['taskset', '--cpu-list', CLIENT];

/** @throws Error where the machine cannot give a processor to each: it needs Linux with taskset (util-linux) and two processors */
export function checkApart(): void {
	try {
		execFileSync(ON_CLIENTS_PROCESSOR[0] ?? '', [...ON_CLIENTS_PROCESSOR.slice(1), 'taskset', '--cpu-list', SERVER, 'true'], { stdio: 'ignore' });
	} catch (error) {
		throw new Error(`--apart needs Linux with taskset (util-linux) and two processors; here are ${availableParallelism()}`, { cause: error });
	}
}

/** Gives a process that was started, with all threads it has or will have, the server's processor. */
export function moveToServersProcessor(pid: number): void {
	execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', SERVER, String(pid)], { stdio: 'ignore' });
}
