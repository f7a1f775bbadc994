import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';
import { recordTitle } from '../../src/records/record-title.ts';
import { CONTEXT } from './random-records.mts';

describe('the title of a record', () => {
	it('has the subject and the date of its kind', () => {
		expect(recordTitle(checkedRecord('appointment', { subject: 'A', start: '2026-03-02' }, CONTEXT))).toEqual({ subject: 'A', date: '2026-03-02' });
		expect(recordTitle(checkedRecord('task', { subject: 'T', startDate: '2026-03-01', dueDate: '2026-03-05' }, CONTEXT))).toEqual({ subject: 'T', date: '2026-03-05' });
		expect(recordTitle(checkedRecord('task', { subject: 'T' }, CONTEXT))).toEqual({ subject: 'T', date: '' });
		expect(recordTitle(checkedRecord('email', { sentAt: '2026-03-02T08:00:00Z' }, CONTEXT))).toEqual({ subject: '(no subject)', date: '2026-03-02T08:00:00Z' });
		expect(recordTitle(checkedRecord('email', { sentAt: '2026-03-02T08:00:00Z', receivedAt: '2026-03-02T08:00:05Z' }, CONTEXT)).date).toBe('2026-03-02T08:00:05Z');
	});

	it('is one line of at most 80 characters, which no emoji is cut in', () => {
		const title = recordTitle(checkedRecord('task', { subject: `a\n${'😀'.repeat(100)}` }, CONTEXT)).subject;
		expect(Array.from(title)).toHaveLength(80);
		expect(title.startsWith('a 😀')).toBe(true);
		expect(title.endsWith('😀…')).toBe(true);
		expect(recordTitle(checkedRecord('task', { subject: 'x'.repeat(80) }, CONTEXT)).subject).toBe('x'.repeat(80));
	});
});
