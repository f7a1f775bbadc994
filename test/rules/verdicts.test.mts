import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';
import { RULES } from '../../src/rules/catalogue.ts';
import type { AppointmentFacts, EmailFacts, TaskFacts } from '../../src/rules/facts.ts';
import { isInvitation } from '../../src/rules/meetings.ts';
import { asksForReceipt } from '../../src/rules/receipts.ts';
import { MAX_EXCEPTIONS } from '../../src/rules/series.ts';
import type { Verdict } from '../../src/rules/verdict.ts';
import { pullVerdict, pushVerdict } from '../../src/rules/verdicts.ts';

const CONTEXT = { timeZone: 'Europe/Zurich', now: Date.UTC(2026, 2, 2, 12) };
const ALL = { includePrivate: true };
const NOT_PRIVATE = { includePrivate: false };

const email = (input: Record<string, unknown> = {}) => checkedRecord('email', { subject: 'Offer', receivedAt: '2026-03-02T08:00:00Z', ...input }, CONTEXT);
const appointment = (input: Record<string, unknown> = {}) => checkedRecord('appointment', { subject: 'Lunch', start: '2026-03-02T12:00', end: '2026-03-02T13:00', ...input }, CONTEXT);
const task = (input: Record<string, unknown> = {}) => checkedRecord('task', { subject: 'Call', dueDate: '2026-03-05', ...input }, CONTEXT);

const MAIL: EmailFacts = { kind: 'email', nature: 'message', isDraft: false, itemClass: 'IPM.Note' };
const SINGLE: AppointmentFacts = { kind: 'appointment', isMeeting: false, isOrganizer: true, isSeries: false, exceptionCount: 0, pattern: '' };
const NORMAL: TaskFacts = { kind: 'task', delegation: 'none', isRecurring: false, isDetachedOccurrence: false };

const pulledEmail = (facts: Partial<EmailFacts>, input?: Record<string, unknown>, context = ALL) => pullVerdict({ kind: 'email', record: email(input), facts: { ...MAIL, ...facts } }, context);
const pulledAppointment = (facts: Partial<AppointmentFacts>, input?: Record<string, unknown>, context = ALL) => pullVerdict({ kind: 'appointment', record: appointment(input), facts: { ...SINGLE, ...facts } }, context);
const pulledTask = (facts: Partial<TaskFacts>, input?: Record<string, unknown>, context = ALL) => pullVerdict({ kind: 'task', record: task(input), facts: { ...NORMAL, ...facts } }, context);

const SYNCED: Verdict = { sync: true };

function series(exceptions: number, deleted = 0): Record<string, unknown> {
	const day = (index: number) => `2026-${index < 31 ? '03' : '04'}-${String((index % 31) + 1).padStart(2, '0')}`;
	return {
		start: '2026-03-01T12:00',
		end: '2026-03-01T13:00',
		recurrence: {
			rrule: 'FREQ=DAILY',
			exceptions: Array.from({ length: exceptions }, (_, index) => ({ originalStart: day(index), subject: `Lunch ${index}` })),
			deleted: Array.from({ length: deleted }, (_, index) => day(exceptions + index)),
		},
	};
}

describe('what is ordinary', () => {
	it('is synced both ways', () => {
		expect(pulledEmail({})).toEqual(SYNCED);
		expect(pulledAppointment({})).toEqual(SYNCED);
		expect(pulledTask({})).toEqual(SYNCED);
		expect(pushVerdict('email', email(), ALL)).toEqual(SYNCED);
		expect(pushVerdict('appointment', appointment(), ALL)).toEqual(SYNCED);
		expect(pushVerdict('task', task(), ALL)).toEqual(SYNCED);
	});

	it('names item, rule and reason in one sentence when it is left out', () => {
		expect(pulledEmail({ isDraft: true })).toEqual({
			sync: false,
			rule: 'drafts-not-synced',
			message: 'Email "Offer" (2026-03-02T08:00:00Z) is a draft and is not synced until it has been sent.',
		});
	});
});

describe('every exclusion', () => {
	const EXCLUDED: Verdict[] = [
		pulledEmail({ isDraft: true }),
		pulledEmail({ nature: 'contact', itemClass: 'IPM.Contact' }),
		pulledEmail({ nature: 'taskMessage', itemClass: 'IPM.TaskRequest' }),
		pulledEmail({}, { sensitivity: 'private' }, NOT_PRIVATE),
		pulledAppointment({ isSeries: true, exceptionCount: MAX_EXCEPTIONS + 1 }),
		pulledTask({ delegation: 'assigner' }),
		pulledTask({ isRecurring: true }),
		pulledTask({ isDetachedOccurrence: true }),
		pushVerdict('email', email({ archived: true }), ALL),
		pushVerdict('appointment', appointment({ type: 'absence' }), ALL),
	];
	it.each(EXCLUDED)('names the item with its date, and says after the cause what to do: %j', (verdict) => {
		expect(verdict).toMatchObject({ sync: false, message: expect.stringMatching(/^(?:Email|Appointment|Task) ".+" \(2026-03-0\d.*\) .+(?:; .+| until .+)\.$/) });
	});
});

describe('drafts-not-synced', () => {
	it('drafts-not-synced: pull leaves drafts out', () => {
		expect(pulledEmail({ isDraft: true })).toMatchObject({ sync: false, rule: 'drafts-not-synced' });
	});
	it('drafts-not-synced: push leaves drafts of the other system out', () => {
		expect(pushVerdict('email', email({ isDraft: true }), ALL)).toMatchObject({ sync: false, rule: 'drafts-not-synced' });
		expect(pushVerdict('email', email({ isDraft: false }), ALL)).toEqual(SYNCED);
	});
	it('drafts-not-synced: pull goes by the facts, not by what a record says', () => {
		expect(pulledEmail({ isDraft: false }, { isDraft: true })).toEqual(SYNCED);
	});
});

describe('archived-not-pushed', () => {
	it('archived-not-pushed: push leaves archived emails out, and says that a copy stays', () => {
		expect(pushVerdict('email', email({ archived: true }), ALL)).toMatchObject({ sync: false, rule: 'archived-not-pushed', message: expect.stringContaining('already there stays') });
		expect(pushVerdict('email', email({ archived: false }), ALL)).toEqual(SYNCED);
	});
	it('archived-not-pushed: says nothing about pull', () => {
		expect(pulledEmail({}, { archived: true })).toEqual(SYNCED);
	});
});

describe('contacts-not-supported', () => {
	it('contacts-not-supported: pull leaves a contact in a mail folder out', () => {
		expect(pulledEmail({ nature: 'contact', itemClass: 'IPM.Contact' })).toMatchObject({ sync: false, rule: 'contacts-not-supported' });
	});
	it.each(['message', 'meetingMessage', 'report', 'other'] as const)('contacts-not-supported: a %s is no contact', (nature) => {
		expect(pulledEmail({ nature })).toEqual(SYNCED);
	});
});

describe('delegation-not-synced', () => {
	it('delegation-not-synced: pull leaves the assigner’s copy and task requests out, the assignee’s copy is a normal task', () => {
		expect(pulledTask({ delegation: 'assigner' })).toMatchObject({ sync: false, rule: 'delegation-not-synced' });
		expect(pulledTask({ delegation: 'assignee' })).toEqual(SYNCED);
		expect(pulledEmail({ nature: 'taskMessage', itemClass: 'IPM.TaskRequest' })).toMatchObject({ sync: false, rule: 'delegation-not-synced' });
	});
	it('delegation-not-synced: push writes a task with an assignee', () => {
		expect(pushVerdict('task', task({ assignee: 'a@x.example' }), ALL)).toEqual(SYNCED);
	});
});

describe('recurring-tasks-not-synced', () => {
	it('recurring-tasks-not-synced: pull leaves the series and what completing it leaves behind out', () => {
		expect(pulledTask({ isRecurring: true })).toMatchObject({ sync: false, rule: 'recurring-tasks-not-synced' });
		expect(pulledTask({ isDetachedOccurrence: true })).toMatchObject({ sync: false, rule: 'recurring-tasks-not-synced' });
	});
	it('recurring-tasks-not-synced: push leaves a task of a series out', () => {
		expect(pushVerdict('task', task({ recurring: true }), ALL)).toMatchObject({ sync: false, rule: 'recurring-tasks-not-synced' });
	});
});

describe('absences-not-pushed', () => {
	it('absences-not-pushed: push leaves an absence out, not an out-of-office appointment', () => {
		expect(pushVerdict('appointment', appointment({ type: 'absence' }), ALL)).toMatchObject({ sync: false, rule: 'absences-not-pushed' });
		expect(pushVerdict('appointment', appointment({ busyStatus: 'oof', type: 'appointment' }), ALL)).toEqual(SYNCED);
	});
	it('absences-not-pushed: pull keeps an out-of-office appointment', () => {
		expect(pulledAppointment({}, { busyStatus: 'oof' })).toEqual(SYNCED);
	});
});

describe('series-too-many-exceptions', () => {
	it('series-too-many-exceptions: push takes 20 and leaves 21 out', () => {
		expect(MAX_EXCEPTIONS).toBe(20);
		expect(pushVerdict('appointment', appointment(series(20)), ALL)).toEqual(SYNCED);
		expect(pushVerdict('appointment', appointment(series(21)), ALL)).toMatchObject({ sync: false, rule: 'series-too-many-exceptions', message: expect.stringMatching(/^Series "Lunch" .*more than 20 exceptions/) });
	});
	it('series-too-many-exceptions: deleted occurrences do not count', () => {
		expect(pushVerdict('appointment', appointment(series(20, 15)), ALL)).toEqual(SYNCED);
	});
	it('series-too-many-exceptions: pull goes by the number the server states', () => {
		expect(pulledAppointment({ isSeries: true, exceptionCount: 20, pattern: 'p' })).toEqual(SYNCED);
		expect(pulledAppointment({ isSeries: true, exceptionCount: 21, pattern: 'p' })).toMatchObject({ sync: false, rule: 'series-too-many-exceptions' });
	});
});

describe('private-left-out', () => {
	it('private-left-out: private items of every kind go both ways unless the switch leaves them out', () => {
		const input = { sensitivity: 'private' };
		expect([pulledEmail({}, input), pulledAppointment({}, input), pulledTask({}, input)]).toEqual([SYNCED, SYNCED, SYNCED]);
		for (const verdict of [
			pulledEmail({}, input, NOT_PRIVATE),
			pulledAppointment({}, input, NOT_PRIVATE),
			pulledTask({}, input, NOT_PRIVATE),
			pushVerdict('email', email(input), NOT_PRIVATE),
			pushVerdict('appointment', appointment(input), NOT_PRIVATE),
			pushVerdict('task', task(input), NOT_PRIVATE),
		]) {
			expect(verdict).toMatchObject({ sync: false, rule: 'private-left-out' });
		}
	});
	it.each(['normal', 'personal', 'confidential'])('private-left-out: %s items are synced in any case', (sensitivity) => {
		expect(pulledTask({}, { sensitivity }, NOT_PRIVATE)).toEqual(SYNCED);
		expect(pushVerdict('task', task({ sensitivity }), NOT_PRIVATE)).toEqual(SYNCED);
	});
});

describe('invitation-restored', () => {
	it('invitation-restored: an invitation is a meeting that someone else called, or a message about it', () => {
		expect(isInvitation({ ...SINGLE, isMeeting: true, isOrganizer: false })).toBe(true);
		expect(isInvitation({ ...SINGLE, isMeeting: true, isOrganizer: true })).toBe(false);
		expect(isInvitation(SINGLE)).toBe(false);
		expect(isInvitation({ ...MAIL, nature: 'meetingMessage' })).toBe(true);
		expect(isInvitation(MAIL)).toBe(false);
	});
});

describe('read-receipts', () => {
	it('read-receipts: only the other system asks for them where it is set so, and only when the record says so', () => {
		expect(asksForReceipt(email({ readReceipt: true }), 'otherSystem')).toBe(true);
		expect(asksForReceipt(email(), 'otherSystem')).toBe(false);
		expect(asksForReceipt(email({ readReceipt: true }), 'exchange')).toBe(false);
		expect(asksForReceipt(email(), 'exchange')).toBe(false);
	});
});

describe('every exclusion', () => {
	it('is one sentence and a rule of the catalogue', () => {
		const verdicts = [
			pulledEmail({ isDraft: true }),
			pulledEmail({ nature: 'contact' }),
			pulledEmail({ nature: 'taskMessage' }),
			pulledTask({ delegation: 'assigner' }),
			pulledTask({ isRecurring: true }),
			pulledTask({ isDetachedOccurrence: true }),
			pulledAppointment({ exceptionCount: 21 }),
			pulledTask({}, { sensitivity: 'private' }, NOT_PRIVATE),
			pushVerdict('email', email({ archived: true }), ALL),
			pushVerdict('appointment', appointment({ type: 'absence' }), ALL),
		];
		for (const verdict of verdicts) {
			if (verdict.sync) throw new Error('it was synced');
			expect(RULES).toHaveProperty([verdict.rule]);
			expect(verdict.message).toMatch(/^(Email|Appointment|Series|Task) ".*" \(.*\) [a-z].*[^.]\.$/);
		}
	});
});
