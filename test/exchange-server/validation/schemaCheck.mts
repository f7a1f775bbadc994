import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaText } from './schemaText.mts';
import { validate } from './xmllint.mts';

/** Something Microsoft's schema does not allow. */
export interface SchemaViolation {
	/** Number of the request in the request log. */
	readonly request: number;
	readonly operation: string | undefined;
	readonly where: 'request' | 'answer';
	readonly message: string;
	readonly xml: string;
}

/** A text to be checked, and which it is. */
type CheckedText = Omit<SchemaViolation, 'message'>;

interface Waiting extends CheckedText {
	readonly check: SchemaCheck;
}

/** Where Microsoft's schema lies beside the project, when it does. */
export const SCHEMA_FOLDER = fileURLToPath(new URL('../../../../shared/ews-schema/', import.meta.url));

/** Reading the schema takes as long as checking a thousand texts: so they are checked many at a time. */
const BATCH_TEXTS = 2_000;
const BATCH_BYTES = 16 * 1024 * 1024;

/** Everything that waits in this process, of all its servers: what a test server gets is too little for a batch of its own. */
let waiting: Waiting[] = [];
let bytes = 0;
let running: Promise<void> = Promise.resolve();
/** Fingerprints of texts that are found to be right or are on their way to be; tests ask much the same again and again. */
const seen = new Set<string>();

function fingerprint(xml: string): string {
	return createHash('sha1').update(xml).digest('base64');
}

/** Servers with violations that nobody cleared. */
const guilty = new Set<SchemaCheck>();

function startBatch(): void {
	const batch = waiting;
	if (batch.length === 0) return;
	waiting = [];
	bytes = 0;
	running = running.then(async () => {
		for (const { index, message } of await validate(SCHEMA_FOLDER, batch.map(({ xml }) => xml))) {
			const { check, ...text } = batch[index]!;
			// The next one like it is to be found wrong too.
			seen.delete(fingerprint(text.xml));
			check.found({ ...text, message });
		}
	});
}

async function flush(): Promise<void> {
	startBatch();
	await running;
}

/** Holds every request and answer of a server against the schema. */
export class SchemaCheck {
	#violations: SchemaViolation[] = [];

	/** False where the schema is not there: then nothing can be held against it. */
	static isAvailable(): boolean {
		return existsSync(`${SCHEMA_FOLDER}/soap.xsd`);
	}

	/** Takes a text to be checked. */
	add(text: CheckedText): void {
		const xml = schemaText(text.xml);
		const print = fingerprint(xml);
		if (seen.has(print)) return;
		seen.add(print);
		waiting.push({ ...text, xml, check: this });
		bytes += xml.length;
		if (waiting.length >= BATCH_TEXTS || bytes >= BATCH_BYTES) startBatch();
	}

	/** For the check itself. */
	found(violation: SchemaViolation): void {
		this.#violations.push(violation);
		guilty.add(this);
	}

	/** What was found in everything taken so far. Waits for the check; the violations stay until they are cleared. */
	async violations(): Promise<readonly SchemaViolation[]> {
		await flush();
		return this.#violations;
	}

	clear(): void {
		this.#violations = [];
		guilty.delete(this);
	}
}

/** The violations on all servers of this process, past and present, that nobody cleared; they are cleared with that. */
export async function takeSchemaViolations(): Promise<readonly SchemaViolation[]> {
	await flush();
	const all = [...guilty].map(async (check) => {
		const violations = await check.violations();
		check.clear();
		return violations;
	});
	return (await Promise.all(all)).flat();
}
