/** What a pull asks for while the attachments of its first mails are on their way. */
import { describe, expect, it } from 'vitest';

import type { PullResult } from '../../src/sync/pull/pull-types.ts';
import { told } from '../usual-connector.mts';
import { email } from './records.mts';
import { SyncBench } from './sync-bench.mts';

const MAILS = 300;
const MEGABYTE = 1024 * 1024;

/** A bench whose inbox has mails of one attachment each, and whose server gives none before it was asked for so many. */
class HeldAttachments extends SyncBench {
	/** Attachments that were asked for. */
	asked = 0;
	/** Most of them that were asked for and not stored yet. */
	mostAhead = 0;
	#stored = 0;

	constructor(size: number, askedBefore: number) {
		super();
		for (let index = 0; index < MAILS; index++) {
			const attachment = { name: 'a.bin', contentType: 'application/octet-stream', size, type: 'file' as const, inline: false, attachmentId: `attachment-${index}` };
			this.mailbox.put(this.mailbox.folderId('inbox'), email({ key: `key-${index}`, subject: `Mail ${index}`, attachments: [attachment] }));
		}
		const { mailbox } = this;
		const attachments = mailbox.attachments.bind(mailbox);
		let release = (): void => undefined;
		const held = new Promise<void>((resolve) => (release = resolve));
		mailbox.attachments = async (ids) => {
			this.asked += ids.length;
			this.mostAhead = Math.max(this.mostAhead, this.asked - this.#stored);
			if (this.asked >= askedBefore) release();
			await held;
			return await attachments(ids);
		};
	}

	async poll(): Promise<PullResult> {
		return await this.pull({
			withAttachments: true,
			storeAttachment: async () => {
				this.#stored++;
				return { key: 'stored', inMemory: false };
			},
		});
	}
}

describe('while the attachments of the first mails are on their way', () => {
	it.each([
		['all those of the others are asked for, where they are small', 10_000, MAILS, MAILS],
		['no more than 24 MB of them are asked for, and the others when there is room', MEGABYTE - 1, 17, 24],
	])('%s', async (_, size, askedBefore, most) => {
		const bench = new HeldAttachments(size, askedBefore);
		const result = await bench.poll();
		expect(told(result)).toEqual(Array.from({ length: MAILS }, (_none, index) => `created Mail ${index}`));
		expect(result.events.every(({ attachments }) => attachments.length === 1)).toBe(true);
		expect(bench.asked).toBe(MAILS);
		expect(bench.mostAhead).toBeLessThanOrEqual(most);
	});
});
