import type { EmailRecord } from '../records/email';
import type { EmailFacts } from './facts';
import { leftOut, SYNCED, type Verdict } from './verdict';

/** Rule `drafts-not-synced`, pull: what has not been sent yet stays in Exchange. */
export function draftPullVerdict(record: EmailRecord, facts: EmailFacts): Verdict {
	return facts.isDraft ? draft(record) : SYNCED;
}

/** Rule `drafts-not-synced`, push: a draft of the other system stays there. */
export function draftPushVerdict(record: EmailRecord): Verdict {
	return record.isDraft === true ? draft(record) : SYNCED;
}

function draft(record: EmailRecord): Verdict {
	return leftOut('drafts-not-synced', record, 'is a draft and is not synced until it has been sent');
}

/** Rule `archived-not-pushed`: what the other system has archived is not written; a copy that is already in Exchange stays as it is. */
export function archivedVerdict(record: EmailRecord): Verdict {
	return record.archived === true
		? leftOut('archived-not-pushed', record, 'is archived in the other system and is not written to Exchange until it is taken out of the archive; a copy that is already there stays')
		: SYNCED;
}
