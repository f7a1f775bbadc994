import type { RecordKind } from '../../records/common-fields';
import { differingFields } from '../../records/content-hash';
import type { RecordOf } from '../../records/record';
import { namedItem } from '../../rules/verdict';
import type { PushJob, Written } from './push-job';

/** What is told of an item that was written over. */
export type WrittenOver = Pick<Written, 'message' | 'keptFields'> & { outcome: 'updated' | 'unchanged' };

/** What is told where the record says another thing of some fields than Exchange has and keeps; where nothing else was written, it is `unchanged`. @param kindOfItem as in "in an email that is there" */
export function keptOutcome(record: RecordOf<RecordKind>, kept: string[], isChange: boolean, message: string, kindOfItem: string): WrittenOver {
	const fields = new Intl.ListFormat('en').format(kept);
	const stays = kept.length === 1 ? `${fields} stays as it is, as Exchange does not let it be changed` : `${fields} stay as they are, as Exchange does not let them be changed`;
	const done = isChange ? message.replace(/\.$/, ';') : `${namedItem(record)} was not changed:`;
	return { outcome: isChange ? 'updated' : 'unchanged', message: `${done} ${stays} in ${kindOfItem}.`, keptFields: kept };
}

/** {@link keptOutcome} of an appointment, of which nobody may write `cancelled`; undefined where the record says nothing else of it. @param stored undefined: it is new */
export function keptCancellation({ record, unmentioned }: PushJob, stored: RecordOf<RecordKind> | undefined, message: string): WrittenOver | undefined {
	if (record.kind !== 'appointment' || unmentioned.includes('cancelled') || record.cancelled === (stored?.kind === 'appointment' && stored.cancelled)) return undefined;
	const isChange = stored === undefined || differingFields(stored, record).some((field) => field !== 'cancelled');
	return keptOutcome(record, ['cancelled'], isChange, message, 'an appointment');
}
