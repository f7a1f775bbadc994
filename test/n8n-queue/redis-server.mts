import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../n8n-harness/free-ports.mts';
import { ServerProcess } from './server-process.mts';

/** A Redis of its own on a free port, in a folder that goes with it: n8n's queue. Needs `redis-server` on the path, as Debian's package of that name brings it. */
export async function startRedis(): Promise<ServerProcess> {
	const folder = await mkdtemp(join(tmpdir(), 'queue-redis-'));
	const [port] = (await freePorts(1)) as [number];
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
	return await ServerProcess.start({ command: 'redis-server', args, port, folder, stopSignal: 'SIGTERM' });
}
