import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppointmentRecord } from '../../src/records/appointment.ts';
import { checkedRecord } from '../../src/records/checked-record.ts';
import { canonicalForm, contentHash, differingFields, sameContent } from '../../src/records/content-hash.ts';
import type { EmailRecord } from '../../src/records/email.ts';
import type { ExchangeRecord } from '../../src/records/record.ts';
import { anyRecord, CONTEXT, records } from './random-records.mts';
import { runs } from '../quick-look.mts';

const email = (input: Record<string, unknown>) => checkedRecord('email', input, CONTEXT);
const appointment = (input: Record<string, unknown>) => checkedRecord('appointment', input, CONTEXT);
const task = (input: Record<string, unknown>) => checkedRecord('task', input, CONTEXT);

function rewritten(text: string): string {
	return `${text.replace(/ /g, '\u00a0').split('\n').map((line) => `${line}  `).join('\r\n')}\r\n\r\n`;
}

describe('a checked record', () => {
	it('passes the check unchanged', () => {
		fc.assert(fc.property(anyRecord, (record) => {
			expect(checkedRecord(record.kind, { ...record }, CONTEXT)).toEqual(record);
		}), { numRuns: runs(300) });
	});

	it('passes the check unchanged after a way through JSON and with the envelope of its event', () => {
		fc.assert(fc.property(anyRecord, (record) => {
			const item: Record<string, unknown> = { ...JSON.parse(JSON.stringify(record)), event: 'created', account: 'crm', mailbox: 'a@x.example', folder: 'F', exchangeId: 'I', changeKey: 'K', externalId: 'E' };
			expect(checkedRecord(record.kind, item, CONTEXT)).toEqual(record);
		}), { numRuns: runs(100) });
	});
});

describe('the content hash', () => {
	it('has 22 characters that are safe in any address, and a version in its form', () => {
		fc.assert(fc.property(anyRecord, (record) => {
			expect(contentHash(record)).toMatch(/^[A-Za-z0-9_-]{22}$/);
			expect(canonicalForm(record)).toMatch(/^1:\{/);
		}));
	});

	it('does not depend on the order of fields, on keys and ids', () => {
		fc.assert(fc.property(anyRecord, fc.string(), (record, key) => {
			const turned = { ...Object.fromEntries(Object.entries(record).reverse()), key } as ExchangeRecord;
			expect(canonicalForm(turned)).toBe(canonicalForm(record));
		}));
	});

	it('does not depend on the order and case of categories', () => {
		fc.assert(fc.property(anyRecord, (record) => {
			expect(sameContent({ ...record, categories: record.categories.map((name) => name.toUpperCase()).reverse() }, record)).toBe(true);
		}));
	});

	it('does not depend on line ends, hard blanks and blanks at the end of lines of an appointment or task', () => {
		fc.assert(fc.property(fc.oneof(records('appointment'), records('task')), (record) => {
			expect(canonicalForm({ ...record, text: rewritten(record.text) })).toBe(canonicalForm(record));
		}));
	});

	it('does not depend on how an email’s recipients are ordered, named and written, on its blanks and on markup', () => {
		fc.assert(fc.property(records('email'), (record) => {
			const shuffled = (list: EmailRecord['to']) => [...list].reverse().map(({ address }) => ({ name: 'Other', address: address.toUpperCase() }));
			const other: EmailRecord = {
				...record,
				to: shuffled(record.to),
				cc: shuffled(record.cc),
				bcc: shuffled(record.bcc),
				replyTo: shuffled(record.replyTo),
				readReceipt: !record.readReceipt,
				encryption: 'decrypted',
				signature: 'valid',
				receivedAt: '2001-01-01T00:00:00Z',
				attachments: record.attachments.map((attachment) => ({ ...attachment, size: attachment.size + 1, contentType: 'x/y', attachmentId: 'A' })).reverse(),
				...(record.text === undefined ? {} : { text: rewritten(record.text) }),
				...(record.html === undefined ? {} : { html: record.html.replace('<body>', '<body>\r\n<style>p { color: red }</style>').replaceAll('<p>', '<p class="MsoNormal">') }),
			};
			expect(canonicalForm(other)).toBe(canonicalForm(record));
		}));
	});

	it('time-zone: does not depend on the zone of a single appointment and on how an instant is written', () => {
		fc.assert(fc.property(records('appointment'), (record) => {
			const single: AppointmentRecord = { ...record };
			delete single.recurrence;
			expect(canonicalForm({ ...single, timeZone: 'Asia/Tokyo' })).toBe(canonicalForm(single));
			if (!single.allDay) expect(canonicalForm({ ...single, start: single.start.replace('Z', '.250+00:00') })).toBe(canonicalForm(single));
		}));
	});

	it('time-zone: depends on the zone of a timed series, but not on which name of a Windows zone it has', () => {
		const series = appointment({ start: '2026-03-02T09:00', end: '2026-03-02T10:00', recurrence: 'FREQ=WEEKLY' });
		expect(sameContent({ ...series, timeZone: 'Europe/Berlin' }, series)).toBe(true);
		expect(sameContent({ ...series, timeZone: 'Europe/London' }, series)).toBe(false);
		const allDay = appointment({ start: '2026-03-02', recurrence: 'FREQ=WEEKLY' });
		expect(sameContent({ ...allDay, timeZone: 'Pacific/Auckland' }, allDay)).toBe(true);
	});

	it.each<[string, Record<string, unknown>]>([
		['subject', { subject: 'Other' }],
		['from', { from: 'other@x.example' }],
		['to', { to: 'other@x.example' }],
		['cc', { cc: 'other@x.example' }],
		['bcc', { bcc: 'other@x.example' }],
		['replyTo', { replyTo: 'other@x.example' }],
		['sentAt', { sentAt: '2026-03-02T10:00:01Z' }],
		['text', { text: 'Other' }],
		['html', { html: '<p>Other</p>' }],
		['isRead', { isRead: true }],
		['importance', { importance: 'low' }],
		['sensitivity', { sensitivity: 'private' }],
		['categories', { categories: 'Blue' }],
		['flag', { flag: 'flagged' }],
		['completed flag', { flag: 'complete' }],
		['attachments', { attachments: [{ name: 'b.pdf' }] }],
	])('changes with an email’s %s', (_field, change) => {
		const base = { subject: 'S', from: 'a@x.example', to: 'b@x.example', sentAt: '2026-03-02T10:00:00Z', text: 'T', attachments: [{ name: 'a.pdf' }] };
		expect(contentHash(email({ ...base, ...change }))).not.toBe(contentHash(email(base)));
	});

	it.each<[string, Record<string, unknown>]>([
		['subject', { subject: 'Other' }],
		['start', { start: '2026-03-02T09:00:01' }],
		['end', { end: '2026-03-02T11:00' }],
		['location', { location: 'Room 2' }],
		['text', { text: 'Other' }],
		['busyStatus', { busyStatus: 'oof' }],
		['importance', { importance: 'low' }],
		['sensitivity', { sensitivity: 'private' }],
		['reminderMinutes', { reminderMinutes: 15 }],
		['categories', { categories: 'Blue' }],
		['cancelled', { cancelled: true }],
		['rule', { recurrence: 'FREQ=WEEKLY;COUNT=11' }],
		['exceptions', { recurrence: { rrule: 'FREQ=WEEKLY;COUNT=10', exceptions: [{ originalStart: '2026-03-09', subject: 'Other' }] } }],
		['deletions', { recurrence: { rrule: 'FREQ=WEEKLY;COUNT=10', deleted: ['2026-03-09'] } }],
		['series', { recurrence: null }],
	])('changes with an appointment’s %s', (_field, change) => {
		const base = { start: '2026-03-02T09:00', end: '2026-03-02T10:00', subject: 'S', recurrence: 'FREQ=WEEKLY;COUNT=10' };
		expect(contentHash(appointment({ ...base, ...change }))).not.toBe(contentHash(appointment(base)));
	});

	it.each<[string, Record<string, unknown>]>([
		['subject', { subject: 'Other' }],
		['text', { text: 'Other' }],
		['startDate', { startDate: '2026-03-01' }],
		['dueDate', { dueDate: '2026-03-06' }],
		['status', { status: 'deferred' }],
		['percentComplete', { percentComplete: 51 }],
		['importance', { importance: 'low' }],
		['sensitivity', { sensitivity: 'private' }],
		['reminderAt', { reminderAt: '2026-03-05T08:00:00Z' }],
		['categories', { categories: 'Blue' }],
		['totalWork', { totalWork: 60 }],
		['actualWork', { actualWork: 60 }],
	])('changes with a task’s %s', (_field, change) => {
		const base = { subject: 'S', dueDate: '2026-03-05', status: 'inProgress', percentComplete: 50 };
		expect(contentHash(task({ ...base, ...change }))).not.toBe(contentHash(task(base)));
	});

	it('changes with the day on which a flag was completed', () => {
		const completed = (completeDate: string) => contentHash(email({ flag: { status: 'complete', completeDate } }));
		expect(completed('2026-03-01')).not.toBe(completed('2026-03-02'));
	});

	it('does not change with what Exchange fills in or cuts itself', () => {
		expect(sameContent(task({ status: 'completed', completedDate: '2026-03-01', totalWork: 0 }), task({ status: 'completed' }))).toBe(true);
		expect(sameContent(email({ subject: `${'x'.repeat(255)}y` }), email({ subject: 'x'.repeat(255) }))).toBe(true);
		expect(sameContent(email({ attachments: [{ name: 'logo.png', inline: true }] }), email({}))).toBe(true);
	});

	it.each([
		['FREQ=WEEKLY', 'FREQ=WEEKLY;BYDAY=MO'],
		['FREQ=WEEKLY;BYDAY=MO,FR', 'FREQ=WEEKLY;INTERVAL=1;BYDAY=FR,MO;WKST=SU'],
		['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO'],
		['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
		['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU', 'FREQ=DAILY'],
		['FREQ=MONTHLY', 'FREQ=MONTHLY;BYMONTHDAY=2'],
		['FREQ=MONTHLY;BYDAY=1MO', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1'],
		['FREQ=MONTHLY;BYMONTHDAY=-1', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1'],
		['FREQ=YEARLY', 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2'],
		['FREQ=YEARLY', 'FREQ=MONTHLY;INTERVAL=12'],
		['FREQ=DAILY;UNTIL=20260310', 'FREQ=DAILY;UNTIL=20260310T080000Z'],
	])('is the same for %s and %s', (one, other) => {
		const hour = { start: '2026-03-02T09:00', end: '2026-03-02T10:00' };
		expect(canonicalForm(appointment({ ...hour, recurrence: other }))).toBe(canonicalForm(appointment({ ...hour, recurrence: one })));
	});

	it.each([
		['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU'],
		['FREQ=WEEKLY', 'FREQ=WEEKLY;INTERVAL=2'],
		['FREQ=MONTHLY;BYDAY=1MO', 'FREQ=MONTHLY;BYDAY=-1MO'],
		['FREQ=YEARLY;BYDAY=10MO', 'FREQ=YEARLY;BYMONTH=3;BYDAY=1MO'],
	])('differs for %s and %s', (one, other) => {
		const hour = { start: '2026-03-02T09:00', end: '2026-03-02T10:00' };
		expect(sameContent(appointment({ ...hour, recurrence: other }), appointment({ ...hour, recurrence: one }))).toBe(false);
	});

	it('does not change when Exchange moves the start of a series to its first occurrence', () => {
		const series = (day: string) => appointment({ start: `${day}T09:00`, end: `${day}T10:00`, recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=WE;COUNT=5', deleted: ['2026-03-11'] } });
		expect(canonicalForm(series('2026-03-02'))).toBe(canonicalForm(series('2026-03-04')));
	});

	it('takes an exception that lasts whole days where its series does not for another one than the same days as times', () => {
		const [timed, allDay] = [
			{ originalStart: '2026-03-03', start: '2026-03-03T00:00', end: '2026-03-04T00:00' },
			{ originalStart: '2026-03-03', allDay: true, start: '2026-03-03', end: '2026-03-04' },
		].map((exception) => contentHash(appointment({ start: '2026-03-02T09:00', end: '2026-03-02T10:00', recurrence: { rrule: 'FREQ=DAILY', exceptions: [exception] } })));
		expect(allDay).not.toBe(timed);
	});

	it('takes an exception by what differs from its series', () => {
		const series = (exceptions: unknown[]) => appointment({ start: '2026-03-02T09:00', end: '2026-03-02T10:00', subject: 'S', recurrence: { rrule: 'FREQ=DAILY', exceptions } });
		const written = series([{ originalStart: '2026-03-30', subject: 'S', start: '2026-03-30T09:00', end: '2026-03-30T10:00', busyStatus: 'busy' }]);
		expect(sameContent(written, series([]))).toBe(true);
		expect(sameContent(series([{ originalStart: '2026-03-30', start: '2026-03-30T11:00' }]), series([{ originalStart: '2026-03-30', start: '2026-03-30T11:00', end: '2026-03-30T12:00', text: '' }]))).toBe(true);
		expect(sameContent(series([{ originalStart: '2026-03-30', reminderMinutes: 5 }]), series([]))).toBe(false);
	});

	it('does not fail for a rule that nobody can read', () => {
		const series = appointment({ start: '2026-03-02', recurrence: 'FREQ=DAILY' });
		expect(contentHash({ ...series, recurrence: { rrule: 'nonsense', exceptions: [], deleted: [] } })).toHaveLength(22);
	});
});

describe('the fields in which two records differ', () => {
	it('are named, whatever their values are made of; forms that say the same are none', () => {
		fc.assert(
			fc.property(anyRecord, (record) => {
				expect(differingFields(record, { ...record, key: 'another', categories: [...record.categories].reverse() })).toEqual([]);
				expect(differingFields(record, { ...record, subject: 'another one than any', categories: [...record.categories, 'one more'] })).toEqual(['subject', 'categories']);
			}),
			{ numRuns: runs(100) },
		);
	});
});
