import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../src/mime/compose-message.ts';
import { parseMessage } from '../../src/mime/parse-message.ts';
import type { MessageContent } from '../../src/mime/parse-message.ts';
import { visibleText } from '../../src/text/plain-text.ts';
import type { EmailRecord } from '../../src/records/email.ts';
import { CORPUS_SIZE, corpusMails } from './corpus/corpus.mts';

/** What a record promises to keep through MIME. A mail with HTML alone comes back with text derived from it. */
function promised(record: EmailRecord): MessageContent {
	const { kind, categories, isRead, flag, encryption, signature, ...content } = record;
	void [kind, categories, isRead, flag, encryption, signature];
	if (content.text === undefined && content.html !== undefined && visibleText(content.html) !== '') content.text = visibleText(content.html);
	return content;
}

describe('corpus: record → MIME → record', () => {
	const mails = corpusMails();

	it(`has at least 300 mails, each with its own key`, () => {
		expect(mails.length).toBe(CORPUS_SIZE);
		expect(new Set(mails.map(({ record }) => record.key)).size).toBe(CORPUS_SIZE);
		expect(CORPUS_SIZE).toBeGreaterThanOrEqual(300);
	});

	it.each(mails.map((entry) => [entry.title, entry] as const))('%s', async (_title, { record, attachments }) => {
		const mime = await composeMessage(record, attachments, { allowReadReceipt: true });
		const back = await parseMessage(mime);
		expect(back.content).toEqual(promised(record));
		expect(back.attachments).toHaveLength(attachments.length);
		back.attachments.forEach((attachment, index) => {
			const { content, ...original } = attachments[index] ?? { content: Buffer.alloc(0) };
			const { content: received, ...facts } = attachment;
			expect(facts).toEqual(original);
			expect(received.equals(content), `the bytes of ${attachment.name}`).toBe(true);
		});
		expect(mime.equals(await composeMessage(record, attachments, { allowReadReceipt: true })), 'the same bytes again').toBe(true);
		expect(/(?<!\r)\n/.test(mime.toString('latin1')), 'a bare line feed').toBe(false);
	});
});
