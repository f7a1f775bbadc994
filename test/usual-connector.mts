/** A connector as tests have it where they are about something else: its settings, and how it pulls and pushes. */
import type { ConnectorSettings, Login, PullOptions, PullResult, PushOptions, Watch } from '../index.ts';

/** Settings of a connector with one login (Basic) and its own mailbox; what is left to choose is as in a new credential. */
export function usualSettings(url: string, login: Login, more: Partial<ConnectorSettings> = {}): ConnectorSettings {
	return {
		name: 'Office',
		connectorId: 'crm',
		active: true,
		url,
		authentication: { method: 'basic', login, loginByMailbox: {} },
		access: 'own',
		accounts: [],
		timeZone: 'Europe/Zurich',
		readReceiptsRequestedBy: 'otherSystem',
		maxFailedLogonAttempts: 3,
		logonPauseMinutes: 60,
		tls: { ignoreCertificate: false },
		timeoutMs: 20_000,
		smimeCertificates: [],
		...more,
	};
}

export const INBOX: Watch = { kind: 'email', folders: [{ by: 'role', role: 'inbox' }], includeSubfolders: false };
export const INBOX_AND_SENT_ITEMS: Watch = { kind: 'email', folders: [{ by: 'role', role: 'inbox' }, { by: 'role', role: 'sentItems' }], includeSubfolders: false };
export const CALENDAR: Watch = { kind: 'appointment', folders: [{ by: 'role', role: 'calendar' }], includeSubfolders: false };
export const TASKS: Watch = { kind: 'task', folders: [{ by: 'role', role: 'tasks' }], includeSubfolders: false };

/** How a pull is done, but for what is watched and the present. */
export const USUAL_PULL: Omit<PullOptions, 'watches' | 'now'> = {
	events: ['created', 'updated', 'readState', 'deleted'],
	firstRun: { from: 'beginning' },
	body: 'both',
	withAttachments: false,
	includePrivate: true,
	stripMeetingMetadata: false,
	timeZone: 'Europe/Zurich',
	importAttempts: 3,
	continueOnError: true,
	maxDeletesPerPoll: 500,
	budgetMs: 30_000,
	maxEvents: 500,
	durableCursor: true,
	processToken: 'process-1',
};

/** How a push is done, but for the present. */
export const USUAL_PUSH: Omit<PushOptions, 'now'> = {
	createFolder: false,
	conflictPolicy: 'exchangeWins',
	includePrivate: true,
	timeZone: 'Europe/Zurich',
	exportAttempts: 3,
	continueOnError: true,
	deliverInvitations: false,
};

/** What a test looks at: event and subject of each event. */
export function told(result: Pick<PullResult, 'events'>): string[] {
	return result.events.map(({ envelope, record }) => `${envelope.event} ${record?.subject ?? envelope.exchangeId}`);
}
