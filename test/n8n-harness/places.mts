import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things lie in this repository. */
export const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is made once and used again: packed packages, prepared databases, compiled code. Never committed. */
export const CACHE = join(REPOSITORY, 'node_modules', '.cache', 'n8n-nodes-exchange-ews');

/** Folder of tools; its `node` is the Node that n8n needs. */
export const TOOLS = join(REPOSITORY, 'node_modules', '.bin');

/** The Node that n8n needs. */
export const NODE = join(TOOLS, 'node');

const N8N_FOLDER = join(REPOSITORY, 'test', 'n8n');

/** Resolves modules as the installed n8n does. */
export const requireFromN8n = createRequire(join(N8N_FOLDER, 'package.json'));

/** n8n's command. */
export const N8N_COMMAND = join(N8N_FOLDER, 'node_modules', 'n8n', 'bin', 'n8n');

/** Version of the installed n8n. */
export function n8nVersion(): string {
	return (requireFromN8n('n8n/package.json') as { version: string }).version;
}

/** Name under which n8n knows this package; node types begin with it. */
export const PACKAGE_NAME = 'n8n-nodes-exchange-ews';
