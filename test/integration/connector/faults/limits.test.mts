import { RRule } from 'rrule';
import { describe, expect, it, vi } from 'vitest';

import { EwsError } from '../../../../src/ews/errors/ews-error.ts';
import { LONGEST_BACK_OFF_MS, readRetryAfter } from '../../../../src/ews/errors/http-answer.ts';
import { attachmentsOf } from '../../../../src/ews/mapping/email-attachments.ts';
import { readSoapObject } from '../../../../src/ews/library/soap-object-reader.ts';
import { parseMessage } from '../../../../src/mime/parse-message.ts';
import { startsOutsideSeries, MOST_OCCURRENCES } from '../../../../src/records/series-occurrences.ts';
import { parsedRule } from '../../../../src/records/recurrence-rule.ts';
import { itIsLarge } from '../../../quick-look.mts';
import { ANNA, startServer } from '../connector-bench.mts';
import { FaultBench, withBench } from './fault-bench.mts';

/** What a poll without patience ends with. */
async function faultOf(office: FaultBench) {
	const { failedAccounts, outcomes } = await office.impatientPull();
	const fault = failedAccounts[0]?.fault;
	return { reason: fault?.reason, message: fault?.message ?? outcomes.map(({ message }) => message).join('\n') };
}

describe('limits on what the server can make large', () => {
	itIsLarge('an answer of more than 64 MiB is not taken in; the mailbox is as it was before', async () => {
		const office = new FaultBench(await startServer({ keepsTexts: false }));
		try {
			await office.make('email', 'One');
			office.control.inject({ operation: 'SyncFolderItems', times: 1, do: { effect: 'rewrite', replace: '</s:Envelope>', by: `<!--${'x'.repeat(65 * 1024 * 1024)}--></s:Envelope>` } });
			expect(await faultOf(office)).toMatchObject({ reason: 'tooLarge', message: expect.stringContaining('64 MB') });
			office.control.heal();
			await office.pullToRest();
			expect(office.events).toEqual(['created email One']);
		} finally {
			await office.stop();
		}
	});

	itIsLarge('one mail whose answer is too large does not take the others down', async () => {
		const office = new FaultBench(await startServer({ keepsTexts: false }));
		try {
			await office.pullToRest();
			for (const subject of ['One', 'Huge', 'Three']) await office.make('email', subject);
			const [, huge] = office.outlook().items('inbox');
			office.control.inject({ operation: 'GetItem', containing: huge!.id, times: 1_000, do: { effect: 'rewrite', replace: '</s:Envelope>', by: `<!--${'x'.repeat(65 * 1024 * 1024)}--></s:Envelope>` } });
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			expect([...office.events].sort()).toEqual(['created email One', 'created email Three']);
			expect(outcomes).toMatchObject([{ outcome: 'failed', rule: 'import-attempts', exchangeId: huge!.id }]);
		} finally {
			await office.stop();
		}
	});

	it('one mail that makes the server fail altogether does not take the others down, and is reported once', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			for (let n = 0; n < 30; n++) await office.make('email', `No ${n}`);
			const bad = office.outlook().items('inbox')[17]!;
			office.control.inject({ operation: 'GetItem', containing: bad.id, times: 1_000, do: { effect: 'fault', code: 'ErrorInternalServerError' } });
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			expect(office.events).toHaveLength(29);
			expect(outcomes).toMatchObject([{ outcome: 'failed', rule: 'import-attempts', exchangeId: bad.id, code: 'ErrorInternalServerError' }]);
		});
	});

	it.each([
		['XML nested too deep', '<x>'.repeat(300) + '</x>'.repeat(300)],
		['a document type', '<!DOCTYPE x [<!ENTITY a "aaaa">]>'],
	])('%s is refused', async (_, spoilt) => {
		await withBench(async (office) => {
			await office.make('email', 'One');
			const before = spoilt.startsWith('<!');
			office.control.inject({ operation: 'SyncFolderItems', times: 1, do: before ? { effect: 'rewrite', replace: '<s:Envelope', by: `${spoilt}<s:Envelope` } : { effect: 'rewrite', replace: '</s:Body>', by: `${spoilt}</s:Body>` } });
			expect(await faultOf(office)).toMatchObject({ reason: 'malformedAnswer', message: expect.stringMatching(before ? /document type/ : /nested.*256/) });
			office.control.heal();
			await office.pullToRest();
			expect(office.events).toEqual(['created email One']);
		});
	});

	it('XML as deep as Exchange may write it is read', () => {
		const deep = (levels: number): string => `<Envelope>${'<x>'.repeat(levels)}${'</x>'.repeat(levels)}</Envelope>`;
		expect(() => readSoapObject(deep(255))).not.toThrow();
		expect(() => readSoapObject(deep(256))).toThrow(EwsError);
	});

	it('headers of an answer that do not end', async () => {
		await withBench(async (office) => {
			office.control.inject({ operation: 'SyncFolderItems', times: 1, do: { effect: 'http', status: 503, headers: { 'x-long': 'x'.repeat(100_000) } } });
			expect(await faultOf(office)).toMatchObject({ reason: 'unavailable', message: expect.stringMatching(/headers.*larger than 16 KB.*UND_ERR_HEADERS_OVERFLOW/) });
		});
	});

	it('a sync state of more than a million characters is not kept', async () => {
		await withBench(async (office) => {
			office.control.inject({ operation: 'SyncFolderItems', times: 1, do: { effect: 'rewrite', replace: '<m:SyncState>', by: `<m:SyncState>${'A'.repeat(1_000_001)}` } });
			expect(await faultOf(office)).toMatchObject({ reason: 'tooLarge', message: expect.stringContaining('sync state') });
			expect(JSON.stringify(office.cursor).length).toBeLessThan(20_000);
		});
	});

	it('a server that says "there is more" for ever does not keep a poll', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			office.control.inject({ operation: 'SyncFolderItems', times: 1_000, do: { effect: 'rewrite', replace: '<m:IncludesLastItemInRange>true', by: '<m:IncludesLastItemInRange>false' } });
			office.control.clearRequests();
			expect((await faultOf(office)).message).toContain('does not give them');
			expect(office.control.requests().length).toBeLessThan(10);
		});
	});

	it('a listing of folders that does not end', async () => {
		await withBench(async (office) => {
			for (let n = 0; n < 1_001; n++) office.outlook().createFolder(`Folder ${n}`);
			office.control.inject({ operation: 'FindFolder', times: 1_000, do: { effect: 'rewrite', replace: 'IndexedPagingOffset="1000"', by: 'IndexedPagingOffset="0"' } });
			expect(await faultOf(office)).toMatchObject({ reason: 'tooLarge', message: expect.stringContaining('does not end') });
			expect(office.control.requests().length).toBeLessThan(10);
		});
	});

	it('a mail with more than a thousand attachments', async () => {
		const files = (count: number): Parameters<typeof attachmentsOf>[0] => ({ Attachments: { FileAttachment: Array.from({ length: count }, (_each, n) => ({ Name: `${n}.txt`, __type: 'FileAttachment' })), __type: 'Attachments' } });
		expect(attachmentsOf(files(1_000))).toHaveLength(1_000);
		expect(() => attachmentsOf(files(1_001))).toThrow('1001 attachments');
	});

	it('a mail with more than a thousand attachments is reported once, and the others come', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			office.outlook().create({ subject: 'Many', attachments: Array.from({ length: 1_001 }, (_each, n) => ({ name: `${n}.txt`, content: 'x' })) });
			await office.make('email', 'One');
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			expect(office.events).toEqual(['created email One']);
			expect(outcomes).toMatchObject([{ outcome: 'failed', rule: 'import-attempts', subject: 'Many', message: expect.stringContaining('has 1001 attachments, at most 1000 are taken in') }]);
		});
	});

	it('a message whose header is too long is refused by name, before anything is written', async () => {
		await withBench(async (office) => {
			const mime = Buffer.from(`From: a@b.test\r\nTo: ${ANNA}\r\nX-Long: ${'x'.repeat(1_100_000)}\r\n\r\nText\r\n`).toString('base64');
			expect(await office.push('email', [{ externalId: '1', record: { mime } }])).toMatchObject([{ outcome: 'failed', code: 'InvalidRecord', message: expect.stringMatching(/"mime".*header.*1048576 bytes/) }]);
			expect(office.control.requests()).toEqual([]);
		});
	});

	it('a series without an end: of its changed occurrences no more than a thousand are read, whatever there are', async () => {
		await withBench(async (office) => {
			await office.pullToRest();
			const calendar = office.control.calendar(ANNA);
			const series = calendar.create({ subject: 'Daily', start: '2026-04-01T09:00:00', end: '2026-04-01T10:00:00', zone: 'Europe/Zurich', uid: 'daily', series: { pattern: { kind: 'Daily', interval: 1 } } });
			for (let n = 0; n < 1_010; n++) calendar.editOccurrence(series, new Date(Date.parse('2026-04-01') + n * 86_400_000).toISOString().slice(0, 10), { subject: `Changed ${n}` });
			await office.make('appointment', 'One');
			office.control.clearRequests();
			const outcomes = (await office.pullToRest()).flatMap((result) => result.outcomes);
			expect(office.events).toEqual(['created appointment One']);
			expect(outcomes).toMatchObject([{ outcome: 'skipped', rule: 'series-too-many-exceptions', subject: 'Daily' }]);
			const read = office.control.requests().filter(({ operation }) => operation === 'GetItem').reduce((sum, { parts = 0 }) => sum + parts, 0);
			expect(read).toBe(2 + 1_000);
		});
	}, 60_000);

	it('a header of more than a MiB, more parts than a message can have', async () => {
		const mime = (header: string): Buffer => Buffer.from(`From: a@b.test\r\n${header}\r\n\r\nText\r\n`);
		await expect(parseMessage(mime(`X-Long: ${'x'.repeat(1_100_000)}`))).rejects.toThrow();
		const parts = Array.from({ length: 1_100 }, (_each, n) => `--b\r\nContent-Type: text/plain; name="${n}"\r\nContent-Disposition: attachment\r\n\r\n${n}\r\n`).join('');
		await expect(parseMessage(Buffer.from(`From: a@b.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`))).rejects.toThrow();
	});

	it('a series without an end is walked through so far and no further', () => {
		const outside = (starts: string[]): string[] => startsOutsideSeries(parsedRule('FREQ=DAILY', ({ date }) => date), { start: '2026-03-02T08:00:00Z', allDay: false, timeZone: 'UTC' }, starts);
		const occurrence = (index: number): string => new Date(Date.parse('2026-03-02T08:00:00Z') + index * 86_400_000).toISOString().replace('.000Z', 'Z');
		expect(outside([occurrence(MOST_OCCURRENCES - 1)])).toEqual([]);
		let steps = 0;
		const all = Reflect.get(RRule.prototype, 'all') as RRule['all'];
		const counted = vi.spyOn(RRule.prototype, 'all').mockImplementation(function (this: RRule, walk) {
			return all.call(this, (time, index) => {
				steps++;
				return walk?.(time, index) ?? true;
			});
		});
		try {
			expect(outside([occurrence(MOST_OCCURRENCES), '4000-01-01T08:00:00Z'])).toEqual([occurrence(MOST_OCCURRENCES), '4000-01-01T08:00:00Z']);
		} finally {
			counted.mockRestore();
		}
		expect(steps).toBe(MOST_OCCURRENCES + 1);
	});

	it('a back-off of years counts as a day', async () => {
		expect(readRetryAfter('999999999', 0)).toBe(LONGEST_BACK_OFF_MS);
		expect(readRetryAfter('Fri, 01 Jan 2100 00:00:00 GMT', 0)).toBe(LONGEST_BACK_OFF_MS);
		await withBench(async (office) => {
			office.control.inject({ operation: 'SyncFolderItems', do: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 999_999_999_999 } });
			const { summary } = await office.impatientPull();
			expect(Date.parse(summary.pausedUntil[ANNA] ?? '') - office.now).toBeLessThanOrEqual(LONGEST_BACK_OFF_MS);
		});
	});
});
