import { visibleText } from '../text/plain-text';
import { canonicalAddresses, canonicalCategories, canonicalInstant, canonicalLine, canonicalSubject, collapsed } from './canonical-fields';
import type { CanonicalFields, CanonicalValue } from './canonical-value';
import type { EmailFlag, EmailRecord } from './email';
import { htmlBodyOf } from './email-body';

/**
 * What of an email counts as its content: subject, the people, when it was sent, the words of its text (of the HTML where it has one), read state, importance,
 * sensitivity, categories, flag, and the names of what is attached and not shown inside the HTML.
 */
export function canonicalEmail(email: EmailRecord): CanonicalFields {
	const html = htmlBodyOf(email);
	return {
		kind: email.kind,
		subject: canonicalSubject(email.subject),
		from: email.from === undefined ? null : (canonicalAddresses([email.from])[0] ?? null),
		to: canonicalAddresses(email.to),
		cc: canonicalAddresses(email.cc),
		bcc: canonicalAddresses(email.bcc),
		replyTo: canonicalAddresses(email.replyTo),
		sentAt: email.sentAt === undefined ? null : canonicalInstant(email.sentAt),
		text: collapsed(html === undefined ? (email.text ?? '') : visibleText(html)),
		isRead: email.isRead,
		importance: email.importance,
		sensitivity: email.sensitivity,
		categories: canonicalCategories(email.categories),
		flag: canonicalFlag(email.flag),
		attachments: email.attachments.filter(({ inline }) => !inline).map(({ name }) => canonicalLine(name)).sort(),
	};
}

/** Other than that of a task, Exchange keeps the day of completion that it is told (MS-OXWSCORE_R1045 of Microsoft's protocol tests). */
function canonicalFlag(flag: EmailFlag): CanonicalValue {
	switch (flag.status) {
		case 'notFlagged':
			return flag.status;
		case 'complete':
			return flag.completeDate === undefined ? flag.status : [flag.status, flag.completeDate];
		case 'flagged':
			return [flag.status, flag.startDate ?? null, flag.dueDate ?? null];
	}
}
