/** In which direction a rule acts. */
export type RuleDirection = 'pull' | 'push' | 'both' | 'connector';

/** One documented rule. */
export interface Rule {
	readonly chapter: 'Connector' | 'General' | 'Meetings' | 'Series' | 'Emails' | 'Tasks';
	readonly direction: RuleDirection;
	/** One sentence, as shown in the README's rule table. */
	readonly summary: string;
}

/**
 * Every documented rule by its id. The id is what outcomes report as `rule`, what tests are named after and what the README's table lists.
 */
export const RULES = {
	'connector-name': { chapter: 'Connector', direction: 'connector', summary: 'A connector has a name that identifies it in errors and outcomes.' },
	'connector-inactive': { chapter: 'Connector', direction: 'both', summary: 'A connector that is switched off touches nothing; nothing that happened meanwhile is lost.' },
	'connector-url': { chapter: 'Connector', direction: 'connector', summary: 'The address of the EWS service, on-premises or hosted.' },
	'connector-domain': { chapter: 'Connector', direction: 'connector', summary: 'The domain that the connector authenticates with.' },
	'connector-authentication': { chapter: 'Connector', direction: 'connector', summary: 'Exchange Online needs OAuth2; on-premises may also use Basic or NTLM with a login per account.' },
	'account-one-to-one': { chapter: 'Connector', direction: 'connector', summary: 'A mailbox is linked to exactly one account of the other system.' },
	'logon-limit': { chapter: 'Connector', direction: 'connector', summary: 'After several refused logons in a row an account pauses, so that no directory account gets locked.' },
	'relations-not-synced': { chapter: 'General', direction: 'both', summary: 'Relations between objects are not synced.' },
	'time-zone': { chapter: 'General', direction: 'both', summary: 'Values without a zone are read in the connector’s time zone; all-day items are dates.' },
	'read-receipts': { chapter: 'General', direction: 'push', summary: 'Read receipts are requested on one side only and never sent by marking a mail as read.' },
	'contacts-not-supported': { chapter: 'General', direction: 'both', summary: 'Contacts and distribution lists are not synced.' },
	'absences-not-pushed': { chapter: 'General', direction: 'push', summary: 'Absences of the other system do not go to Exchange.' },
	'attachments-email-only': { chapter: 'General', direction: 'both', summary: 'Attachments are synced for emails only.' },
	'plain-text-only': { chapter: 'General', direction: 'both', summary: 'Texts of tasks and appointments are synced without formatting.' },
	'restore-not-synced': { chapter: 'General', direction: 'both', summary: 'Restoring from the bin is not synced.' },
	'import-attempts': { chapter: 'General', direction: 'pull', summary: 'An item that cannot be read is tried again, then reported once as failed and left.' },
	'export-attempts': { chapter: 'General', direction: 'push', summary: 'An item that cannot be written is tried again, then reported as failed.' },
	'continue-on-error': { chapter: 'General', direction: 'both', summary: 'A fault concerns its item alone, or pauses the whole connector for five minutes.' },
	'meeting-as-appointment': { chapter: 'Meetings', direction: 'both', summary: 'A meeting becomes independent appointments without organizer and attendees; nothing is sent to anyone.' },
	'invitation-as-email': { chapter: 'Meetings', direction: 'both', summary: 'Invitations travel as ordinary emails with an .ics attachment that cannot be accepted or declined.' },
	'invitation-restored': { chapter: 'Meetings', direction: 'both', summary: 'A restored invitation syncs again from Exchange to the other system, not the other way.' },
	'meeting-metadata': { chapter: 'Meetings', direction: 'pull', summary: 'The text of a meeting may carry a “When/Where” block; an option strips it.' },
	'series-pattern-changed': { chapter: 'Series', direction: 'both', summary: 'A series whose recurrence pattern is changed in Exchange is excluded from then on.' },
	'series-deleted-permanently': { chapter: 'Series', direction: 'pull', summary: 'A series deleted in Exchange is deleted for good in the other system.' },
	'series-too-many-exceptions': { chapter: 'Series', direction: 'both', summary: 'A series with more than 20 exceptions is synced no longer.' },
	'email-independent': { chapter: 'Emails', direction: 'both', summary: 'Emails are independent: replies and forwards are not linked in the target.' },
	'drafts-not-synced': { chapter: 'Emails', direction: 'both', summary: 'Drafts are not synced.' },
	'archived-not-pushed': { chapter: 'Emails', direction: 'push', summary: 'Emails archived in the other system are not pushed; a copy already in Exchange stays.' },
	'auto-reply-ignored': { chapter: 'Emails', direction: 'both', summary: 'Out-of-office settings are never read or written; a received auto-reply is an ordinary mail.' },
	'smime-push': { chapter: 'Emails', direction: 'push', summary: 'An encrypted mail shows in Exchange with readable headers and encrypted content.' },
	'smime-pull': { chapter: 'Emails', direction: 'pull', summary: 'An encrypted mail is decrypted where its certificate was given, else it arrives encrypted.' },
	'delegation-not-synced': { chapter: 'Tasks', direction: 'both', summary: 'Delegation is not synced; whoever gets a task sees a normal one.' },
	'task-saved-before-delegation': { chapter: 'Tasks', direction: 'both', summary: 'A task saved before it is delegated exists twice: for its creator and for the assignee.' },
	'recurring-tasks-not-synced': { chapter: 'Tasks', direction: 'both', summary: 'Task series are not synced.' },
	'private-left-out': { chapter: 'General', direction: 'both', summary: 'Private items are left out where the switch says so.' },
} as const satisfies Record<string, Rule>;

/** Id of a documented rule. */
export type RuleId = keyof typeof RULES;
