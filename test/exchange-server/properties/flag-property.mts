import { EwsError } from '../operations/errors.mts';
import type { StructuredValue } from '../store/item.mts';
import { childText, type XmlElement } from '../xml/element.mts';
import { dateTime, element, leaf } from '../xml/write.mts';
import { parseInstant, property } from './define.mts';
import type { ParseContext, PropertyDefinition } from './definition.mts';

/** Which dates a flag of each status may come with (MS-OXWSCORE 2.2.4.23). */
const DATES: Readonly<Record<string, readonly string[]>> = { NotFlagged: [], Flagged: ['StartDate', 'DueDate'], Complete: ['CompleteDate'] };

/** `item:Flag`. A completed one has a day: that of the request (MS-OXWSCORE_R1045 of Microsoft's protocol tests finds it again), else the present one. */
export const FLAG: PropertyDefinition = property('item:Flag', 'Flag', 'Structured', {
	value: (item) => (item.properties['item:Flag'] as StructuredValue | undefined)?.['status'] as string | undefined ?? 'NotFlagged',
	render: (item) => {
		const flag = item.properties['item:Flag'] as StructuredValue | undefined;
		const date = (part: string): string => {
			const value = flag?.[part];
			return value instanceof Date ? leaf(`t:${part}`, dateTime(value)) : '';
		};
		return element('t:Flag', leaf('t:FlagStatus', String(flag?.['status'] ?? 'NotFlagged')) + date('StartDate') + date('DueDate') + date('CompleteDate'));
	},
	parse: parsedFlag,
});

function parsedFlag(source: XmlElement, { exchange }: ParseContext): StructuredValue {
	const status = childText(source, 'FlagStatus') ?? 'NotFlagged';
	const dates = Object.fromEntries(
		['StartDate', 'DueDate', 'CompleteDate'].flatMap((part) => {
			const value = childText(source, part);
			return value === undefined ? [] : [[part, parseInstant(value)]];
		}),
	);
	const isPair = (dates['StartDate'] === undefined) === (dates['DueDate'] === undefined);
	if (!isPair || Object.keys(dates).some((part) => DATES[status]?.includes(part) !== true)) throw new EwsError('ErrorInvalidArgument');
	return { structure: 'flag', status, ...(status === 'Complete' && { CompleteDate: exchange.clock.now() }), ...dates };
}
