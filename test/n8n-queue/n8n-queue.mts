import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../n8n-harness/free-ports.mts';
import { N8nProcess } from '../n8n-harness/n8n-process.mts';
import type { N8nRole } from '../n8n-harness/n8n-environment.mts';
import { installPackage } from '../n8n-harness/package-tarball.mts';
import { RestClient } from '../n8n-harness/rest-client.mts';
import { POSTGRES_USER, startPostgres } from './postgres-server.mts';
import { startRedis } from './redis-server.mts';
import type { ServerProcess } from './server-process.mts';

const WORKERS = 2;

/** Migrations of an empty PostgreSQL included. */
const FIRST_START_MS = 300_000;

/** n8n in queue mode: one main, two workers, a Redis and a PostgreSQL, each a process of its own, each n8n with its own folder as on its own machine. */
export class N8nQueue {
	readonly main: N8nProcess;
	readonly workers: readonly N8nProcess[];
	readonly client: RestClient;
	readonly #redis: ServerProcess;
	readonly #postgres: ServerProcess;

	private constructor(main: N8nProcess, workers: readonly N8nProcess[], redis: ServerProcess, postgres: ServerProcess) {
		this.main = main;
		this.workers = workers;
		this.client = new RestClient(main.address);
		this.#redis = redis;
		this.#postgres = postgres;
	}

	/** Starts everything, with this package in each process's folder and an owner who is logged in. */
	static async start(options: { durableCursors: boolean }): Promise<N8nQueue> {
		const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
		const variables = {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			// An execution whose worker and whose main died shortly after each other is found by this look alone; every three hours if not said.
			N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1',
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_USER: POSTGRES_USER,
			DB_POSTGRESDB_DATABASE: POSTGRES_USER,
		};
		const prepare = async (role: N8nRole): Promise<N8nProcess> => {
			const userFolder = await mkdtemp(join(tmpdir(), `queue-n8n-${role}-`));
			await installPackage(userFolder);
			const [port, brokerPort] = (await freePorts(2)) as [number, number];
			return new N8nProcess({ role, userFolder, port, brokerPort, durableCursors: options.durableCursors, variables });
		};
		const queue = new N8nQueue(await prepare('main'), await Promise.all(Array.from({ length: WORKERS }, () => prepare('worker'))), redis, postgres);
		try {
			// The main alone migrates the database.
			await queue.main.start(FIRST_START_MS);
			await Promise.all(queue.workers.map((worker) => worker.start()));
			await queue.client.setUpOwner();
		} catch (error) {
			await queue.close();
			throw error;
		}
		return queue;
	}

	/** Starts the main again after a kill, and logs in anew. */
	async startMainAgain(): Promise<void> {
		await this.main.start();
		await this.client.login();
	}

	/** Ends all of them, servers last, and removes their folders. */
	async close(): Promise<void> {
		const all = [this.main, ...this.workers];
		await Promise.all(all.map((n8n) => n8n.stop()));
		await Promise.all([this.#redis.close(), this.#postgres.close()]);
		await Promise.all(all.map((n8n) => rm(n8n.settings.userFolder, { recursive: true, force: true })));
	}
}
