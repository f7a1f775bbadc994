/** A line on which a poll's time is over before that has come which is asked for at once: each poll gets on all the same. */
import { describe, expect, it } from 'vitest';

import { MailboxFault } from '../../src/sync/fault.ts';
import { told } from '../usual-connector.mts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const OUT_OF_TIME = { reason: 'aborted', scope: 'account', retry: { can: true, afterMs: 1_000 }, code: 'OutOfTime', message: 'Out of time.' } as const;
const MAILS = 30;

/** A bench whose polls get so many mails and attachments over the line, one like the other, and then are cut. */
class SlowLine extends SyncBench {
	#left = 0;
	#over = new AbortController();

	constructor(private readonly perPoll: number) {
		super();
		const { mailbox } = this;
		const [read, attachments] = [mailbox.read.bind(mailbox), mailbox.attachments.bind(mailbox)];
		mailbox.read = async (kind, ids, options) => {
			this.#take(ids.length);
			return await read(kind, ids, options);
		};
		mailbox.attachments = async (ids) => {
			this.#take(ids.length);
			return await attachments(ids);
		};
	}

	async poll(): Promise<string[]> {
		this.#left = this.perPoll;
		this.#over = new AbortController();
		return told(await this.pull({ signal: this.#over.signal, withAttachments: true }));
	}

	#take(count: number): void {
		this.#left -= count;
		if (this.#left >= 0) return;
		this.#over.abort();
		throw new MailboxFault(OUT_OF_TIME);
	}
}

describe('a poll that is cut before anything has come', () => {
	it.each([
		['mails', 8, 0],
		['mails with attachments', 12, 300_000],
	])('is followed by one that asks for less at once (%s)', async (_, perPoll, size) => {
		const line = new SlowLine(perPoll);
		await line.poll();
		for (let index = 0; index < MAILS; index++) {
			const attachments = size === 0 ? [] : [{ name: 'a.bin', contentType: 'application/octet-stream', size, type: 'file' as const, inline: false, attachmentId: `attachment-${index}` }];
			line.mailbox.put(line.mailbox.folderId('inbox'), email({ key: `key-${index}`, subject: `Mail ${index}`, attachments }));
		}
		const events: string[] = [];
		for (let poll = 0; poll < 30; poll++) events.push(...(await line.poll()));
		expect(events.sort()).toEqual(Array.from({ length: MAILS }, (_none, index) => `created Mail ${index}`).sort());
		// Once nothing is too much any more, it asks as all do.
		expect(line.cursor?.state.accounts['anna@example.test']?.cutShort).toBeUndefined();
	});
});
