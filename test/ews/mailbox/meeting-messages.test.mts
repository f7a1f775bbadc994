import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ANNA, BEN, type Setup, setUp, values } from './exchange-and-mailbox.mts';

const OPTIONS = { body: 'both', timeZone: 'Europe/Zurich' } as const;

describe('invitation-as-email: meeting messages in a mail folder', () => {
	let setup: Setup;
	beforeAll(async () => {
		setup = await setUp();
	});
	afterAll(() => setup.close());

	async function inboxMails() {
		const inbox = await setup.mailbox.folder({ by: 'role', role: 'inbox' });
		const page = await setup.mailbox.changes(inbox.id, undefined, 512);
		return values(await setup.mailbox.read('email', page.changes.map(({ id }) => id), OPTIONS));
	}

	it('requests and cancellations are mails with invite.ics, which tells and asks nothing', async () => {
		const ben = setup.server.control.calendar(BEN);
		const meeting = ben.create({
			subject: 'Kick-off',
			start: '2026-03-02T09:00:00',
			end: '2026-03-02T10:00:00',
			zone: 'Europe/Zurich',
			location: 'Room 1',
			uid: 'kick-off@example.test',
			invite: [ANNA],
			series: { pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' }, count: 4 },
		});
		const [request] = await inboxMails();
		expect(request?.facts).toMatchObject({ nature: 'meetingMessage', isDraft: false, itemClass: 'IPM.Schedule.Meeting.Request' });
		expect(request?.facts.meetingUid).toBeTruthy();
		const attachment = request?.record.attachments.find(({ name }) => name === 'invite.ics');
		expect(attachment).toMatchObject({ contentType: 'application/ics', type: 'file', inline: false });
		const [content] = values(await setup.mailbox.attachments([attachment?.attachmentId ?? '']));
		const ics = content?.content.toString() ?? '';
		expect(content?.content.length).toBe(attachment?.size);
		expect(ics).toContain('METHOD:PUBLISH');
		expect(ics).not.toContain('ATTENDEE');
		expect(ics).toContain('SUMMARY:Kick-off');
		expect(ics).toContain('RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4');
		expect(ics).toMatch(/DTSTART;TZID=Europe\/(?:Zurich|Berlin):20260302T090000/);

		ben.delete(meeting, true);
		const cancellation = (await inboxMails()).find(({ facts }) => /Canceled/.test(facts.itemClass));
		const file = cancellation?.record.attachments.find(({ name }) => name === 'invite.ics');
		const [cancelled] = values(await setup.mailbox.attachments([file?.attachmentId ?? '']));
		expect(cancelled?.content.toString()).toContain('STATUS:CANCELLED');
	});

	it('an invitation in the bin is told from a mail (rule invitation-restored)', async () => {
		const mails = await inboxMails();
		const identities = values(await setup.mailbox.identify(mails.map(({ reference }) => reference.id)));
		expect(identities.every(({ isInvitation, kind }) => isInvitation && kind === 'email')).toBe(true);
	});

	it('answers carry no invitation', async () => {
		const anna = setup.server.control.calendar(ANNA);
		anna.create({ subject: 'Mine', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', invite: [BEN] });
		const [own] = setup.server.control.calendar(BEN).find('Mine');
		setup.server.control.calendar(BEN).answer(own!, 'AcceptItem');
		const answer = (await inboxMails()).find(({ facts }) => /Resp/.test(facts.itemClass));
		expect(answer?.facts.nature).toBe('meetingMessage');
		expect(answer?.record.attachments).toEqual([]);
	});
});
