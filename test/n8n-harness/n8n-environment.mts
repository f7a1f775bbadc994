import { delimiter, join } from 'node:path';
import { CACHE, TOOLS } from './places.mts';

/** What an n8n does: everything (`main`, where no workers are, or all but executions), or executions alone that it takes from a queue (`worker`). */
export type N8nRole = 'main' | 'worker';

/** How an n8n is set up. */
export interface N8nSettings {
	/** `main` if not said. */
	role?: N8nRole;
	/** Holds `.n8n` with the database, the key and the community packages. */
	userFolder: string;
	/** Of the editor and REST; a worker answers there how it stands, no more. */
	port: number;
	/** Port on which n8n's task runners meet it. */
	brokerPort: number;
	/** Poll triggers with cursors that are committed together with the execution. */
	durableCursors: boolean;
	/** More of n8n's variables. */
	variables: Readonly<Record<string, string>>;
}

/** Encrypts the credentials of a database that exists for tests only. */
const ENCRYPTION_KEY = 'only-for-tests-and-demonstrations';

/** n8n's variables for a quiet instance that asks nothing of the internet, on top of this process's own environment. */
export function n8nEnvironment(settings: N8nSettings): NodeJS.ProcessEnv {
	return {
		...process.env,
		PATH: `${TOOLS}${delimiter}${process.env['PATH'] ?? ''}`,
		NODE_OPTIONS: '',
		NODE_ENV: 'production',
		NODE_COMPILE_CACHE: join(CACHE, 'n8n-compiled'),
		N8N_USER_FOLDER: settings.userFolder,
		N8N_PORT: String(settings.port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(settings.brokerPort),
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_DISABLED_MODULES: 'mcp-registry,instance-ai',
		GENERIC_TIMEZONE: 'Europe/Zurich',
		...(settings.role === 'worker' ? { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(settings.port), N8N_WORKER_SERVER_ADDRESS: '127.0.0.1' } : {}),
		...(settings.durableCursors
			? { N8N_SCHEDULER_ENABLED: 'true', N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true', N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true' }
			: {}),
		...settings.variables,
	};
}
