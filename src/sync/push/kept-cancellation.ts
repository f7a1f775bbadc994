import type { RecordKind } from '../../records/common-fields';
import { differingFields } from '../../records/content-hash';
import type { RecordOf } from '../../records/record';
import { namedItem } from '../../rules/verdict';
import type { Written } from './push-job';

/** What is told of an appointment whose record says another thing of `cancelled` than Exchange, which lets nobody write it. Undefined where both say the same. */
export function keptCancellation(record: RecordOf<RecordKind>, stored: RecordOf<RecordKind> | undefined, message: string): Pick<Written, 'outcome' | 'message' | 'keptFields'> | undefined {
	if (record.kind !== 'appointment' || record.cancelled === (stored?.kind === 'appointment' && stored.cancelled)) return undefined;
	const stays = 'cancelled stays as it is, as Exchange does not let it be written';
	const isChange = stored === undefined || differingFields(stored, record).some((field) => field !== 'cancelled');
	const done = isChange ? message.replace(/\.$/, ';') : `${namedItem(record)} was not changed:`;
	return { outcome: stored === undefined ? 'created' : isChange ? 'updated' : 'unchanged', message: `${done} ${stays}.`, keptFields: ['cancelled'] };
}
