import type { INodeProperties } from 'n8n-workflow';

import type { AppointmentRecord } from '../../../src/records/appointment';
import { appointmentFieldsOf, appointmentOptions } from '../../shared/operations/appointment-fields';
import type { Operation } from '../../shared/operations/operation';
import { updateFieldsParameter, updateItems } from '../../shared/operations/update-items';
import { accountParameter } from '../../shared/parameters/account-parameter';
import { exchangeIdParameter, optionsOf } from '../../shared/parameters/item-parameters';
import { day } from './entered-appointment';

const fields: INodeProperties[] = [
	...appointmentOptions,
	{ displayName: 'All Day', name: 'allDay', type: 'boolean', default: false, description: 'Whether it takes whole days' },
	{ displayName: 'End', name: 'end', type: 'dateTime', default: '', description: 'When it ends. Without it the appointment keeps its length.' },
	{ displayName: 'Start', name: 'start', type: 'dateTime', default: '', description: 'When it begins' },
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
		const { timeZone } = call.connector.settings;
		const { instantOf } = await import('../../../src/records/point-in-time');
		return await updateItems(
			call,
			'appointment',
			(item) => appointmentFieldsOf(optionsOf(call.functions.getNodeParameter('updateFields', item, {}))),
			(stored, changes) => {
				const allDay = (changes['allDay'] ?? stored.allDay) === true;
				const merged = { ...stored, ...changes, start: day(changes['start'] ?? stored.start, allDay), end: day(changes['end'] ?? stored.end, allDay) };
				if (changes['start'] === undefined || changes['end'] !== undefined || allDay || stored.allDay) return merged;
				return { ...merged, end: sameLength(stored, instantOf(changes['start'], zoneOf(changes, stored, timeZone))) ?? merged.end };
			},
		);
	},
};

/** End of an appointment that is moved to another start and keeps its length. */
function sameLength(stored: AppointmentRecord, start: string | undefined): string | undefined {
	return start === undefined ? undefined : new Date(Date.parse(start) + Date.parse(stored.end) - Date.parse(stored.start)).toISOString();
}

function zoneOf(changes: Record<string, unknown>, stored: AppointmentRecord, fallback: string): string {
	return typeof changes['timeZone'] === 'string' ? changes['timeZone'] : stored.timeZone || fallback;
}
