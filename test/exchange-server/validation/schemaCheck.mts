import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { memoryPages, validateXML } from 'xmllint-wasm';

/** Something Microsoft's schema does not allow. */
export interface SchemaViolation {
	/** Number of the request in the request log. */
	readonly request: number;
	readonly operation: string | undefined;
	readonly where: 'request' | 'answer';
	readonly message: string;
	readonly xml: string;
}

interface Waiting {
	readonly request: number;
	readonly operation: string | undefined;
	readonly where: 'request' | 'answer';
	readonly xml: string;
}

/** Where Microsoft's schema lies beside the project, when it does. */
export const SCHEMA_FOLDER = fileURLToPath(new URL('../../../../shared/ews-schema/', import.meta.url));

const BATCH_TEXTS = 400;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Long base64 says nothing to a schema and costs time. */
const LONG_BASE64 = /(<t:(?:MimeContent|Content)\b[^>]*>)[A-Za-z0-9+/=\s]{400,}(<\/t:)/g;
/** What Exchange writes for characters XML forbids; a parser would stop there and see nothing of the rest. */
const ILLEGAL_REFERENCES = /&#x(?:[0-8BCEF]|1[0-9A-F]|D[89A-F][0-9A-F]{2}|FFF[EF]);/g;

interface SchemaFile {
	readonly fileName: string;
	readonly contents: string;
}

/**
 * Holds every request and answer against the schema, many at a time in a worker thread, since reading the schema takes
 * longer than reading the texts.
 */
export class SchemaCheck {
	private waiting: Waiting[] = [];
	private bytes = 0;
	private running: Promise<void> = Promise.resolve();
	private found: SchemaViolation[] = [];
	private readonly files: readonly SchemaFile[];

	constructor(folder = SCHEMA_FOLDER) {
		this.files = ['soap.xsd', 'messages.xsd', 'types.xsd', 'xml.xsd'].map((fileName) => ({ fileName, contents: readFileSync(`${folder}/${fileName}`, 'utf8') }));
	}

	/** False where the schema is not there: then nothing can be held against it. */
	static isAvailable(folder = SCHEMA_FOLDER): boolean {
		return existsSync(`${folder}/soap.xsd`);
	}

	/** Takes a text to be checked. */
	add(text: Waiting): void {
		this.waiting.push({ ...text, xml: text.xml.replace(LONG_BASE64, '$1AAAA$2').replace(ILLEGAL_REFERENCES, '?') });
		this.bytes += text.xml.length;
		if (this.waiting.length >= BATCH_TEXTS || this.bytes >= BATCH_BYTES) this.startBatch();
	}

	/** What was found in everything taken so far. */
	async violations(): Promise<readonly SchemaViolation[]> {
		this.startBatch();
		await this.running;
		return this.found;
	}

	clear(): void {
		this.found = [];
	}

	private startBatch(): void {
		const batch = this.waiting;
		if (batch.length === 0) return;
		this.waiting = [];
		this.bytes = 0;
		this.running = this.running.then(() => this.check(batch));
	}

	private async check(batch: readonly Waiting[]): Promise<void> {
		const [schema, ...preload] = this.files;
		if (!schema) return;
		const result = await validateXML({
			xml: batch.map(({ xml }, index) => ({ fileName: `${index}.xml`, contents: xml })),
			schema: [schema],
			preload,
			initialMemoryPages: 64 * memoryPages.MiB,
			maxMemoryPages: memoryPages.GiB,
		});
		for (const { message, loc } of result.errors) {
			const of = batch[Number.parseInt(loc?.fileName ?? '', 10)];
			if (of) this.found.push({ ...of, message });
		}
	}
}
