import { appointmentFieldsOf } from '../../shared/operations/appointment-fields';
import type { OperationCall } from '../../shared/operations/operation';
import { optionsOf, textOption } from '../../shared/parameters/item-parameters';

/** Reads the fields of an appointment record as they are entered for an input item. */
export async function appointmentReader(call: OperationCall): Promise<(item: number) => Record<string, unknown>> {
	const { enteredDay } = await import('../../../src/records/entered-times');
	const { functions, connector } = call;
	return (item) => {
		const options = optionsOf(functions.getNodeParameter('additionalFields', item, {}));
		const allDay = functions.getNodeParameter('allDay', item, false) === true;
		const time = (name: 'start' | 'end'): unknown => {
			const entered = functions.getNodeParameter(name, item, '');
			return allDay ? enteredDay(entered, textOption(options, 'timeZone') ?? connector.settings.timeZone) : entered;
		};
		return appointmentFieldsOf({ ...options, subject: functions.getNodeParameter('subject', item, ''), start: time('start'), end: time('end'), allDay });
	};
}
