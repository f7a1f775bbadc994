/** A poll ends when its time is over, whatever is under way then: what was not answered comes with the next, and is no fault of item or folder. */
import { describe, expect, it } from 'vitest';

import { openConnector } from '../../../src/connector/open-connector.ts';
import type { PullOptions, PullResult } from '../../../src/sync/pull/pull-types.ts';
import type { AccountState, Cursor } from '../../../src/sync/pull/cursor.ts';
import { told } from '../../usual-connector.mts';
import { ANNA, BEN, type ConnectorBench, useBenches } from './connector-bench.mts';

const bench = useBenches();
const BOTH = [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }];
/** Longer than any test lasts: who ends before it did not wait for the server. */
const SILENT = { effect: 'stall', milliseconds: 3_600_000 } as const;
const OUT_OF_TIME = { reason: 'aborted', code: 'OutOfTime', scope: 'account', retry: { can: true } };

async function deliver(office: ConnectorBench, subject: string, address = ANNA, attachment?: string): Promise<void> {
	const head = [`From: Bert <bert@example.org>`, `To: ${address}`, `Subject: ${subject}`, `Message-ID: <${subject.replaceAll(' ', '-')}@x>`, 'MIME-Version: 1.0'];
	const parts = attachment === undefined ? ['', 'Text', ''] : ['Content-Type: multipart/mixed; boundary="part"', '', '--part', 'Content-Type: text/plain', '', 'Text', '--part', 'Content-Type: text/csv; name="a.csv"', 'Content-Disposition: attachment; filename="a.csv"', '', attachment, '--part--', ''];
	await office.control.deliver(address, [...head, ...parts].join('\n'));
}

function accountOf(office: ConnectorBench): AccountState | undefined {
	return office.cursor?.state.accounts[ANNA];
}

/** The time of a poll, which is over when a test says so. */
class PollTime {
	readonly #over = new AbortController();
	readonly signal = this.#over.signal;

	/** As `AbortSignal.timeout` does it. */
	end(): void {
		this.#over.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
	}

	/** As a program does it that is to end. */
	cancel(): void {
		this.#over.abort();
	}
}

/** A poll whose time is over as soon as the server has taken in the request that it does not answer. */
async function pullUntilSilent(office: ConnectorBench, more: Partial<PullOptions> = {}, over: 'end' | 'cancel' = 'end'): Promise<PullResult> {
	const time = new PollTime();
	const connector = openConnector(office.connector.settings, { ...office.clock, signal: time.signal });
	const { struck } = office.control.faults;
	const polled = connector.pull(office.cursor, office.pullOptions({ signal: time.signal, ...more }));
	await expect.poll(() => office.control.faults.struck, { timeout: 60_000 }).toBeGreaterThan(struck);
	time[over]();
	const result = await polled;
	await connector.close();
	office.cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
	office.control.heal();
	return result;
}

describe('a poll whose time is over', () => {
	it('leaves items that the server has not given to the next, without counting an attempt (rule import-attempts)', async () => {
		const office = await bench();
		await office.pull();
		for (const subject of ['One', 'Two']) await deliver(office, subject);
		for (let poll = 1; poll <= 3; poll++) {
			office.control.inject({ operation: 'GetItem', do: SILENT });
			const cut = await pullUntilSilent(office, { importAttempts: 1 });
			expect(told(cut)).toEqual([]);
			expect(cut.failedAccounts).toMatchObject([{ account: 'anna', fault: OUT_OF_TIME }]);
			expect(cut.outcomes).toMatchObject([{ outcome: 'failed', code: 'OutOfTime', message: expect.stringContaining('had not answered GetItem when the time for it was over') }]);
			expect(cut.outcomes.map(({ rule, exchangeId }) => [rule, exchangeId])).toEqual([[undefined, undefined]]);
			expect(cut.summary.moreToCome).toBe(true);
		}
		expect(told(await office.pull({ importAttempts: 1 })).sort()).toEqual(['created One', 'created Two']);
	});

	it('leaves the cursor where the server fell silent, and hands over what came before', async () => {
		const office = await bench({ accounts: BOTH });
		await office.pull();
		await deliver(office, 'Of Anna');
		await deliver(office, 'Of Ben', BEN);
		office.control.inject({ operation: 'SyncFolderItems', mailbox: BEN, do: SILENT });
		const cut = await pullUntilSilent(office);
		expect(told(cut).filter((event) => event !== 'created Of Anna')).toEqual([]);
		expect(cut.failedAccounts.map(({ account }) => account)).toContain('ben');
		const events = [...told(cut), ...told(await office.pull())];
		expect(events.sort()).toEqual(['created Of Anna', 'created Of Ben']);
	});

	it('leaves a mail whose small attachment did not come, without counting an attempt', async () => {
		const office = await bench();
		await office.pull();
		await deliver(office, 'With a file', ANNA, 'x;y');
		office.control.inject({ operation: 'GetAttachment', do: SILENT });
		const more = { importAttempts: 1, withAttachments: true };
		expect(told(await pullUntilSilent(office, more))).toEqual([]);
		const [event] = (await office.pull(more)).events;
		expect(event?.attachments.map(({ content }) => content?.toString().trim())).toEqual(['x;y']);
	});

	it('leaves a look into Deleted Items due, without counting an attempt (rule restore-not-synced)', async () => {
		const office = await bench();
		await deliver(office, 'Gone');
		await office.pull();
		const [mail] = office.outlook().items('inbox');
		office.outlook().remove(mail!.id);
		const binId = accountOf(office)?.watched?.binId ?? '';
		const silentBin = { operation: 'SyncFolderItems', containing: binId, do: SILENT };
		for (let poll = 1; poll <= 3; poll++) {
			office.control.inject(silentBin);
			const cut = await pullUntilSilent(office, { importAttempts: 2 });
			expect(cut.outcomes).toMatchObject([{ code: 'OutOfTime' }]);
		}
		expect(accountOf(office)?.binDue).toBeDefined();
		const late = await office.pull({ importAttempts: 2 });
		expect(late.outcomes).toEqual([]);
		expect(accountOf(office)?.binDue).toBeUndefined();
	});

	it('pauses nobody (rule continue-on-error, switched off)', async () => {
		const office = await bench();
		await office.pull();
		await deliver(office, 'One');
		office.control.inject({ operation: 'GetItem', do: SILENT });
		const cut = await pullUntilSilent(office, { continueOnError: false });
		expect(cut.summary.pausedUntil).toEqual({});
		expect(told(await office.pull({ continueOnError: false }))).toEqual(['created One']);
	});
});

describe('a poll that its caller cancels', () => {
	it('leaves items that the server has not given to the next, without counting an attempt (rule import-attempts)', async () => {
		const office = await bench();
		await office.pull();
		await deliver(office, 'One');
		office.control.inject({ operation: 'GetItem', do: SILENT });
		const cut = await pullUntilSilent(office, { importAttempts: 1 }, 'cancel');
		expect(cut.outcomes).toMatchObject([{ message: expect.stringContaining('GetItem was cancelled') }]);
		expect(cut.outcomes.map(({ rule }) => rule)).toEqual([undefined]);
		expect(told(await office.pull({ importAttempts: 1 }))).toEqual(['created One']);
	});

	it.each([
		['small', 'x;y'],
		['large', 'x;y'.repeat(700_000)],
	])('leaves a mail whose %s attachment did not come, without counting an attempt', async (_, text) => {
		const office = await bench();
		await office.pull();
		await deliver(office, 'With a file', ANNA, text);
		office.control.inject({ operation: 'GetAttachment', do: SILENT });
		const more = { importAttempts: 1, withAttachments: true };
		expect(told(await pullUntilSilent(office, more, 'cancel'))).toEqual([]);
		const [event] = (await office.pull(more)).events;
		expect(event?.attachments.map(({ content }) => content?.toString().trim())).toEqual([text]);
	});
});
