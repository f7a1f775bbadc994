import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import type { Folder, StoredItem } from '../../../src/sync/mailbox.ts';
import { itIsLarge } from '../../quick-look.mts';
import { bareEmail } from '../../records/bare-email.mts';
import { ANNA, type Setup, setUp, total, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'both', timeZone: 'Europe/Zurich' } as const;

function email(fields: Partial<EmailRecord> = {}): EmailRecord {
	return bareEmail({
		key: '<one@crm.example>',
		subject: 'Offer & <terms>',
		from: { name: 'Ben Müller', address: 'ben@example.test' },
		to: [{ name: 'Anna', address: ANNA }],
		cc: [{ name: '', address: 'carl@example.test' }],
		sentAt: '2026-03-02T08:00:00Z',
		receivedAt: '2026-03-02T08:00:05Z',
		text: 'Dear Anna,\n\nplease find …',
		...fields,
	});
}

describe('emails of a mailbox', () => {
	let setup: Setup;
	let inbox: Folder;

	beforeAll(async () => {
		setup = await setUp();
		inbox = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
	});
	afterAll(() => setup.close());

	async function createOne(record: EmailRecord, stamp?: string, attachments?: Parameters<typeof setup.mailbox.create<'email'>>[1][number]['attachments']) {
		const [reference] = values(
			await setup.mailbox.create('email', [
				{ record, folderId: inbox.id, ...(stamp === undefined ? {} : { stamp }), ...(attachments === undefined ? {} : { attachments }) },
			]),
		);
		return reference!;
	}

	async function readOne(id: string): Promise<StoredItem<'email'>> {
		return values(await setup.mailbox.read('email', [id], OPTIONS))[0]!;
	}

	it('drafts-not-synced: what is written keeps dates, sender, recipients and read state, and is no draft', async () => {
		const record = email({ isRead: true, importance: 'high', categories: ['Blue', 'Red & green'], sensitivity: 'private' });
		const { record: stored, facts, stamp } = await readOne((await createOne(record, 'crm|1|hash')).id);
		expect(stored).toEqual(record);
		expect(facts).toMatchObject({ nature: 'message', isDraft: false, itemClass: 'IPM.Note' });
		expect(stamp).toBe('crm|1|hash');
		expect(setup.server.control.outbox()).toEqual([]);
	});

	it('keeps HTML as it is and derives its text', async () => {
		const html = '<html><body><p>Dear <b>Anna</b></p></body></html>';
		const { record } = await readOne((await createOne(email({ key: '<html@crm.example>', html, text: 'Dear Anna' }))).id);
		expect(record.html).toContain('<b>Anna</b>');
		expect(record.text).toBe('Dear Anna');
	});

	it('reads the body that was asked for', async () => {
		const { id } = await createOne(email({ key: '<both@crm.example>', html: '<p>Hello</p>' }));
		const [text] = values(await setup.mailbox.read('email', [id], { ...OPTIONS, body: 'text' }));
		const [html] = values(await setup.mailbox.read('email', [id], { ...OPTIONS, body: 'html' }));
		expect([text?.record.text, text?.record.html]).toEqual(['Hello', undefined]);
		expect([html?.record.text, html?.record.html?.trim()]).toEqual([undefined, '<p>Hello</p>']);
	});

	it('brings flags with their days, in whatever zone', async () => {
		const flag = { status: 'flagged', startDate: '2026-03-28', dueDate: '2026-03-29' } as const;
		const { id } = await createOne(email({ key: '<flag@crm.example>', flag }));
		for (const timeZone of ['Europe/Zurich', 'Pacific/Auckland', 'Pacific/Honolulu']) {
			const [stored] = values(await setup.mailbox.read('email', [id], { ...OPTIONS, timeZone }));
			expect(stored?.record.flag).toEqual(flag);
		}
	});

	it('writes attachments, lists them under safe names and hands out their bytes', async () => {
		const attachments = [
			{ name: '../../etc/passwd', contentType: 'text/plain', inline: false, content: Buffer.from('root') },
			{ name: 'logo.png', contentType: 'image/png', contentId: 'logo@x', inline: true, content: Buffer.from([0x89, 0x50, 0, 255]) },
			{ name: 'empty.bin', contentType: 'application/octet-stream', inline: false, content: Buffer.alloc(0) },
		];
		const { id } = await createOne(email({ key: '<files@crm.example>', html: '<img src="cid:logo@x">' }), undefined, attachments);
		const { record } = await readOne(id);
		expect(record.attachments.map(({ name, type }) => [name, type])).toEqual(
			expect.arrayContaining([
				['passwd', 'file'],
				['logo.png', 'file'],
				['empty.bin', 'file'],
			]),
		);
		expect(record.attachments.find(({ name }) => name === 'logo.png')).toMatchObject({ inline: true, contentId: 'logo@x' });
		const contents = values(await setup.mailbox.attachments(record.attachments.map(({ attachmentId }) => attachmentId ?? '')));
		expect(contents.map(({ name, content }) => [name, content.toString('hex')]).sort()).toEqual(
			[
				['passwd', Buffer.from('root').toString('hex')],
				['logo.png', '895000ff'],
				['empty.bin', ''],
			].sort(),
		);
	});

	it('hands out a nested message as .eml', async () => {
		const inner = 'From: carl@example.test\r\nTo: ben@example.test\r\nSubject: Inner\r\nMessage-ID: <inner@x>\r\n\r\nnested\r\n';
		const { id } = await createOne(email({ key: '<nested@crm.example>' }), undefined, [
			{ name: 'Inner.eml', contentType: 'message/rfc822', inline: false, content: Buffer.from(inner) },
		]);
		const { record } = await readOne(id);
		expect(record.attachments).toHaveLength(1);
		expect(record.attachments[0]).toMatchObject({ type: 'message', contentType: 'message/rfc822' });
		expect(record.attachments[0]?.name).toMatch(/\.eml$/);
		const [content] = values(await setup.mailbox.attachments([record.attachments[0]?.attachmentId ?? '']));
		expect(content?.content.toString()).toContain('Subject: Inner');
	});

	it('writes the fields that differ, and nothing where nothing does', async () => {
		const reference = await createOne(email({ key: '<edit@crm.example>', categories: ['Old'] }), 'crm|edit|1');
		const stored = await readOne(reference.id);
		setup.requests();
		const [same] = values(await setup.mailbox.update('email', [{ stored, record: stored.record, ifChanged: 'refuse' }]));
		expect(same).toEqual(stored.reference);
		expect(setup.requests()).toEqual({});
		const record: EmailRecord = { ...stored.record, isRead: true, categories: [], importance: 'low', flag: { status: 'flagged' }, subject: 'Changed', text: 'New text' };
		values(await setup.mailbox.update('email', [{ stored, record, stamp: 'crm|edit|2', ifChanged: 'refuse' }]));
		const after = await readOne(reference.id);
		expect(after.record).toEqual(record);
		expect(after.stamp).toBe('crm|edit|2');
	});

	it('refuses to write over what changed meanwhile, or does it when told to', async () => {
		const stored = await readOne((await createOne(email({ key: '<race@crm.example>' }))).id);
		values(await setup.mailbox.update('email', [{ stored, record: { ...stored.record, subject: 'Theirs' }, ifChanged: 'overwrite' }]));
		const [refused] = await setup.mailbox.update('email', [{ stored, record: { ...stored.record, subject: 'Ours' }, ifChanged: 'refuse' }]);
		expect(refused).toMatchObject({ ok: false, fault: { reason: 'changedMeanwhile' } });
		values(await setup.mailbox.update('email', [{ stored, record: { ...stored.record, subject: 'Ours' }, ifChanged: 'overwrite' }]));
		expect((await readOne(stored.reference.id)).record.subject).toBe('Ours');
	});

	it('read-receipts: marking as read and deleting sends none', async () => {
		const mime = `From: ben@example.test\nTo: ${ANNA}\nSubject: Receipt?\nMessage-ID: <receipt@x>\nDisposition-Notification-To: ben@example.test\n\nhello\n`;
		const ids: string[] = [];
		for (const _ of [1, 2]) {
			await setup.server.control.deliver(ANNA, mime);
		}
		ids.push(...(await setup.mailbox.list('email', inbox.id, { subject: 'Receipt?' }, 2)).map(({ reference }) => reference.id));
		const stored = await readOne(ids[0]!);
		expect(stored.record.readReceipt).toBe(true);
		values(await setup.mailbox.update('email', [{ stored, record: { ...stored.record, isRead: true }, ifChanged: 'refuse' }]));
		values(await setup.mailbox.delete('email', [ids[1]!], 'permanently'));
		expect(setup.server.control.outbox()).toEqual([]);
	});

	it('finds items again by their stamps, over folders and letter for letter', async () => {
		const record = email({ key: '<stamped@crm.example>' });
		const drafts = await setup.mailbox.createFolder('Inbox/Customers\\/Leads/Hot', 'email');
		expect(drafts.path).toBe('Inbox/Customers\\/Leads/Hot');
		const [a, b] = values(
			await setup.mailbox.create('email', [
				{ record, folderId: inbox.id, stamp: 'p|A1|x' },
				{ record, folderId: drafts.id, stamp: 'p|a1|x' },
				{ record, folderId: drafts.id, stamp: 'q|A1|x' },
			]),
		);
		const found = await setup.mailbox.findStamped(['p|A1|', 'p|a1|'], [inbox.id, drafts.id]);
		expect(found.map(({ reference, folderId, stamp }) => [reference.id, folderId, stamp]).sort()).toEqual(
			[
				[a!.id, inbox.id, 'p|A1|x'],
				[b!.id, drafts.id, 'p|a1|x'],
			].sort(),
		);
		expect(found.every(({ lastModifiedAt, createdAt }) => lastModifiedAt !== undefined && createdAt !== undefined)).toBe(true);
		expect((await setup.mailbox.findStamped(['p|A1|'], [inbox.id])).length).toBe(1);
	});

	it('restamps, moves, identifies and deletes', async () => {
		const reference = await createOne(email({ key: '<life@crm.example>' }), 'life|1');
		const before = await readOne(reference.id);
		values(await setup.mailbox.restamp('email', [{ reference, stamp: 'life|2' }]));
		const bin = await setup.mailbox.folder({ by: 'role', role: 'deletedItems' });
		values(await setup.mailbox.delete('email', [reference.id], 'toBin'));
		const [gone] = await setup.mailbox.read('email', [reference.id], OPTIONS);
		expect(gone).toMatchObject({ ok: false, fault: { reason: 'gone', scope: 'item' } });
		const [found] = await setup.mailbox.findStamped(['life|'], [bin.id]);
		expect(found?.stamp).toBe('life|2');
		const [identity] = values(await setup.mailbox.identify([found!.reference.id]));
		expect(identity).toMatchObject({ kind: 'email', key: '<life@crm.example>', stamp: 'life|2', searchKey: before.searchKey, isInvitation: false });
		const [restored] = values(await setup.mailbox.move([found!.reference.id], inbox.id));
		expect((await readOne(restored!.id)).folderId).toBe(inbox.id);
		values(await setup.mailbox.delete('email', [restored!.id], 'permanently'));
		expect((await setup.mailbox.findStamped(['life|'], [bin.id, inbox.id])).length).toBe(0);
	});

	it('one item that vanished does not take the others down', async () => {
		const kept = await createOne(email({ key: '<kept@crm.example>' }));
		const lost = await createOne(email({ key: '<lost@crm.example>' }));
		values(await setup.mailbox.delete('email', [lost.id], 'permanently'));
		const results = await setup.mailbox.read('email', [lost.id, kept.id], OPTIONS);
		expect(results.map(({ ok }) => ok)).toEqual([false, true]);
	});

	it('smime-push: encrypted MIME goes in byte for byte, with its class, and comes out encrypted', async () => {
		const mime = [
			'From: ben@example.test',
			`To: ${ANNA}`,
			'Subject: Secret',
			'Message-ID: <secret@crm.example>',
			'In-Reply-To: <other@crm.example>',
			'MIME-Version: 1.0',
			'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
			'Content-Transfer-Encoding: base64',
			'Content-Disposition: attachment; filename=smime.p7m',
			'',
			'MIAGCSqGSIb3DQEHA6CA',
			'',
		].join('\r\n');
		const { id } = await createOne(email({ key: '<secret@crm.example>', mime: Buffer.from(mime).toString('base64') }));
		const { record, facts } = await readOne(id);
		expect(facts.itemClass).toBe('IPM.Note.SMIME');
		expect(record).toMatchObject({ subject: 'Secret', encryption: 'encrypted', key: '<secret@crm.example>' });
		expect(record.attachments.map(({ name }) => name)).toEqual(['smime.p7m']);
		const bytes = (await setup.mailbox.mime(id)).toString();
		expect(bytes).toContain('MIAGCSqGSIb3DQEHA6CA');
		expect(bytes).not.toContain('In-Reply-To');
	});

	it('lists newest first, with filters and a limit', async () => {
		const folder = await setup.mailbox.createFolder('Listing', 'email');
		const made = [1, 2, 3, 4].map((n) =>
			email({ key: `<list${n}@crm.example>`, subject: `Number ${n}`, receivedAt: `2026-03-0${n}T08:00:00Z`, isRead: n % 2 === 0 }),
		);
		values(await setup.mailbox.create('email', made.map((record) => ({ record, folderId: folder.id }))));
		const keys = async (...args: [Parameters<typeof setup.mailbox.list>[2], number]) => (await setup.mailbox.list('email', folder.id, ...args)).map(({ key }) => key);
		expect(await keys({}, 10)).toEqual(['<list4@crm.example>', '<list3@crm.example>', '<list2@crm.example>', '<list1@crm.example>']);
		expect(await keys({ isRead: false }, 10)).toEqual(['<list3@crm.example>', '<list1@crm.example>']);
		expect(await keys({ receivedAfter: '2026-03-02T08:00:00Z' }, 2)).toEqual(['<list4@crm.example>', '<list3@crm.example>']);
		expect(await keys({ subject: 'number 2' }, 10)).toEqual(['<list2@crm.example>']);
	});
});

describe('many emails in few requests', () => {
	let setup: Setup;
	beforeAll(async () => {
		setup = await setUp();
	});
	afterAll(() => setup.close());

	itIsLarge('1,000 new mails and the search for their stamps: at most 60; pulling them: at most 60; searching and reading them again: at most 40', async () => {
		const inbox = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
		const numbers = Array.from({ length: 1000 }, (_, index) => index);
		const filling = 'Lorem ipsum dolor sit amet, consetetur sadipscing elitr. '.repeat(60);
		const items = numbers.map((n) => ({
			record: email({ key: `<many${n}@crm.example>`, text: `Mail ${n}\n${filling}` }),
			folderId: inbox.id,
			stamp: `crm|${String(n).padStart(4, '0')}|hash`,
		}));
		const prefixes = items.map(({ stamp }) => stamp.slice(0, 9));
		setup.requests();
		expect(await setup.mailbox.findStamped(prefixes, [inbox.id])).toEqual([]);
		values(await setup.mailbox.create('email', items));
		const pushed = setup.requests();
		expect(total(pushed)).toBeLessThanOrEqual(60);

		const ids: string[] = [];
		for (let state: string | undefined, complete = false; !complete; ) {
			const page = await setup.mailbox.changes(inbox.id, state, 512);
			ids.push(...page.changes.map(({ id }) => id));
			state = page.syncState;
			complete = page.complete;
		}
		const stored = values(await setup.mailbox.read('email', ids, OPTIONS));
		expect(new Set(stored.map(({ record }) => record.key)).size).toBe(1000);
		const pulled = setup.requests();
		expect(total(pulled)).toBeLessThanOrEqual(60);

		const found = await setup.mailbox.findStamped(prefixes, [inbox.id]);
		expect(found).toHaveLength(1000);
		values(await setup.mailbox.read('email', found.map(({ reference }) => reference.id), OPTIONS));
		const again = setup.requests();
		expect(total(again)).toBeLessThanOrEqual(40);
	}, 120_000);
});
