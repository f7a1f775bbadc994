import { checkAppointment } from './check-appointment';
import { checkEmail } from './check-email';
import { checkTask } from './check-task';
import type { RecordKind } from './common-fields';
import type { RecordOf } from './record';

/** What a check needs to know besides the record. */
export interface CheckContext {
	/** IANA or Windows name of the zone for values without one (rule `time-zone`). */
	timeZone: string;
	/** The present, milliseconds since 1970. */
	now: number;
	/**
	 * `asStored`: people of an email are taken as reading gives them, which may be as nobody can be written to: an address that Exchange did not resolve, a name
	 * alone. Default: only people whom mail can be sent to.
	 */
	addresses?: 'asStored';
}

type Checks = { [K in RecordKind]: (input: Record<string, unknown>, context: CheckContext) => RecordOf<K> };

const CHECKS: Checks = { email: checkEmail, appointment: checkAppointment, task: checkTask };

/**
 * Makes a complete, normalised record of what a workflow builder sends. Missing and null fields get their defaults; values are accepted in the
 * forms that databases, APIs and spreadsheets have them in; fields that a record does not have, such as the envelope of a pulled event, are
 * ignored. A checked record passes unchanged.
 *
 * @throws RecordError naming field, value and what would be right
 */
export function checkedRecord<K extends RecordKind>(kind: K, input: Record<string, unknown>, context: CheckContext): RecordOf<K> {
	return CHECKS[kind](input, context);
}
