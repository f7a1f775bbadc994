import type { EmailFacts, EmailNature } from '../../rules/facts';
import { type WireNode, flag, text } from './wire-node';

/** What an item of a mail folder is, by its message class (MS-OXCMSG 2.2.1.3, MS-OXOCAL, MS-OXOTASK, MS-OXOMSG). */
export function natureOf(itemClass: string): EmailNature {
	const name = itemClass.toLowerCase();
	const is = (prefix: string): boolean => name === prefix || name.startsWith(`${prefix}.`);
	if (is('report')) return 'report';
	if (is('ipm.schedule.meeting')) return 'meetingMessage';
	if (is('ipm.taskrequest')) return 'taskMessage';
	if (is('ipm.contact') || is('ipm.distlist') || is('ipm.abchperson')) return 'contact';
	// An answer of a rule or an out-of-office reply that was received is a mail like others (rule `auto-reply-ignored`).
	if (is('ipm.note') || name === 'ipm' || name === '' || is('ipm.infopathform') || is('ipm.outlook.recall')) return 'message';
	return 'other';
}

/** Whether the message is S/MIME by its class; whether it is encrypted or signed is not said there. */
export function isSmimeClass(itemClass: string): boolean {
	return /^ipm\.note\.(?:smime|secure)(?:\.|$)/i.test(itemClass);
}

/** Whether the S/MIME message is readable as it is, its signature apart. */
export function isClearSignedClass(itemClass: string): boolean {
	return /^ipm\.note\.(?:smime\.multipartsigned|secure\.sign)(?:\.|$)/i.test(itemClass);
}

/** Facts of an item of a mail folder. */
export function emailFacts(item: WireNode): EmailFacts {
	const itemClass = text(item, 'ItemClass') ?? 'IPM.Note';
	const nature = natureOf(itemClass);
	const facts: EmailFacts = { kind: 'email', nature, isDraft: flag(item, 'IsDraft') ?? false, itemClass };
	const meetingUid = nature === 'meetingMessage' ? text(item, 'UID') : undefined;
	if (meetingUid !== undefined && meetingUid !== '') facts.meetingUid = meetingUid;
	return facts;
}
