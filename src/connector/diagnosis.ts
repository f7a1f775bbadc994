/** How one account stands. */
export interface AccountDiagnosis {
	account: string;
	mailbox: string;
	reachable: boolean;
	/** What is wrong and what to do; empty when nothing is. */
	problem: string;
	/** Exchange's code for the problem. */
	code: string;
	access: string;
	/** IANA name of the mailbox's own zone, empty where the server does not tell. */
	mailboxTimeZone: string;
	/** The mailbox's zone has other hours than the connector's (rule `time-zone`). */
	timeZoneDiffers: boolean;
	folders: number;
	inboxItems: number;
	/** RFC 3339, empty: not paused. */
	pausedUntil: string;
	failedLogons: number;
	roundTripMs: number;
}

/** What a support engineer asks for first. */
export interface Diagnosis {
	connector: string;
	active: boolean;
	url: string;
	serverVersion: string;
	serverBuild: string;
	logonMethod: string;
	/** Server's clock minus ours, seconds. */
	clockSkewSeconds: number | null;
	connectorTimeZone: string;
	accounts: AccountDiagnosis[];
}
