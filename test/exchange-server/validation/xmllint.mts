import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryPages, validateXML } from 'xmllint-wasm';

/** What is wrong with one of the texts. */
export interface Finding {
	/** Which of the texts. */
	readonly index: number;
	readonly message: string;
}

const ROOT_SCHEMA = 'soap.xsd';
const SCHEMA_FILES = [ROOT_SCHEMA, 'messages.xsd', 'types.xsd', 'xml.xsd'];
/** A line of xmllint on a text: its number, then the line and what is wrong there, or how it was judged. */
const FINDING = /^(\d+)\.xml:\d+: (.*)$/;
const JUDGED = /^(\d+)\.xml (?:validates|fails to validate)$/;

/** @throws Error where xmllint did not judge each text: then nothing is known */
function readReport(report: string, count: number): Finding[] {
	const findings: Finding[] = [];
	const judged = new Set<number>();
	for (const line of report.split('\n')) {
		const found = FINDING.exec(line);
		if (found) findings.push({ index: Number(found[1]), message: found[2] ?? '' });
		const index = (found ?? JUDGED.exec(line))?.[1];
		if (index !== undefined) judged.add(Number(index));
	}
	if (judged.size < count) throw new Error(`xmllint judged ${judged.size} of ${count} texts: ${report.slice(-2_000)}`);
	return findings;
}

/** Debian's xmllint in a process of its own: a third of the other's time. Undefined where it is not installed. */
async function withProgram(schemaFolder: string, texts: readonly string[]): Promise<Finding[] | undefined> {
	const folder = await mkdtemp(join(tmpdir(), 'exchange-xml-'));
	try {
		await Promise.all(texts.map((text, index) => writeFile(join(folder, `${index}.xml`), text)));
		const report = await new Promise<string | undefined>((resolve, reject) => {
			const files = texts.map((_, index) => `${index}.xml`);
			execFile('xmllint', ['--nonet', '--noout', '--schema', join(schemaFolder, ROOT_SCHEMA), ...files], { cwd: folder, maxBuffer: 256 * 1024 * 1024 }, (error, _stdout, stderr) => {
				if (error !== null && typeof error.code === 'string') {
					if (error.code === 'ENOENT') resolve(undefined);
					else reject(error);
				} else resolve(stderr);
			});
		});
		return report === undefined ? undefined : readReport(report, texts.length);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** The same program as WebAssembly, in a worker thread. */
async function withWebAssembly(schemaFolder: string, texts: readonly string[]): Promise<Finding[]> {
	const [schema, ...preload] = SCHEMA_FILES.map((fileName) => ({ fileName, contents: readFileSync(join(schemaFolder, fileName), 'utf8') }));
	const result = await validateXML({
		xml: texts.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
		schema: schema!,
		preload,
		initialMemoryPages: 64 * memoryPages.MiB,
		maxMemoryPages: memoryPages.GiB,
	});
	return result.valid ? [] : readReport(result.rawOutput, texts.length);
}

/** Which way is to be had, once it is known. */
let validator: 'program' | 'webAssembly' | undefined;

/**
 * Holds texts against the schema in a folder.
 *
 * @throws Error where the validator fails: a text that could not be checked is none that is right
 */
export async function validate(schemaFolder: string, texts: readonly string[]): Promise<Finding[]> {
	if (validator !== 'webAssembly') {
		const findings = await withProgram(schemaFolder, texts);
		validator = findings === undefined ? 'webAssembly' : 'program';
		if (findings !== undefined) return findings;
	}
	return await withWebAssembly(schemaFolder, texts);
}
