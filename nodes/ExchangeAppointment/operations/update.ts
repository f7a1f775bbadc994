import type { INodeProperties } from 'n8n-workflow';

import { appointmentFieldsOf, appointmentOptions } from '../../shared/operations/appointment-fields';
import type { Operation } from '../../shared/operations/operation';
import { updateFieldsParameter, updateItems } from '../../shared/operations/update-items';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { EnteredOptions } from '../../shared/parameters/entered-options';
import { exchangeIdParameter } from '../../shared/parameters/item-parameters';

const fields: INodeProperties[] = [
	...appointmentOptions.map((option) => (option.name === 'timeZone' ? { ...option, description: 'Another zone for the appointment, as an IANA name. A series recurs at its time of day there.' } : option)),
	{
		displayName: 'All Day',
		name: 'allDay',
		type: 'boolean',
		default: false,
		description: 'Whether it takes whole days. Without new times: switched on, all days of which it has some part; switched off, from midnight to midnight.',
	},
	{
		displayName: 'End',
		name: 'end',
		type: 'dateTime',
		default: '',
		description: 'When it ends; of what is all day the day after the last one. Without it the appointment keeps its length, or its days, at a new start.',
	},
	{
		displayName: 'Start',
		name: 'start',
		type: 'dateTime',
		default: '',
		description:
			'When it begins. A time without zone is read in the time zone of the appointment; of what is all day the date alone counts. Of a series: where it begins. Its rule stays, and its changed and deleted occurrences stay on their days.',
	},
	{ displayName: 'Subject', name: 'subject', type: 'string', default: '' },
];

/** Changes fields of an appointment or series; nothing is sent to anybody. */
export const update: Operation = {
	value: 'update',
	name: 'Update',
	action: 'Update an appointment',
	description: 'Change fields of an appointment or series. Nothing is sent to anybody.',
	properties: [
		accountParameter,
		exchangeIdParameter('appointment'),
		updateFieldsParameter(fields),
	],
	async run(call) {
		const { changedAppointment } = await import('../../../src/records/entered-times');
		return await updateItems(call, 'appointment', (item) => appointmentFieldsOf(new EnteredOptions(fields, call.functions.getNodeParameter('updateFields', item, {}))), changedAppointment);
	},
};
