/** Records for tests of the sync, complete but for what a test says. */
import type { AppointmentRecord } from '../../src/records/appointment.ts';
import type { EmailRecord } from '../../src/records/email.ts';
import type { TaskRecord } from '../../src/records/task.ts';
import { bareEmail } from '../records/bare-email.mts';

export function email(more: Partial<EmailRecord> = {}): EmailRecord {
	return bareEmail({
		key: '<one@example.test>',
		subject: 'Offer',
		from: { name: 'Bert', address: 'bert@example.test' },
		to: [{ name: 'Anna', address: 'anna@example.test' }],
		sentAt: '2026-03-01T07:00:00Z',
		receivedAt: '2026-03-01T07:00:05Z',
		text: 'Please find our offer.',
		...more,
	});
}

export function appointment(more: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return {
		kind: 'appointment',
		key: 'uid-1',
		subject: 'Meeting',
		start: '2026-03-02T08:00:00Z',
		end: '2026-03-02T09:00:00Z',
		allDay: false,
		timeZone: 'Europe/Zurich',
		location: 'Room 1',
		text: 'Agenda',
		busyStatus: 'busy',
		importance: 'normal',
		sensitivity: 'normal',
		reminderMinutes: 15,
		cancelled: false,
		categories: [],
		...more,
	};
}

export function series(more: Partial<AppointmentRecord> = {}): AppointmentRecord {
	return appointment({ subject: 'Jour fixe', recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=10', exceptions: [], deleted: [] }, ...more });
}

export function task(more: Partial<TaskRecord> = {}): TaskRecord {
	return {
		kind: 'task',
		key: 'task-1',
		subject: 'Write the report',
		text: '',
		status: 'notStarted',
		percentComplete: 0,
		importance: 'normal',
		sensitivity: 'normal',
		reminderAt: null,
		categories: [],
		...more,
	};
}
