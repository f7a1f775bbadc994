import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeEwsAppOnlyApi } from '../../credentials/ExchangeEwsAppOnlyApi.credentials.ts';
import { ExchangeEwsBasicApi } from '../../credentials/ExchangeEwsBasicApi.credentials.ts';
import { ExchangeEwsOAuth2Api } from '../../credentials/ExchangeEwsOAuth2Api.credentials.ts';
import { ExchangeSmimeApi } from '../../credentials/ExchangeSmimeApi.credentials.ts';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { ExchangeTrigger } from '../../nodes/ExchangeTrigger/ExchangeTrigger.node.ts';
import { RULES } from '../../src/rules/catalogue.ts';
import { REPOSITORY } from '../n8n-harness/places.mts';

const FILES = ['README.md', 'README.de.md', 'ARCHITECTURE.md'] as const;
const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');

/** Text between the heading of that name and the next one of the same or a higher level. */
function chapter(heading: string): string {
	const level = /^#+/.exec(heading)?.[0].length ?? 0;
	const lines = readme.split('\n');
	const begin = lines.indexOf(heading);
	expect(begin, `README.md has the heading ${heading}`).toBeGreaterThanOrEqual(0);
	const length = lines.slice(begin + 1).findIndex((line) => /^#+ /.test(line) && (/^#+/.exec(line)?.[0].length ?? 0) <= level);
	return lines.slice(begin, length < 0 ? undefined : begin + 1 + length).join('\n');
}

/** Cells of the rows of all tables in a text, without heads. */
function rows(text: string): string[][] {
	return text
		.split('\n')
		.filter((line) => line.startsWith('|') && !line.startsWith('|-'))
		.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** The anchor that GitHub and npm make of a heading. */
function anchor(heading: string): string {
	return heading
		.replace(/^#+ /, '')
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');
}

/** Names of parameters as the editor shows them, those inside collections too; fields that only inform are none. */
function shownNames(properties: readonly INodeProperties[]): string[] {
	return properties.flatMap((property) => {
		if (property.type === 'notice' || property.type === 'hidden') return [];
		const nested = (property.options ?? []).flatMap((option) => ('values' in option ? shownNames(option.values) : 'type' in option ? [option.displayName] : []));
		return [property.displayName, ...nested];
	});
}

describe('the rule table of the README', () => {
	const table = readme.slice(readme.indexOf('<!-- rules -->'), readme.indexOf('<!-- /rules -->'));
	const ruleRows = rows(table).slice(1);

	it('lists every rule of the catalogue once and no other', () => {
		expect(ruleRows.map(([id]) => id).sort()).toEqual(Object.keys(RULES).map((id) => `\`${id}\``).sort());
	});

	it.each(Object.entries(RULES))('says of %s what the catalogue says, what the nodes do and what one sees', (id, { summary }) => {
		const row = ruleRows.find(([cell]) => cell === `\`${id}\``) ?? [];
		expect(row[1]).toBe(summary);
		expect(row).toHaveLength(4);
		expect(row.slice(2).filter((cell) => cell === '')).toEqual([]);
	});
});

describe('what the README names', () => {
	it.each([
		['### Exchange Email', new ExchangeEmail()],
		['### Exchange Appointment', new ExchangeAppointment()],
		['### Exchange Task', new ExchangeTask()],
	] as const)('%s: every operation of the node, and no other', (heading, node) => {
		const operation = node.description.properties.find(({ name }) => name === 'operation');
		const names = (operation?.options ?? []).flatMap((option) => ('name' in option ? [option.name] : []));
		const listed = rows(chapter(heading)).slice(1).flatMap(([cell]) => (cell ?? '').split(', '));
		expect(listed.sort()).toEqual(names.sort());
	});

	it('every parameter and option of the trigger', () => {
		const text = chapter('### Exchange Trigger');
		const names = shownNames(new ExchangeTrigger().description.properties).filter((name) => !['Account Names or IDs', 'Date', 'Folder'].includes(name));
		expect(names.filter((name) => !text.includes(name.replace(/ \(MB\)$/, '')))).toEqual([]);
	});

	it('every parameter and option of Sync', () => {
		const text = chapter('### Sync in detail');
		for (const node of [new ExchangeEmail(), new ExchangeAppointment(), new ExchangeTask()]) {
			const ofSync = node.description.properties.filter((property) => property.name !== 'operation' && property.displayOptions?.show?.['operation']?.includes('sync') === true);
			expect(ofSync.length).toBeGreaterThan(4);
			expect(shownNames(ofSync).filter((name) => !text.includes(name))).toEqual([]);
		}
	});

	it.each([new ExchangeEwsBasicApi(), new ExchangeEwsOAuth2Api(), new ExchangeEwsAppOnlyApi(), new ExchangeSmimeApi()])('the credential $displayName and all its fields', ({ displayName, properties }) => {
		const text = chapter('## Credentials');
		expect(text).toContain(displayName);
		const names = shownNames(properties).filter((name) => !['Account', 'Account of the Other System', 'Mailbox'].includes(name));
		expect(names.filter((name) => !text.includes(name))).toEqual([]);
	});

	it('the same to a builder in German: steps, pictures, rules, operations and symptoms', () => {
		const german = readFileSync(join(REPOSITORY, 'README.de.md'), 'utf8');
		const counted = (text: string, from: string, to: string, what: RegExp) => [...text.slice(text.indexOf(from), text.indexOf(to)).matchAll(what)].map(([found]) => found);
		for (const what of [/\*\*\d\. /g, /\(test\/browser\/pictures\/[^)]+\)/g]) {
			const english = counted(readme, '## First sync', '## Nodes and', what);
			expect(english.length).toBeGreaterThan(7);
			expect(counted(german, '## Der erste Abgleich', '## Nodes und', what)).toEqual(english);
		}
		expect(rows(german.slice(german.indexOf('## Die Regeln'))).slice(1).flatMap(([id]) => (id?.startsWith('`') === true ? [id] : []))).toEqual(Object.keys(RULES).map((id) => `\`${id}\``));
		for (const heading of ['### Exchange Trigger', '### Exchange Email', '### Exchange Appointment', '### Exchange Task']) {
			const firstCells = (text: string) => rows(text.slice(text.indexOf(heading)).split(/\n###? /)[0] ?? '').slice(1).map(([cell]) => cell);
			expect(firstCells(german)).toEqual(firstCells(readme));
		}
		expect(rows(german.slice(german.indexOf('| Anzeichen |')))).toHaveLength(rows(chapter('## Troubleshooting')).length);
	});

	it('every example workflow, in both languages', () => {
		const names = readdirSync(join(REPOSITORY, 'workflows')).filter((name) => name.endsWith('.json'));
		const german = readFileSync(join(REPOSITORY, 'README.de.md'), 'utf8');
		expect(names.filter((name) => !readme.includes(`(workflows/${name})`) || !german.includes(`(workflows/${name})`))).toEqual([]);
	});

	it('no command that package.json does not have', () => {
		const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
		const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name ?? '');
		expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
	});
});

describe.each(FILES)('links of %s', (file) => {
	const text = readFileSync(join(REPOSITORY, file), 'utf8');
	const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '').filter((target) => !/^https?:/.test(target));

	it('lead to files that exist', () => {
		const files = targets.map((target) => target.split('#')[0] ?? '').filter((path) => path !== '');
		expect(files.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
	});

	it('lead to headings that exist', () => {
		const missing = targets.filter((target) => {
			const [path = '', fragment] = target.split('#');
			if (fragment === undefined) return false;
			const headings = readFileSync(join(REPOSITORY, path === '' ? file : path), 'utf8').split('\n').filter((line) => /^#+ /.test(line));
			return !headings.map(anchor).includes(fragment);
		});
		expect(missing).toEqual([]);
	});
});
