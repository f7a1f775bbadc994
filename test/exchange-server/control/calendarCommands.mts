import { z } from 'zod';
import type { AppointmentEdit, NewAppointment, SeriesPlan } from '../calendar/outlook-calendar.mts';
import type { NewTask, TaskEdit } from '../tasks/outlook-tasks.mts';
import type { Control } from './control.mts';

const mailbox = z.object({ mailbox: z.string() });
const anItem = mailbox.extend({ id: z.string() });
const anOccurrence = anItem.extend({ date: z.string() });
const fields = z.record(z.unknown());

/** `POST /control/<name>` for calendars and tasks; shapes are those of calendar/outlook-calendar.mts and tasks/outlook-tasks.mts. */
export const CALENDAR_COMMANDS: Readonly<Record<string, (control: Control, body: unknown) => unknown>> = {
	'create-appointment': (control, body) => {
		const { mailbox: address, appointment } = mailbox.extend({ appointment: fields }).parse(body);
		const calendar = control.calendar(address);
		return { id: calendar.idOf(calendar.create(appointment as unknown as NewAppointment)) };
	},
	'edit-appointment': (control, body) => {
		const { mailbox: address, id, edit, send } = anItem.extend({ edit: fields, send: z.boolean().optional() }).parse(body);
		control.calendar(address).edit(id, edit as AppointmentEdit, send);
		return {};
	},
	'change-pattern': (control, body) => {
		const { mailbox: address, id, series, firstDay } = anItem.extend({ series: fields, firstDay: z.string().optional() }).parse(body);
		control.calendar(address).changePattern(id, series as unknown as SeriesPlan, firstDay);
		return {};
	},
	'edit-occurrence': (control, body) => {
		const { mailbox: address, id, date, edit } = anOccurrence.extend({ edit: fields }).parse(body);
		control.calendar(address).editOccurrence(id, date, edit as AppointmentEdit);
		return {};
	},
	'delete-occurrence': (control, body) => {
		const { mailbox: address, id, date } = anOccurrence.parse(body);
		control.calendar(address).deleteOccurrence(id, date);
		return {};
	},
	occurrences: (control, body) => {
		const { mailbox: address, id, limit } = anItem.extend({ limit: z.number().int().optional() }).parse(body);
		return control.calendar(address).occurrences(id, limit);
	},
	'answer-meeting': (control, body) => {
		const { mailbox: address, id, answer } = anItem.extend({ answer: z.enum(['AcceptItem', 'TentativelyAcceptItem', 'DeclineItem']) }).parse(body);
		control.calendar(address).answer(id, answer);
		return {};
	},
	'create-task': (control, body) => {
		const { mailbox: address, task } = mailbox.extend({ task: fields }).parse(body);
		const tasks = control.tasks(address);
		return { id: tasks.idOf(tasks.create(task as unknown as NewTask)) };
	},
	'edit-task': (control, body) => {
		const { mailbox: address, id, edit } = anItem.extend({ edit: fields }).parse(body);
		control.tasks(address).edit(id, edit as TaskEdit);
		return {};
	},
	'assign-task': (control, body) => {
		const { mailbox: address, id, assignee } = anItem.extend({ assignee: z.string() }).parse(body);
		const theirs = control.tasks(assignee);
		return { id: theirs.idOf(control.tasks(address).assign(id, theirs)) };
	},
};
