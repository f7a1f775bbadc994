import { createRequire } from 'node:module';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IBinaryData } from 'n8n-workflow';
// Sets what n8n-core reads when it is loaded.
import './n8n-core.mts';

const requireFromN8n = createRequire(new URL('../../n8n/package.json', import.meta.url));

interface BinaryDataService {
	config: { mode: string; localStoragePath: string };
	init(): Promise<void>;
	getPath(id: string): string;
}

/** n8n's binary data on disk, as `N8N_DEFAULT_BINARY_DATA_MODE=filesystem` sets it: what is stored and what lies about. */
export class BinaryStorage {
	readonly folder = mkdtempSync(join(tmpdir(), 'binary-data-'));
	readonly #service: BinaryDataService;

	constructor() {
		const { Container } = requireFromN8n('@n8n/di') as { Container: { get(type: unknown): BinaryDataService } };
		const { BinaryDataService } = requireFromN8n('n8n-core') as { BinaryDataService: unknown };
		this.#service = Container.get(BinaryDataService);
	}

	async start(): Promise<void> {
		this.#service.config.mode = 'filesystem';
		this.#service.config.localStoragePath = this.folder;
		await this.#service.init();
	}

	/** SHA-256 of what is stored, read without holding it all. */
	async digest(data: IBinaryData | undefined): Promise<string> {
		if (data?.id === undefined) throw new Error('it is not stored on disk');
		const hash = createHash('sha256');
		for await (const chunk of createReadStream(this.#service.getPath(data.id))) hash.update(chunk as Buffer);
		return hash.digest('hex');
	}

	/** Names and sizes of all files with content, n8n's own notes on them left out. */
	files(): Array<{ name: string; size: number }> {
		return readdirSync(this.folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata'))
			.map(({ name, parentPath }) => ({ name, size: statSync(join(parentPath, name)).size }));
	}
}
