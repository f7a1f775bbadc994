import { describe, expect, it } from 'vitest';

import { email } from '../../sync/records.mts';
import { ANNA, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

async function deliver(office: ConnectorBench, subject: string, folder = 'inbox'): Promise<string> {
	const mail = ['From: Bert <bert@example.org>', `To: ${ANNA}`, `Subject: ${subject}`, `Message-ID: <${subject}@x>`, 'Date: Sun, 1 Mar 2026 10:00:00 +0000', '', 'Text', ''].join('\r\n');
	return office.outlook().idOf(await office.control.deliver(ANNA, mail, folder));
}

describe('mails that users move and copy', () => {
	it('restore-not-synced: moved out of the watched folders is deleted, moved back in is the same mail again, not a restored one', async () => {
		const office = await bench();
		office.outlook().createFolder('Archive 2026');
		const id = await deliver(office, 'Wanderer');
		const before = onlyEvent(await office.pull());
		const away = office.outlook().move(id, 'Archive 2026');
		expect((await office.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['deleted', id]]);
		office.outlook().move(office.outlook().idOf(away), 'inbox');
		const back = onlyEvent(await office.pull());
		expect([back.envelope.event, back.record?.key]).toEqual(['created', before.record?.key]);
		expect(told(await office.pull())).toEqual([]);
	});

	it('a mail that lies in an unwatched folder is new when it is moved into a watched one', async () => {
		const office = await bench();
		office.outlook().createFolder('Archive 2026');
		const id = await deliver(office, 'Late', 'Archive 2026');
		expect(told(await office.pull())).toEqual([]);
		office.outlook().move(id, 'inbox');
		expect(told(await office.pull())).toEqual(['created Late']);
	});

	it('a copy is a mail of its own, in the same folder and in another watched one; deleting one of them leaves the other', async () => {
		const office = await bench();
		const id = await deliver(office, 'Twice');
		const { record } = onlyEvent(await office.pull());
		const keys = new Set([record?.key]);
		for (const folder of ['inbox', 'sentitems']) {
			office.advance(60_000);
			office.outlook().copy(id, folder);
			const copy = onlyEvent(await office.pull());
			expect(copy.envelope.event).toBe('created');
			keys.add(copy.record?.key);
		}
		expect(keys.size).toBe(3);
		office.outlook().remove(id);
		expect((await office.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['deleted', id]]);
	});

	it('a pushed mail that was moved into a folder nobody watches is still found by its stamp, also by its old exchange id', async () => {
		const office = await bench();
		office.outlook().createFolder('Archive 2026');
		const { exchangeId } = await office.pushOne('email', { externalId: 'm1', record: email() });
		office.outlook().move(exchangeId!, 'Archive 2026');
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ categories: ['Red'] }) })).toMatchObject({ outcome: 'updated' });
		expect(await office.pushOne('email', { externalId: 'm1', exchangeId: exchangeId!, record: email({ categories: ['Blue'] }) })).toMatchObject({ outcome: 'updated' });
		expect(office.outlook().items('Archive 2026')).toMatchObject([{ categories: ['Blue'] }]);
		expect(office.outlook().items('inbox')).toEqual([]);
	});
});

describe('the folder that new mails go to', () => {
	it('by role, by path and by id; one that is missing is made only when the option says so', async () => {
		const office = await bench();
		const projects = { by: 'path', path: 'Projects/Hot' } as const;
		const push = (externalId: string, more: Parameters<ConnectorBench['pushOptions']>[0]) => office.pushOne('email', { externalId, record: email({ subject: externalId, key: `<${externalId}@x>` }) }, more);
		expect(await push('no folder', { folder: projects })).toMatchObject({ outcome: 'failed' });
		expect(await push('made', { folder: projects, createFolder: true })).toMatchObject({ outcome: 'created' });
		expect(await push('made again', { folder: { by: 'path', path: 'projects/HOT' }, createFolder: true })).toMatchObject({ outcome: 'created' });
		const { id } = await (await office.mailbox()).folder(projects);
		expect(await push('by id', { folder: { by: 'id', id } })).toMatchObject({ outcome: 'created' });
		expect(await push('by role', { folder: { by: 'role', role: 'sentItems' } })).toMatchObject({ outcome: 'created' });
		expect(office.outlook().items('Projects/Hot').map(({ subject }) => subject)).toEqual(['made', 'made again', 'by id']);
		expect(office.outlook().items('sentitems').map(({ subject }) => subject)).toEqual(['by role']);
		expect(office.outlook().items('inbox')).toEqual([]);
	});
});

describe('invitation-as-email', () => {
	it('invitation-as-email: request, update and cancellation in a mail folder arrive as mails with invite.ics; changing and deleting them answers nobody', async () => {
		const office = await bench();
		const ben = office.control.calendar('ben@example.test');
		const meeting = ben.create({ subject: 'Come', start: '2026-03-05T09:00:00', end: '2026-03-05T10:00:00', invite: [ANNA] });
		ben.edit(meeting, { start: '2026-03-05T11:00:00', end: '2026-03-05T12:00:00' }, true);
		ben.delete(meeting, true);
		const sent = office.control.outbox().length;
		const mails = (await office.pull({ withAttachments: true })).events.filter(({ envelope }) => envelope.kind === 'email');
		expect(mails.length).toBeGreaterThanOrEqual(3);
		const calendars = mails.map(({ attachments }) => attachments.find(({ name }) => name === 'invite.ics')?.content?.toString() ?? '');
		expect(calendars.filter((text) => text.includes('METHOD:PUBLISH') && !text.includes('ATTENDEE'))).toHaveLength(mails.length);
		expect(calendars.some((text) => text.includes('T090000')) && calendars.some((text) => text.includes('T110000'))).toBe(true);
		expect(calendars.some((text) => text.includes('STATUS:CANCELLED'))).toBe(true);
		for (const [index, { envelope, record }] of mails.entries()) {
			const outcome = await office.pushOne('email', { externalId: `m${index}`, exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record: { ...record, isRead: true } });
			expect(outcome).toMatchObject({ outcome: 'updated' });
		}
		expect((await office.delete('email', mails.map(({ envelope }, index) => ({ exchangeId: envelope.exchangeId, externalId: `m${index}` })))).map(({ outcome }) => outcome)).toEqual(mails.map(() => 'deleted'));
		expect(office.control.outbox()).toHaveLength(sent);
	});
});
