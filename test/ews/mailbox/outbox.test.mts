import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import type { OutgoingEmail } from '../../../src/sync/mailbox.ts';
import type { EwsMailbox } from '../../../src/ews/EwsMailbox.ts';
import { bareEmail } from '../../records/bare-email.mts';
import { ANNA, BEN, type Setup, setUp, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'both', timeZone: 'Europe/Zurich' } as const;

function outgoing(fields: Partial<EmailRecord> = {}, attachments: OutgoingEmail['attachments'] = []): OutgoingEmail {
	return { record: bareEmail({ subject: 'Hello & welcome', to: [{ name: 'Ben', address: BEN }], text: 'Dear Ben', ...fields }), attachments };
}

const FILE = { name: 'offer.pdf', contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF') };

describe('mails that are really sent', () => {
	let setup: Setup;
	let anna: EwsMailbox;
	let ben: EwsMailbox;

	beforeAll(async () => {
		setup = await setUp();
		anna = setup.mailbox;
		ben = setup.another(BEN);
	});
	afterAll(() => setup.close());

	async function newest(mailbox: EwsMailbox, role: 'inbox' | 'sentItems' | 'drafts') {
		const folder = await mailbox.folder({ by: 'role', role });
		// The next one is newer, however fast the machine is.
		setup.server.control.advanceClock(1000);
		const [first] = await mailbox.list('email', folder.id, {}, 1);
		return values(await mailbox.read('email', first === undefined ? [] : [first.reference.id], OPTIONS))[0];
	}

	it('are sent with their attachments, and kept in Sent Items', async () => {
		const copies = await anna.folder({ by: 'role', role: 'sentItems' });
		await anna.send({ ...outgoing({ importance: 'high' }, [FILE]), saveCopyIn: copies.id });
		const received = await newest(ben, 'inbox');
		expect(received?.record).toMatchObject({ subject: 'Hello & welcome', importance: 'high', isRead: false });
		expect(received?.record.attachments.map(({ name }) => name)).toEqual(['offer.pdf']);
		expect((await newest(anna, 'sentItems'))?.record.subject).toBe('Hello & welcome');
	});

	it('have an identity of their own, even with the same words', async () => {
		await anna.send(outgoing({ subject: 'Twice' }));
		const one = await newest(ben, 'inbox');
		await anna.send(outgoing({ subject: 'Twice' }));
		const other = await newest(ben, 'inbox');
		expect(one?.record.key).toMatch(/@example\.test>$/);
		expect(other?.record.key).not.toBe(one?.record.key);
	});

	it('read-receipts: asked for only where the connector may', async () => {
		await anna.send(outgoing({ readReceipt: true, from: { name: 'Anna', address: ANNA }, subject: 'No receipt' }));
		expect((await newest(ben, 'inbox'))?.record).toMatchObject({ subject: 'No receipt', readReceipt: false });
		await setup.another(ANNA, { allowReadReceipts: true }).send(outgoing({ readReceipt: true, from: { name: 'Anna', address: ANNA }, subject: 'Receipt' }));
		expect((await newest(ben, 'inbox'))?.record).toMatchObject({ subject: 'Receipt', readReceipt: true });
	});

	it('are refused without a recipient', async () => {
		await expect(anna.send(outgoing({ to: [] }))).rejects.toMatchObject({ reason: 'itemRefused', cause: { field: 'to' } });
	});

	it('drafts are kept, changed by nobody, and sent when told to', async () => {
		const reference = await anna.createDraft(outgoing({ subject: 'Draft' }, [FILE]));
		const draft = await newest(anna, 'drafts');
		expect(draft?.facts.isDraft).toBe(true);
		expect(draft?.reference.id).toBe(reference.id);
		await anna.sendDraft(reference);
		expect((await newest(ben, 'inbox'))?.record).toMatchObject({ subject: 'Draft' });
		expect(await newest(anna, 'drafts')).toBeUndefined();
	});

	it('leave no copy where none is wanted', async () => {
		await anna.send(outgoing({ subject: 'No copy' }));
		await anna.sendDraft(await anna.createDraft(outgoing({ subject: 'No copy of a draft' })));
		const arrived = await ben.folder({ by: 'role', role: 'inbox' });
		expect(await ben.list('email', arrived.id, { subject: 'No copy' }, 10)).toHaveLength(2);
		const copies = await anna.folder({ by: 'role', role: 'sentItems' });
		expect(await anna.list('email', copies.id, { subject: 'No copy' }, 10)).toEqual([]);
	});

	it('replies and forwards carry the new text, and attachments where there are some', async () => {
		await ben.send(outgoing({ to: [{ name: 'Anna', address: ANNA }], cc: [{ name: '', address: 'carl@example.test' }], subject: 'Question' }));
		const question = await newest(anna, 'inbox');
		await anna.reply(question!.reference, outgoing({ to: [], subject: '', text: 'My answer' }), false);
		const answer = await newest(ben, 'inbox');
		expect(answer?.record.subject).toMatch(/^RE: Question/i);
		expect(answer?.record.text).toContain('My answer');
		await anna.reply(question!.reference, outgoing({ to: [], subject: '', text: 'With a file' }, [FILE]), true);
		const withFile = await newest(ben, 'inbox');
		expect(withFile?.record.text).toContain('With a file');
		expect(withFile?.record.attachments.map(({ name }) => name)).toEqual(['offer.pdf']);
		await anna.forward(question!.reference, outgoing({ subject: '', text: 'For you' }));
		expect((await newest(ben, 'inbox'))?.record.subject).toMatch(/^FW: Question/i);
		expect(await newest(anna, 'drafts')).toBeUndefined();
	});
});
