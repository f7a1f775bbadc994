import { allDayParameter, appointmentFieldsOf, appointmentOptions } from '../../shared/operations/appointment-fields';
import { isOn } from '../../shared/operations/batches';
import type { OperationCall } from '../../shared/operations/operation';
import { EnteredOptions, optionsOf } from '../../shared/parameters/entered-options';

/** Reads the fields of an appointment record as they are entered for an input item. */
export async function appointmentReader(call: OperationCall): Promise<(item: number) => Record<string, unknown>> {
	const { enteredDay } = await import('../../../src/records/entered-times');
	const { functions, connector } = call;
	return (item) => {
		const entered = optionsOf(functions.getNodeParameter('additionalFields', item, {}));
		const zone = new EnteredOptions(appointmentOptions, entered).text('timeZone') ?? connector.settings.timeZone;
		const allDay = isOn(call, allDayParameter, item);
		const time = (name: 'start' | 'end'): unknown => {
			const value = functions.getNodeParameter(name, item, '');
			return allDay ? enteredDay(value, zone) : value;
		};
		return appointmentFieldsOf(new EnteredOptions(appointmentOptions, { ...entered, subject: functions.getNodeParameter('subject', item, ''), start: time('start'), end: time('end'), allDay }));
	};
}
