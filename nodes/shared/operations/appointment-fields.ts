import type { INodeProperties } from 'n8n-workflow';

import { categoriesOption, importanceOption, plainTextOption, sensitivityOption } from '../parameters/field-options';
import type { EnteredOptions } from '../parameters/entered-options';

export const allDayParameter: INodeProperties = { displayName: 'All Day', name: 'allDay', type: 'boolean', default: false, description: 'Whether it takes whole days' };

/** Subject and times of an appointment that is created. */
export const appointmentParameters: INodeProperties[] = [
	{ displayName: 'Subject', name: 'subject', type: 'string', default: '', required: true, placeholder: 'e.g. Project review', description: 'What the appointment is called' },
	{
		displayName: 'Start',
		name: 'start',
		type: 'dateTime',
		default: '',
		required: true,
		placeholder: 'e.g. 2026-03-02T09:00:00',
		description: 'When it begins. A time without zone is read in the time zone of the appointment. For All Day the date alone counts.',
	},
	{
		displayName: 'End',
		name: 'end',
		type: 'dateTime',
		default: '',
		required: true,
		placeholder: 'e.g. 2026-03-02T10:00:00',
		description: 'When it ends. For All Day the day after the last one.',
	},
	allDayParameter,
];

/** Further fields of an appointment. */
export const appointmentOptions: INodeProperties[] = [
	categoriesOption,
	importanceOption,
	{ displayName: 'Location', name: 'location', type: 'string', default: '', placeholder: 'e.g. Room 4', description: 'Where it takes place' },
	{
		displayName: 'Recurrence Rule',
		name: 'rrule',
		type: 'string',
		default: '',
		placeholder: 'e.g. FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10',
		description: 'Makes it a series: a rule of iCalendar (RFC 5545) without the prefix RRULE:',
	},
	{ displayName: 'Reminder (Minutes Before)', name: 'reminderMinutes', type: 'number', default: 15, description: 'How long before the start to remind; -1 for no reminder' },
	sensitivityOption,
	{
		displayName: 'Show As',
		name: 'busyStatus',
		type: 'options',
		options: [
			{ name: 'Busy', value: 'busy' },
			{ name: 'Free', value: 'free' },
			{ name: 'Out of Office', value: 'oof' },
			{ name: 'Tentative', value: 'tentative' },
			{ name: 'Working Elsewhere', value: 'workingElsewhere' },
		],
		default: 'busy',
		description: 'How the time shows in the calendar',
	},
	plainTextOption('appointment'),
	{
		displayName: 'Time Zone',
		name: 'timeZone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Zurich',
		description: 'Zone that the appointment is made in, as an IANA name. Leave empty for the time zone of the credential.',
	},
];

/** Fields of an appointment record from the options that are set. @throws SettingsError */
export function appointmentFieldsOf(options: EnteredOptions): Record<string, unknown> {
	const fields = { ...options.given(['subject', 'start', 'end', 'location', 'text', 'categories', 'reminderMinutes']), ...options.choices(['importance', 'sensitivity', 'busyStatus']) };
	const allDay = options.isOn('allDay');
	if (allDay !== undefined) fields['allDay'] = allDay;
	const timeZone = options.text('timeZone');
	if (timeZone !== undefined) fields['timeZone'] = timeZone;
	if (Number(fields['reminderMinutes']) < 0) fields['reminderMinutes'] = null;
	const rrule = options.text('rrule');
	if (rrule !== undefined) fields['recurrence'] = { rrule: rrule.replace(/^RRULE:/i, ''), exceptions: [], deleted: [] };
	return fields;
}
