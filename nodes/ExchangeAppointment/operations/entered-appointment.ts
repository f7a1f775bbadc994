import type { OperationCall } from '../../shared/operations/operation';
import { optionsOf } from '../../shared/parameters/item-parameters';

/** Fields of an appointment as they are entered for one input item. */
export function enteredAppointment(call: OperationCall, item: number): Record<string, unknown> {
	const { functions } = call;
	const allDay = functions.getNodeParameter('allDay', item, false) === true;
	return {
		...optionsOf(functions.getNodeParameter('additionalFields', item, {})),
		subject: functions.getNodeParameter('subject', item, ''),
		start: day(functions.getNodeParameter('start', item, ''), allDay),
		end: day(functions.getNodeParameter('end', item, ''), allDay),
		allDay,
	};
}

/** n8n's date picker always adds a time, of which an all-day appointment has none. */
export function day(value: unknown, allDay: boolean): unknown {
	return allDay && typeof value === 'string' ? value.slice(0, 10) : value;
}
