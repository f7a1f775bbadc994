import { rm } from 'node:fs/promises';
import { freePorts } from './free-ports.mts';
import { N8nProcess } from './n8n-process.mts';
import { installPackage } from './package-tarball.mts';
import { RestClient } from './rest-client.mts';
import { searchDatabase, searchFiles, searchInterface } from './secret-search.mts';
import type { Secrets } from './secrets.mts';
import { newUserFolder } from './user-folder.mts';

/** What a test asks of its n8n. */
export interface N8nOptions {
	/** See {@link import('./n8n-environment.mts').N8nSettings.durableCursors}. */
	durableCursors?: boolean;
	/** Put this package into n8n; default true. */
	withPackage?: boolean;
	/** A port instead of a free one. */
	port?: number;
	/** A folder instead of a new one that is removed at the end. */
	userFolder?: string;
	variables?: Readonly<Record<string, string>>;
}

/** A running n8n with this package in it and its owner logged in. */
export class N8n {
	readonly process: N8nProcess;
	readonly client: RestClient;
	readonly #removeFolder: boolean;

	private constructor(process: N8nProcess, removeFolder: boolean) {
		this.process = process;
		this.client = new RestClient(process.address);
		this.#removeFolder = removeFolder;
	}

	/** Starts an n8n; about five seconds. */
	static async start(options: N8nOptions = {}): Promise<N8n> {
		const userFolder = options.userFolder ?? (await newUserFolder());
		if (options.withPackage !== false) await installPackage(userFolder);
		const [port, brokerPort] = (await freePorts(2)) as [number, number];
		const settings = {
			userFolder,
			port: options.port ?? port,
			brokerPort,
			durableCursors: options.durableCursors ?? false,
			variables: options.variables ?? {},
		};
		const n8n = new N8n(new N8nProcess(settings), options.userFolder === undefined);
		await n8n.startAgain();
		return n8n;
	}

	get userFolder(): string {
		return this.process.settings.userFolder;
	}

	/** Starts n8n on the same folder after {@link kill} or a stop. */
	async startAgain(): Promise<void> {
		await this.process.start();
		await this.client.login();
	}

	/** Ends n8n as a power cut would. */
	async kill(): Promise<void> {
		await this.process.kill();
	}

	/**
	 * Ends n8n and removes its folder, after everything that n8n wrote was searched for the secrets it was given.
	 * @throws Error that names where one was found
	 */
	async close(): Promise<void> {
		if (!this.#removeFolder) {
			await this.process.stop();
			return;
		}
		try {
			if (this.process.running) await searchInterface(this.client);
			await this.process.stop();
			await this.searchWritten();
		} finally {
			await this.process.stop();
			await rm(this.userFolder, { recursive: true, force: true });
		}
		const { found } = this.client.secrets;
		if (found.length > 0) throw new Error(`Secrets were found where none may be: ${JSON.stringify(found, null, '\t')}`);
	}

	/** Searches log, database and files for secrets; those that n8n was given, if not said. */
	async searchWritten(secrets: Secrets = this.client.secrets): Promise<{ rows: Record<string, number>; files: string[] }> {
		secrets.search('log', this.process.wholeLog);
		return { rows: searchDatabase(this.userFolder, secrets), files: await searchFiles(this.userFolder, secrets) };
	}
}
