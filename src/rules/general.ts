import type { AppointmentRecord } from '../records/appointment';
import type { EmailRecord } from '../records/email';
import type { ExchangeRecord } from '../records/record';
import type { EmailFacts } from './facts';
import { leftOut, SYNCED, type Verdict } from './verdict';

/** Rule `contacts-not-supported`: contacts and distribution lists that lie in a mail folder. */
export function contactVerdict(record: EmailRecord, facts: EmailFacts): Verdict {
	return facts.nature === 'contact'
		? leftOut('contacts-not-supported', record, 'is a contact or a distribution list, and contacts are not synced; move it to a contact folder to be rid of this message')
		: SYNCED;
}

/**
 * Rule `absences-not-pushed`: an absence of the other system stays there. The way back has no such rule: an out-of-office appointment of
 * Exchange is an ordinary appointment with `busyStatus: oof`.
 */
export function absenceVerdict(record: AppointmentRecord): Verdict {
	return record.type === 'absence' ? leftOut('absences-not-pushed', record, 'is an absence, and absences are not written to Exchange; send it as another type to have it there') : SYNCED;
}

/** Rule `private-left-out`: items marked private, where the connector's switch says so. Personal and confidential items are synced. */
export function privateVerdict(record: ExchangeRecord, includePrivate: boolean): Verdict {
	return record.sensitivity === 'private' && !includePrivate
		? leftOut('private-left-out', record, 'is private and left out; switch on "Include Private Items" to sync it')
		: SYNCED;
}
