import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { appointmentOf } from '../../../src/ews/mapping/appointment.ts';
import { textWithoutMetadata } from '../../../src/records/meeting-metadata.ts';
import { patternEnd, shownTimes } from '../../../src/ews/mapping/appointment-times.ts';
import { emailOf, emailUpdates } from '../../../src/ews/mapping/email.ts';
import { handleOf, handleText } from '../../../src/ews/mapping/email-attachments.ts';
import { natureOf } from '../../../src/ews/mapping/email-facts.ts';
import { kindOf } from '../../../src/ews/mapping/item-identity.ts';
import { appointmentUpdates, newAppointment } from '../../../src/ews/mapping/new-appointment.ts';
import { seriesEdits } from '../../../src/ews/mapping/occurrence-changes.ts';
import { occurrenceIndex } from '../../../src/ews/mapping/occurrence-index.ts';
import { smimeClassOf } from '../../../src/ews/mapping/smime-class.ts';
import { delegationOf, newTask, taskOf, taskUpdates } from '../../../src/ews/mapping/task.ts';
import { instantIn } from '../../../src/ews/mapping/wall-clock.ts';
import { element } from '../../../src/ews/mapping/xml-element.ts';
import type { AppointmentRecord } from '../../../src/records/appointment.ts';
import type { EmailRecord } from '../../../src/records/email.ts';
import type { TaskRecord } from '../../../src/records/task.ts';
import { bareEmail } from '../../records/bare-email.mts';
import { appointment as plainAppointment } from '../../sync/records.mts';
import { echoed, insideOf, itemOf } from './wire.mts';

const ZONES = ['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'] as const;

/** Text as Exchange keeps it: nothing that XML cannot carry. */
const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.replace(/[\u{d800}-\u{dfff}]/gu, '').replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff\u2028\u2029\ufeff]|[\u{1fffe}\u{1ffff}]/gu, '').trim());
const name = text.filter((value) => value !== '');
const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }).map((value) => value.toISOString().slice(0, 10));
const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }).map((value) => `${value.toISOString().slice(0, 19)}Z`);
const importance = fc.constantFrom('low' as const, 'normal' as const, 'high' as const);
const sensitivity = fc.constantFrom('normal' as const, 'personal' as const, 'private' as const, 'confidential' as const);
const categories = fc.uniqueArray(name, { maxLength: 4 });
const reminder = fc.option(fc.integer({ min: 0, max: 40_000 }));

const task: fc.Arbitrary<TaskRecord> = fc.record(
	{
		kind: fc.constant('task' as const),
		key: fc.constant(''),
		subject: text,
		text,
		startDate: date,
		dueDate: date,
		status: fc.constantFrom('inProgress' as const, 'waitingOnOthers' as const, 'deferred' as const),
		percentComplete: fc.integer({ min: 0, max: 99 }),
		importance,
		sensitivity,
		categories,
		reminderAt: fc.option(instant),
		totalWork: fc.integer({ min: 1, max: 100_000 }),
		actualWork: fc.integer({ min: 1, max: 100_000 }),
	},
	{ requiredKeys: ['kind', 'key', 'subject', 'text', 'status', 'percentComplete', 'importance', 'sensitivity', 'categories', 'reminderAt'] },
);

const appointment: fc.Arbitrary<AppointmentRecord> = fc
	.record({
		subject: text,
		location: text,
		text,
		allDay: fc.boolean(),
		start: instant,
		day: date,
		minutes: fc.integer({ min: 0, max: 100_000 }),
		days: fc.integer({ min: 1, max: 60 }),
		timeZone: fc.constantFrom(...ZONES),
		busyStatus: fc.constantFrom('free' as const, 'tentative' as const, 'busy' as const, 'oof' as const, 'workingElsewhere' as const),
		importance,
		sensitivity,
		categories,
		reminderMinutes: reminder,
	})
	.map(({ allDay, start, day, minutes, days, ...fields }) => ({
		kind: 'appointment',
		key: 'uid',
		cancelled: false,
		allDay,
		start: allDay ? day : start,
		end: allDay ? plusDays(day, days) : `${new Date(Date.parse(start) + minutes * 60_000).toISOString().slice(0, 19)}Z`,
		...fields,
	}));

function plusDays(day: string, days: number): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function fixed(fields: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return plainAppointment({ key: 'uid', subject: 'Review', location: '', text: '', reminderMinutes: null, ...fields });
}

describe('tasks on the wire', () => {
	it('a task comes back as it was written', () => {
		fc.assert(
			fc.property(task, fc.constantFrom(...ZONES), (record, timeZone) => {
				const { record: read } = taskOf(echoed(insideOf(newTask(record, 'stamp', 'Exchange2016'))), { body: 'text', timeZone });
				expect({ ...read, key: '' }).toEqual(record);
			}),
		);
	});

	it('nothing is written where nothing differs, and only what differs otherwise', () => {
		fc.assert(
			fc.property(task, name, (record, subject) => {
				fc.pre(subject !== record.subject);
				expect(taskUpdates(record, structuredClone(record), 'Exchange2016')).toEqual([]);
				expect(taskUpdates(record, { ...record, subject }, 'Exchange2016').map(({ path }) => path)).toEqual([{ uri: 'item:Subject' }]);
			}),
		);
	});

	it('nothing is taken away that Exchange does not let go', () => {
		fc.assert(
			fc.property(task, task, (one, other) => {
				const deleted = taskUpdates(one, other, 'Exchange2016').flatMap(({ path, set }) => (set === undefined && 'uri' in path ? [path.uri] : []));
				// ItemSchema and TaskSchema of the EWS Managed API: CanDelete.
				expect(['item:Categories', 'task:StartDate', 'task:DueDate', 'task:TotalWork', 'task:ActualWork']).toEqual(expect.arrayContaining(deleted));
			}),
		);
		fc.assert(
			fc.property(appointment, appointment, (one, other) => {
				const deleted = appointmentUpdates(one, other, 'Exchange2016').updates.flatMap(({ path, set }) => (set === undefined && 'uri' in path ? [path.uri] : []));
				expect(['item:Categories', 'calendar:Recurrence']).toEqual(expect.arrayContaining(deleted));
			}),
		);
	});

	it('delegation-not-synced: whose copy it is', () => {
		expect(['1', '2', '3', '4', '0'].map((state) => delegationOf(state, 'NoMatch'))).toEqual(['none', 'assignee', 'assigner', 'assigner', 'assigner']);
		expect([delegationOf(undefined, 'NoMatch'), delegationOf(undefined, undefined), delegationOf(undefined, 'Owned')]).toEqual(['none', 'none', 'assigner']);
	});

	it('an item without what was asked for is a malformed answer, not a record with gaps', () => {
		expect(() => taskOf(itemOf('<t:ItemId Id="a" ChangeKey="b"/><t:ParentFolderId Id="f"/>'), { body: 'text', timeZone: 'UTC' })).toThrow(/task:Status/);
		expect(() => appointmentOf(itemOf('<t:ItemId Id="a" ChangeKey="b"/><t:ParentFolderId Id="f"/>'), new Map(), { body: 'text', timeZone: 'UTC' })).toThrow(/calendar:Start/);
		expect(() => emailOf(itemOf('<t:ItemId Id="a" ChangeKey="b"/><t:ParentFolderId Id="f"/>'), { body: 'text', timeZone: 'UTC' })).toThrow(/item:Body/);
	});
});

describe('appointments on the wire', () => {
	it('an appointment comes back as it was written', () => {
		fc.assert(
			fc.property(appointment, (record) => {
				const written = insideOf(newAppointment(record, 'stamp', 'Exchange2016'));
				const { record: read, stamp } = appointmentOf(echoed(written), new Map(), { body: 'text', timeZone: record.timeZone });
				expect(read).toEqual(record);
				expect(stamp).toBe('stamp');
			}),
		);
	});

	it('nothing is written where nothing differs', () => {
		fc.assert(
			fc.property(appointment, (record) => {
				expect(appointmentUpdates(record, structuredClone(record), 'Exchange2016')).toEqual({ updates: [], rewritesSeries: false });
			}),
		);
	});

	it('meeting-as-appointment: nothing that is written names anybody', () => {
		fc.assert(
			fc.property(appointment, (record) => {
				const written = JSON.stringify(newAppointment({ ...record, participants: [{ name: 'Secret Guest', address: 'guest@example.test' }] }, undefined, 'Exchange2016'));
				expect(written).not.toMatch(/Attendee|guest@example\.test|Secret Guest/);
			}),
		);
	});

	it('another IANA name of the same Windows zone is no change', () => {
		expect(appointmentUpdates(fixed(), fixed({ timeZone: 'Europe/Berlin' }), 'Exchange2016').updates).toEqual([]);
	});

	it('times are written all together, the zone first', () => {
		const { updates } = appointmentUpdates(fixed(), fixed({ end: '2026-03-02T10:00:00Z' }), 'Exchange2016');
		expect(updates.map(({ path }) => ('uri' in path ? path.uri : ''))).toEqual([
			'calendar:StartTimeZone',
			'calendar:EndTimeZone',
			'calendar:Start',
			'calendar:End',
			'calendar:IsAllDayEvent',
		]);
	});

	it('an all-day appointment whose zone had to be guessed keeps its days', () => {
		for (const made of ZONES) {
			const instants = { start: instantIn('2026-03-28', made), end: instantIn('2026-03-30', made) };
			expect(shownTimes(instants, true, made)).toEqual({ start: '2026-03-28', end: '2026-03-30' });
		}
		expect(shownTimes({ start: instantIn('2026-03-28', 'Asia/Kolkata'), end: instantIn('2026-03-29', 'Asia/Kolkata') }, true, 'Europe/Zurich')).toEqual({
			start: '2026-03-28',
			end: '2026-03-29',
		});
	});

	it('meeting-metadata: the block in front of a meeting is taken off when wanted', () => {
		const block = 'When: Monday, March 2, 2026 9:00 AM-10:00 AM (UTC+01:00)\nWhere: Room 5\n\n*~*~*~*~*~*~*~*~*~*\n\n';
		expect(textWithoutMetadata(`${block}Agenda\nMore`)).toBe('Agenda\nMore');
		expect(textWithoutMetadata('Agenda\nMore')).toBe('Agenda\nMore');
		expect(textWithoutMetadata('Wann: Montag\nWo: hier\n*~*~*~*~*~*~*~*~*~*\nText')).toBe('Text');
		expect(textWithoutMetadata(block)).toBe('');
	});
});

describe('series on the wire', () => {
	const series = (recurrence: Partial<NonNullable<AppointmentRecord['recurrence']>> = {}): AppointmentRecord =>
		fixed({ recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO,WE', exceptions: [], deleted: [], ...recurrence } });

	it('occurrences are counted over the whole pattern, across the change of the clocks', () => {
		expect(occurrenceIndex(series(), '2026-03-02T08:00:00Z', 'f')).toBe(1);
		expect(occurrenceIndex(series(), '2026-03-09T08:00:00Z', 'f')).toBe(3);
		expect(occurrenceIndex(series(), '2026-03-30T07:00:00Z', 'f')).toBe(9);
		expect(() => occurrenceIndex(series(), '2026-03-03T08:00:00Z', 'recurrence.deleted.0')).toThrow(/recurrence\.deleted\.0/);
	});

	it('an occurrence ends as much later on the clock as the series does', () => {
		const night = fixed({ start: '2026-03-27T22:00:00Z', end: '2026-03-28T05:00:00Z' });
		expect(patternEnd(night, '2026-03-28T22:00:00Z')).toBe('2026-03-29T04:00:00Z');
		expect(patternEnd(fixed({ allDay: true, start: '2026-03-02', end: '2026-03-04' }), '2026-03-09')).toBe('2026-03-11');
	});

	it('only what differs is written, of that occurrence alone', () => {
		const before = series({ exceptions: [{ originalStart: '2026-03-09T08:00:00Z', subject: 'One' }, { originalStart: '2026-03-11T08:00:00Z', subject: 'Two' }] });
		expect(seriesEdits(before, structuredClone(before))).toEqual({ changed: [], deleted: [] });
		const after = series({
			exceptions: [{ originalStart: '2026-03-09T08:00:00Z', subject: 'One' }, { originalStart: '2026-03-11T08:00:00Z', subject: 'Two', location: 'Here' }],
			deleted: ['2026-03-04T08:00:00Z'],
		});
		expect(seriesEdits(before, after)).toEqual({
			changed: [{ index: 4, updates: [{ path: { uri: 'calendar:Location' }, set: element('Location', 'Here') }] }],
			deleted: [2],
		});
	});

	it('an exception that is not one any more is put back', () => {
		const before = series({ exceptions: [{ originalStart: '2026-03-09T08:00:00Z', subject: 'One' }] });
		expect(seriesEdits(before, series()).changed).toEqual([{ index: 3, updates: [{ path: { uri: 'item:Subject' }, set: element('Subject', 'Review') }] }]);
	});

	it('occurrences that move on are moved from the end, so that none meets its neighbour', () => {
		const after = series({
			exceptions: [
				{ originalStart: '2026-03-09T08:00:00Z', start: '2026-03-11T08:00:00Z', end: '2026-03-11T09:00:00Z' },
				{ originalStart: '2026-03-11T08:00:00Z', start: '2026-03-13T08:00:00Z', end: '2026-03-13T09:00:00Z' },
			],
		});
		expect(seriesEdits(series(), after).changed.map(({ index }) => index)).toEqual([4, 3]);
	});

	it('the recurrence is written with its times, and taken away by itself', () => {
		const single = fixed();
		const toSeries = appointmentUpdates(single, series(), 'Exchange2016');
		expect(toSeries.updates.at(-1)?.path).toEqual({ uri: 'calendar:Recurrence' });
		expect(toSeries.updates).toHaveLength(6);
		expect(appointmentUpdates(series(), single, 'Exchange2016').updates).toEqual([{ path: { uri: 'calendar:Recurrence' } }]);
		const otherSpelling = series({ rrule: 'RRULE:BYDAY=WE,MO;FREQ=WEEKLY;INTERVAL=1' });
		expect(appointmentUpdates(series(), otherSpelling, 'Exchange2016').updates).toEqual([]);
	});
});

describe('emails on the wire', () => {
	const email = (fields: Partial<EmailRecord> = {}): EmailRecord => bareEmail({ key: '<a@b>', subject: 'S', text: 'Hello', ...fields });

	it('the body is written only where a reader sees a difference', () => {
		const html = email({ html: '<p>Hello</p>' });
		expect(emailUpdates(html, email({ text: 'Hello\r\n' }), 'Exchange2016')).toEqual([]);
		expect(emailUpdates(html, email({ html: '<div><b>Hello</b></div>' }), 'Exchange2016')).toEqual([]);
		expect(emailUpdates(html, email({ text: 'Bye' }), 'Exchange2016')).toEqual([{ path: { uri: 'item:Body' }, set: element('Body', 'Bye', { BodyType: 'Text' }) }]);
		expect(emailUpdates(email({ encryption: 'decrypted' }), email({ text: 'Bye', encryption: 'decrypted' }), 'Exchange2016')).toEqual([]);
	});

	it('read-receipts: a server that cannot suppress one loses the request for it first', () => {
		const asked = email({ readReceipt: true });
		const old = emailUpdates(asked, { ...asked, isRead: true }, 'Exchange2010_SP2');
		expect(old.map(({ path }) => path)).toEqual([{ tag: 0x29, type: 'Boolean' }, { uri: 'message:IsRead' }]);
		expect(emailUpdates(asked, { ...asked, isRead: true }, 'Exchange2013')).toHaveLength(1);
	});

	it('what a version does not know is neither asked for nor written', () => {
		const flagged = email({ flag: { status: 'flagged' } });
		expect(emailUpdates(email(), flagged, 'Exchange2010_SP2')).toEqual([]);
		expect(emailUpdates(email(), flagged, 'Exchange2013')).toHaveLength(1);
	});

	it('message classes say what an item is', () => {
		expect(
			['IPM.Note', 'ipm.note.smime', 'IPM.Note.Rules.OofTemplate.Microsoft', 'IPM.Schedule.Meeting.Request', 'IPM.TaskRequest.Accept', 'REPORT.IPM.Note.NDR', 'IPM.Contact', 'IPM.DistList', 'IPM.Post', 'IPM.Notes'].map(natureOf),
		).toEqual(['message', 'message', 'message', 'meetingMessage', 'taskMessage', 'report', 'contact', 'contact', 'other', 'other']);
		expect(['IPM.Note', 'IPM.Schedule.Meeting.Canceled', 'IPM.Appointment', 'IPM.Task', 'IPM.Contact', 'IPM.TaskRequest'].map(kindOf)).toEqual([
			'email',
			'email',
			'appointment',
			'task',
			undefined,
			undefined,
		]);
	});

	it('smime-push: the class follows from the MIME', () => {
		const of = (contentType: string): string | undefined => smimeClassOf(Buffer.from(`Subject: x\r\nContent-Type: ${contentType}\r\n\r\n`));
		expect(of('application/pkcs7-mime; smime-type=enveloped-data')).toBe('IPM.Note.SMIME');
		expect(of('application/x-pkcs7-mime')).toBe('IPM.Note.SMIME');
		expect(of('application/pkcs7-mime; smime-type=certs-only')).toBeUndefined();
		expect(of('multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b')).toBe('IPM.Note.SMIME.MultipartSigned');
		expect(of('multipart/signed; protocol="application/pgp-signature"')).toBeUndefined();
		expect(of('text/plain')).toBeUndefined();
	});

	it('handles of attachments survive as text', () => {
		fc.assert(
			fc.property(fc.base64String({ minLength: 4 }), fc.nat(), (id, index) => {
				for (const handle of [{ from: 'attachment', id }, { from: 'invitation', itemId: id }, { from: 'mime', itemId: id, index }] as const) expect(handleOf(handleText(handle))).toEqual(handle);
			}),
		);
	});
});
