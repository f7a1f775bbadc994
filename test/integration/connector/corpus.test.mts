import { isDeepStrictEqual } from 'node:util';

import { describe, expect } from 'vitest';

import { visibleText } from '../../../src/text/plain-text.ts';
import type { EmailRecord } from '../../../src/records/email.ts';
import type { PullEvent } from '../../../src/sync/pull/pull-types.ts';
import { CORPUS_SIZE, type CorpusMail, corpusMails } from '../../mime/corpus/corpus.mts';
import { itIsLarge } from '../../quick-look.mts';
import { ANNA, type ConnectorBench, useBenches } from './connector-bench.mts';

const bench = useBenches();

/** What a record promises to keep through Exchange; what it does not stands in the README. */
function promised({ record }: CorpusMail): object {
	const { attachments, text, html, receivedAt, ...rest } = record;
	const visible = text ?? (html === undefined ? '' : visibleText(html));
	return {
		...rest,
		categories: [...new Set(rest.categories)],
		receivedAt: receivedAt ?? record.sentAt,
		words: (html === undefined ? visible : visibleText(html)).replace(/\s+/g, ' ').trim(),
		isHtml: html !== undefined,
		attachments: attachments.map(({ name, contentType, inline, type, contentId = '' }) => ({ name, contentType, inline, type, contentId })).sort(byName),
	};
}

function cameBack(event: PullEvent): object {
	const { attachments, text, html, ...rest } = event.record as EmailRecord;
	return {
		...rest,
		words: (html === undefined ? (text ?? '') : visibleText(html)).replace(/\s+/g, ' ').trim(),
		isHtml: html !== undefined,
		attachments: attachments.map(({ name, contentType, inline, type, contentId = '' }) => ({ name, contentType, inline, type, contentId })).sort(byName),
	};
}

function byName(a: { name: string }, b: { name: string }): number {
	return a.name < b.name ? -1 : 1;
}

function fieldsThatDiffer(expected: object, actual: object): string[] {
	const [left, right] = [new Map(Object.entries(expected)), new Map(Object.entries(actual))];
	return [...new Set([...left.keys(), ...right.keys()])]
		.filter((field) => !isDeepStrictEqual(left.get(field), right.get(field)))
		.map((field) => `${field} was ${shown(left.get(field))} and came back as ${shown(right.get(field))}`);
}

function shown(value: unknown): string {
	return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}

async function everythingPulled(office: ConnectorBench): Promise<Map<string, PullEvent>> {
	const other = office.another({ ...office.connector.settings, connectorId: 'other' });
	const events = new Map<string, PullEvent>();
	let cursor: Parameters<typeof other.pull>[0];
	for (let poll = 0; poll < 20; poll++) {
		const result = await other.pull(cursor, office.pullOptions({ withAttachments: true }));
		for (const event of result.events) events.set(event.record?.key ?? '', event);
		cursor = result.cursor;
		if (!result.summary.moreToCome) break;
	}
	return events;
}

describe('corpus: other system → Exchange → other system', () => {
	itIsLarge(`${CORPUS_SIZE} mails come back equal in everything the record promises, none is an echo, and nothing is sent`, async () => {
		const office = await bench();
		const mails = corpusMails();
		const items = mails.map((mail) => ({ externalId: mail.record.key, record: mail.record, attachments: mail.attachments }));
		const outcomes = await office.push('email', items);
		expect(outcomes.filter(({ outcome }) => outcome !== 'created')).toEqual([]);

		const events = await everythingPulled(office);
		expect(events.size).toBe(CORPUS_SIZE);
		const differing: string[] = [];
		for (const mail of mails) {
			const event = events.get(mail.record.key);
			if (event === undefined) differing.push(`${mail.title}: missing`);
			else {
				differing.push(...fieldsThatDiffer(promised(mail), cameBack(event)).map((field) => `${mail.title}: ${field}`));
				const bytes = new Map(event.attachments.map(({ name, content }) => [name, content]));
				for (const { name, content } of mail.attachments) if (bytes.get(name)?.equals(content) !== true) differing.push(`${mail.title}: the bytes of ${name}`);
			}
		}
		expect(differing).toEqual([]);
		expect((await office.pull({ maxEvents: 1_000 })).events).toEqual([]);
		expect((await office.push('email', items)).filter(({ outcome }) => outcome !== 'unchanged')).toEqual([]);
		expect(office.control.outbox()).toEqual([]);
		expect(office.outlook(ANNA).items('inbox').length + office.outlook(ANNA).items('sentitems').length).toBe(CORPUS_SIZE);
	}, 300_000);
});
