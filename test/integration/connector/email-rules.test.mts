import { describe, expect, it } from 'vitest';

import { email } from '../../sync/records.mts';
import { ANNA, BEN, NOW, onlyEvent, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

function mail(subject: string, ...headers: string[]): string {
	return ['From: Bert <bert@example.org>', `To: ${ANNA}`, `Subject: ${subject}`, `Message-ID: <${subject.replaceAll(' ', '-')}@x>`, 'Date: Sun, 1 Mar 2026 10:00:00 +0000', ...headers, '', `Text of ${subject}`, ''].join('\r\n');
}

describe('what is left out', () => {
	it('drafts-not-synced: pull leaves drafts out and says so once; when sent they are synced', async () => {
		const office = await bench();
		const draft = office.outlook().create({ subject: 'Unfinished', text: 'Dear', isDraft: true });
		const { events, outcomes } = await office.pull();
		expect(events).toEqual([]);
		expect(outcomes).toMatchObject([{ outcome: 'skipped', rule: 'drafts-not-synced', subject: 'Unfinished', account: 'anna', mailbox: ANNA, connector: 'Office' }]);
		expect(outcomes[0]?.message).toContain('"Unfinished"');
		expect((await office.pull()).outcomes).toEqual([]);
		office.outlook().remove(draft, 'hard');
		await office.control.deliver(ANNA, mail('Finished'), 'sentitems');
		const { events: later } = await office.pull();
		expect(later.filter(({ envelope }) => envelope.event === 'created').map(({ record }) => record?.subject)).toEqual(['Finished']);
	});

	it('drafts-not-synced: push skips a draft, and what it writes is none', async () => {
		const office = await bench();
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ isDraft: true }) })).toMatchObject({ outcome: 'skipped', rule: 'drafts-not-synced' });
		expect(office.requests().map(({ operation }) => operation)).not.toContain('CreateItem');
		await office.pushOne('email', { externalId: 'm1', record: email() });
		expect(office.outlook().items('inbox')).toMatchObject([{ isDraft: false }]);
		await office.pushOne('email', { externalId: 'm1', record: email({ categories: ['Red'], isRead: true }) });
		expect(office.outlook().items('inbox')).toMatchObject([{ isDraft: false, isRead: true }]);
	});

	it('archived-not-pushed: an archived mail is not written, and a copy in Exchange stays as it is', async () => {
		const office = await bench();
		const [fresh] = await office.push('email', [{ externalId: 'm1', record: email({ archived: true }) }]);
		expect(fresh).toMatchObject({ outcome: 'skipped', rule: 'archived-not-pushed' });
		await office.pushOne('email', { externalId: 'm2', record: email({ key: '<2@x>' }) });
		const before = office.outlook().items('inbox');
		expect(await office.pushOne('email', { externalId: 'm2', record: email({ key: '<2@x>', archived: true, categories: ['Red'] }) })).toMatchObject({ outcome: 'skipped', rule: 'archived-not-pushed' });
		expect(office.outlook().items('inbox')).toEqual(before);
	});

	it('contacts-not-supported: contacts and lists in a mail folder are left out, a contact folder is refused by name', async () => {
		const office = await bench();
		office.outlook().create({ subject: 'Bert', itemClass: 'IPM.Contact' });
		office.outlook().create({ subject: 'Everybody', itemClass: 'IPM.DistList' });
		office.outlook().create({ subject: 'A mail', messageId: '<mail@x>' });
		const { events, outcomes } = await office.pull();
		expect(events.map(({ record }) => record?.subject)).toEqual(['A mail']);
		expect(outcomes.map(({ rule }) => rule)).toEqual(['contacts-not-supported', 'contacts-not-supported']);
		await expect(office.pull({ watches: [{ kind: 'email', folders: [{ by: 'path', path: 'Contacts' }], includeSubfolders: false }] })).rejects.toThrow(/contacts-not-supported/);
	});

	it('private-left-out: a switch leaves private mails out on both sides', async () => {
		const office = await bench();
		office.outlook().create({ subject: 'Secret', properties: { 'item:Sensitivity': 'Private' } });
		office.outlook().create({ subject: 'Personal', properties: { 'item:Sensitivity': 'Personal' } });
		const { events, outcomes } = await office.pull({ includePrivate: false });
		expect(events.map(({ record }) => record?.subject)).toEqual(['Personal']);
		expect(outcomes).toMatchObject([{ rule: 'private-left-out', outcome: 'skipped' }]);
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ sensitivity: 'private' }) }, { includePrivate: false })).toMatchObject({ outcome: 'skipped', rule: 'private-left-out' });
	});

	it('auto-reply-ignored: a received auto-reply is an ordinary mail, and out-of-office settings are never asked for', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Automatic reply', 'Auto-Submitted: auto-replied', 'X-Auto-Response-Suppress: All'));
		expect(told(await office.pull())).toEqual(['created Automatic reply']);
		await office.push('email', [{ externalId: 'm1', record: email({ subject: 'Automatic reply: Offer' }) }]);
		expect(office.requests().map(({ operation }) => operation).filter((operation) => /oof/i.test(operation ?? ''))).toEqual([]);
		expect(office.control.outbox()).toEqual([]);
	});
});

describe('restore-not-synced', () => {
	it('restore-not-synced: a mail that comes back from Deleted Items is left out for good', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Gone'));
		const { envelope } = onlyEvent(await office.pull());
		const binned = office.outlook().remove(envelope.exchangeId)!;
		const { events: deletes } = await office.pull();
		expect(deletes.map(({ envelope: { event, exchangeId, permanent } }) => ({ event, exchangeId, permanent }))).toEqual([{ event: 'deleted', exchangeId: envelope.exchangeId, permanent: false }]);
		const restored = office.outlook().restore(binned);
		const { events, outcomes } = await office.pull();
		expect(events).toEqual([]);
		expect(outcomes).toMatchObject([{ outcome: 'skipped', rule: 'restore-not-synced', subject: 'Gone' }]);
		office.outlook().edit(restored, { categories: ['Red'] });
		expect(told(await office.pull())).toEqual([]);
		office.outlook().remove(restored, 'hard');
		expect(told(await office.pull())).toEqual([]);
	});

	it('restore-not-synced: a mail without Message-ID is recognised by what Exchange keeps of it, also one that push wrote', async () => {
		const office = await bench();
		const item = office.outlook().create({ subject: 'No id' });
		const pushed = await office.pushOne('email', { externalId: 'm1', record: email({ subject: 'Pushed' }) });
		expect(told(await office.pull())).toEqual(['created No id']);
		const binned = [office.outlook().remove(item)!, office.outlook().remove(pushed.exchangeId!)!];
		expect((await office.pull()).events).toHaveLength(2);
		for (const each of binned) office.outlook().restore(each);
		const { events, outcomes } = await office.pull();
		expect(events).toEqual([]);
		expect(office.outlook().items('inbox')).toHaveLength(2);
		for (const { rule } of outcomes) expect(rule).toBe('restore-not-synced');
	});

	it('restore-not-synced: also when it came back after the bin was emptied once', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Gone'));
		const { envelope } = onlyEvent(await office.pull());
		const binned = office.outlook().remove(envelope.exchangeId)!;
		await office.pull();
		const recoverable = office.outlook().remove(binned)!;
		await office.pull();
		office.outlook().restore(recoverable);
		const inbox = office.outlook().items('inbox');
		if (inbox.length === 0) office.outlook().move(office.outlook().items('deleteditems')[0]!.id, 'inbox');
		expect(told(await office.pull())).toEqual([]);
		expect(office.outlook().items('inbox')).toHaveLength(1);
	});

	it('restore-not-synced: deleted and restored between two polls is the same mail at another place', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Back at once'));
		const before = onlyEvent(await office.pull());
		office.outlook().restore(office.outlook().remove(before.envelope.exchangeId)!);
		const { events } = await office.pull();
		expect(events.map(({ envelope }) => envelope.event)).toEqual(['created', 'deleted']);
		expect(events[0]?.record?.key).toBe(before.record?.key);
		expect(told(await office.pull())).toEqual([]);
	});

	it('restore-not-synced: push does not create anew what lies in the bin, nor what was deleted for good', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: email() });
		office.outlook().remove(exchangeId!);
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ categories: ['Red'] }) })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
		expect(await office.pushOne('email', { externalId: 'm1', exchangeId: exchangeId!, record: email({ categories: ['Red'] }) })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
		expect(office.outlook().items('inbox')).toEqual([]);
		office.outlook().remove(office.outlook().items('deleteditems')[0]!.id, 'hard');
		expect(await office.pushOne('email', { externalId: 'm1', exchangeId: exchangeId!, record: email() })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
		expect(office.outlook().items('inbox')).toEqual([]);
	});

	it('invitation-restored: a restored meeting request is handed over again, and not pushed', async () => {
		const office = await bench();
		office.control.calendar(BEN).create({ subject: 'Come', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', invite: [ANNA] });
		const sent = office.control.outbox().length;
		const events = (await office.pull()).events.filter(({ envelope }) => envelope.kind === 'email');
		expect(events).toHaveLength(1);
		const { envelope, record } = events[0]!;
		expect(await office.pushOne('email', { externalId: 'm1', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record })).toMatchObject({ outcome: 'unchanged' });
		await office.pull();
		const binned = office.outlook().remove(envelope.exchangeId)!;
		await office.pull();
		const skipped = { outcome: 'skipped', rule: 'invitation-restored' };
		expect(await office.pushOne('email', { externalId: 'm1', record: { ...record, isRead: true } })).toMatchObject(skipped);
		const restored = office.outlook().restore(binned);
		expect((await office.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['created', office.outlook().idOf(restored)]]);
		expect(await office.pushOne('email', { externalId: 'm1', record: { ...record, isRead: true } })).toMatchObject(skipped);
		expect(office.control.outbox()).toHaveLength(sent);
	});
});

describe('read receipts', () => {
	const ASKING = mail('Receipt', 'Disposition-Notification-To: bert@example.org');

	it('read-receipts: marking as read, changing and deleting send none', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, ASKING);
		const { envelope, record } = onlyEvent(await office.pull());
		expect(record).toMatchObject({ readReceipt: true });
		await office.pushOne('email', { externalId: 'm1', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey!, record: { ...record, isRead: true } });
		await office.control.deliver(ANNA, ASKING.replace('<Receipt@x>', '<second@x>'));
		const second = onlyEvent(await office.pull());
		expect((await office.delete('email', [{ exchangeId: second.envelope.exchangeId }])).map(({ outcome }) => outcome)).toEqual(['deleted']);
		expect((await office.delete('email', [{ exchangeId: envelope.exchangeId, externalId: 'm1' }], { mode: 'permanently' })).map(({ outcome }) => outcome)).toEqual(['deleted']);
		expect(office.control.outbox()).toEqual([]);
	});

	it('read-receipts: asked for by one side only', async () => {
		for (const [side, asked] of [['otherSystem', true], ['exchange', false]] as const) {
			const office = await bench({ settings: { readReceiptsRequestedBy: side } });
			await office.pushOne('email', { externalId: 'm1', record: email({ readReceipt: true }) });
			const { record } = onlyEvent(await office.another({ ...office.connector.settings, connectorId: 'other' }).pull(undefined, office.pullOptions()));
			expect(record).toMatchObject({ readReceipt: asked });
		}
	});

	it('attachments-email-only: bytes given with a task or an appointment are not written', async () => {
		const office = await bench();
		const attachments = [{ name: 'plan.pdf', contentType: 'application/pdf', inline: false, content: Buffer.from('%PDF') }];
		const { outcome } = await office.pushOne('task', { externalId: 't1', record: { subject: 'Task' }, attachments });
		const appointment = await office.pushOne('appointment', { externalId: 'a1', record: { subject: 'Date', start: '2026-03-02T08:00:00Z', end: '2026-03-02T09:00:00Z' }, attachments });
		expect([outcome, appointment.outcome]).toEqual(['created', 'created']);
		expect(office.requests().map(({ operation }) => operation)).not.toContain('CreateAttachment');
		const stored = office.outlook().item(appointment.exchangeId!);
		expect(stored.attachments).toEqual([]);
		stored.attachments.push({ type: 'file', number: 1, name: 'theirs.pdf', content: Buffer.from('%PDF'), contentType: 'application/pdf', isInline: false, lastModified: new Date(NOW) });
		office.outlook().edit(stored, { subject: 'Date, changed' });
		const { record, attachments: pulled } = onlyEvent(await office.pull({ withAttachments: true }));
		expect(pulled).toEqual([]);
		expect(record).not.toHaveProperty('attachments');
	});
});

describe('items that fail', () => {
	it('import-attempts: an item that cannot be read is tried on so many polls, reported once and left; the others are not held up', async () => {
		const office = await bench();
		for (const subject of ['One', 'Bad', 'Three']) await office.control.deliver(ANNA, mail(subject));
		const bad = office.outlook().items('inbox').find(({ subject }) => subject === 'Bad')!;
		const id = bad.id;
		// In the batch it is the second one; asked for once more it stands alone.
		office.control.inject({ operation: 'GetItem', containing: id, do: { effect: 'item', code: 'ErrorItemCorrupt', indexes: [1] } });
		office.control.inject({ operation: 'GetItem', containing: id, times: 20, do: { effect: 'item', code: 'ErrorItemCorrupt' } });
		const first = await office.pull();
		expect(told(first).sort()).toEqual(['created One', 'created Three']);
		expect(first.outcomes).toEqual([]);
		office.control.heal();
		office.control.inject({ operation: 'GetItem', containing: id, times: 20, do: { effect: 'item', code: 'ErrorItemCorrupt' } });
		expect((await office.pull()).outcomes).toEqual([]);
		const third = await office.pull();
		expect(third.outcomes).toMatchObject([{ outcome: 'failed', rule: 'import-attempts', exchangeId: id, code: 'ErrorItemCorrupt', kind: 'email' }]);
		office.requests();
		expect((await office.pull()).outcomes).toEqual([]);
		expect(office.requests().map(({ operation }) => operation)).not.toContain('GetItem');
	});

	it('import-attempts: an item that can be read later is handed over and counts as no failure', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Late'));
		const { id } = office.outlook().items('inbox')[0]!;
		office.control.inject({ operation: 'GetItem', containing: id, times: 20, do: { effect: 'item', code: 'ErrorItemCorrupt' } });
		expect(told(await office.pull())).toEqual([]);
		office.control.heal();
		expect(told(await office.pull())).toEqual(['created Late']);
	});

	it('export-attempts: a write that fails is tried again, and reported when its attempts are used up', async () => {
		const office = await bench();
		office.control.inject({ operation: 'CreateItem', times: 2, do: { effect: 'item', code: 'ErrorItemSave', indexes: [0] } });
		const items = [1, 2].map((n) => ({ externalId: `m${n}`, record: email({ key: `<${n}@x>`, subject: `No ${n}` }) }));
		expect((await office.push('email', items)).map(({ outcome }) => outcome)).toEqual(['created', 'created']);
		expect(office.outlook().items('inbox')).toHaveLength(2);
		office.control.heal();
		office.control.inject({ operation: 'CreateItem', times: 50, do: { effect: 'item', code: 'ErrorItemSave' } });
		const failed = await office.pushOne('email', { externalId: 'm3', record: email({ key: '<3@x>', subject: 'No 3' }) });
		expect(failed).toMatchObject({ outcome: 'failed', rule: 'export-attempts', externalId: 'm3', subject: 'No 3', code: 'ErrorItemSave' });
		expect(failed.message).toContain('"No 3"');
		office.control.heal();
		expect(await office.pushOne('email', { externalId: 'm3', record: email({ key: '<3@x>', subject: 'No 3' }) })).toMatchObject({ outcome: 'created' });
	});

	it('export-attempts: what trying again cannot help is not tried again', async () => {
		const office = await bench();
		office.control.inject({ operation: 'CreateItem', times: 50, do: { effect: 'item', code: 'ErrorMessageSizeExceeded' } });
		expect(await office.pushOne('email', { externalId: 'm1', record: email() })).toMatchObject({ outcome: 'failed', code: 'ErrorMessageSizeExceeded' });
		expect(office.operations()['CreateItem']).toBe(1);
	});

	it('connector-inactive: nothing is asked of the server, and nothing is lost', async () => {
		const office = await bench();
		await office.pull();
		await office.control.deliver(ANNA, mail('Meanwhile'));
		office.requests();
		const active = office.connector.settings;
		office.reopen({ ...active, active: false });
		expect(told(await office.pull())).toEqual([]);
		expect(await office.pushOne('email', { externalId: 'm1', record: email() })).toMatchObject({ outcome: 'skipped', rule: 'connector-inactive' });
		expect((await office.delete('email', [{ externalId: 'm1' }]))[0]).toMatchObject({ outcome: 'skipped', rule: 'connector-inactive' });
		expect(office.requests()).toEqual([]);
		office.reopen(active);
		expect(told(await office.pull())).toEqual(['created Meanwhile']);
	});
});
