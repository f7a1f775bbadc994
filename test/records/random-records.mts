import fc from 'fast-check';
import { checkedRecord } from '../../src/records/checked-record.ts';
import type { RecordKind } from '../../src/records/common-fields.ts';
import type { ExchangeRecord, RecordOf } from '../../src/records/record.ts';

export const CONTEXT = { timeZone: 'Europe/Zurich', now: Date.UTC(2026, 2, 2, 12) };
export const ZONES = ['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'] as const;

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const lines = fc.array(text, { maxLength: 4 }).map((parts) => parts.join('\n'));
const instant = fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString());
const date = instant.map((value) => value.slice(0, 10));
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const address = fc.record({ name: fc.stringMatching(/^[A-Za-z ]{0,12}$/), address: fc.tuple(word, word).map(([user, host]) => `${user}@${host}.example`) });
const addresses = fc.array(address, { maxLength: 4 });
const categories = fc.array(word, { maxLength: 4 });
const importance = fc.constantFrom('low', 'normal', 'high');
const sensitivity = fc.constantFrom('normal', 'personal', 'private', 'confidential');
const optional = <T,>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const email = fc.record({
	subject: text,
	from: optional(address),
	to: addresses,
	cc: addresses,
	bcc: addresses,
	replyTo: addresses,
	sentAt: optional(instant),
	receivedAt: optional(instant),
	text: optional(lines),
	html: optional(lines.map((value) => `<html><body><p>${value.replace(/[<>&]/g, '')}</p></body></html>`)),
	isRead: fc.boolean(),
	importance,
	sensitivity,
	categories,
	flag: fc.constantFrom({ status: 'notFlagged' }, { status: 'flagged', startDate: '2026-03-02', dueDate: '2026-03-05' }, { status: 'complete', completeDate: '2026-03-01' }),
	attachments: fc.array(fc.record({ name: word, size: fc.nat(), inline: fc.boolean() }), { maxLength: 3 }),
});

const rule = fc.constantFrom(
	'FREQ=DAILY',
	'FREQ=DAILY;INTERVAL=3;COUNT=12',
	'FREQ=WEEKLY',
	'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU',
	'FREQ=MONTHLY;BYDAY=-1FR',
	'FREQ=MONTHLY;BYMONTHDAY=15;COUNT=6',
	'FREQ=YEARLY;BYMONTH=3;BYDAY=2TU',
	'FREQ=YEARLY',
);

const common = { subject: text, location: text, text: lines, busyStatus: fc.constantFrom('free', 'tentative', 'busy', 'oof', 'workingElsewhere'), importance, sensitivity, categories, reminderMinutes: optional(fc.nat(10_000)), cancelled: fc.boolean(), timeZone: fc.constantFrom(...ZONES), recurrence: optional(rule) };

const appointment = fc.oneof(
	fc.record({ ...common, start: instant, minutes: fc.nat(600) }).map(({ minutes, ...rest }) => ({ ...rest, end: new Date(Date.parse(rest.start) + minutes * 60_000).toISOString() })),
	fc.record({ ...common, start: date }),
);

const task = fc.record({
	subject: text,
	text: lines,
	dueDate: optional(date),
	percentComplete: fc.nat(100),
	importance,
	sensitivity,
	categories,
	reminderAt: optional(instant),
	totalWork: optional(fc.nat(10_000)),
	actualWork: optional(fc.nat(10_000)),
});

const INPUTS: Record<RecordKind, fc.Arbitrary<Record<string, unknown>>> = { email, appointment, task };

/** Records as the check leaves them. */
export function records<K extends RecordKind>(kind: K): fc.Arbitrary<RecordOf<K>> {
	return INPUTS[kind].map((input) => checkedRecord(kind, input, CONTEXT));
}

/** Records of any kind. */
export const anyRecord: fc.Arbitrary<ExchangeRecord> = fc.oneof(records('email'), records('appointment'), records('task'));
