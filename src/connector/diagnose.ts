import { DateTime } from 'luxon';
import pLimit from 'p-limit';
import { faultFrom } from '../sync/fault';
import type { Mailbox } from '../sync/mailbox';
import type { AccountLink } from '../sync/account-link';
import type { ConnectorSettings } from './connector-settings';
import type { AccountDiagnosis, Diagnosis } from './diagnosis';
import type { Logins } from './logins';

const ACCOUNTS_AT_ONCE = 4;
const LOGON_METHODS = { basic: 'Basic', ntlm: 'NTLM', bearer: 'OAuth2 (delegated)', appOnly: 'OAuth2 (app-only)' } as const;

/** What diagnosing needs of a mailbox besides the port. */
export interface DiagnosableMailbox extends Mailbox {
	/** IANA name of the zone the mailbox is set to; undefined where the server does not tell. */
	ownTimeZone(): Promise<string | undefined>;
}

/** Logs on to every account and looks around; reads nothing but folder counts. */
export async function diagnose(
	settings: ConnectorSettings,
	links: readonly AccountLink[],
	logins: Logins,
	open: (link: AccountLink) => Promise<Mailbox>,
	now: () => number,
): Promise<Diagnosis> {
	const limit = pLimit(ACCOUNTS_AT_ONCE);
	const begun = new Map(settings.active ? logins.likelyFirst(links).map((link) => [link, limit(() => diagnoseAccount(settings, link, logins, open, now))]) : []);
	const accounts = await Promise.all(links.flatMap((link) => begun.get(link) ?? []));
	const reachable = links.find((_, index) => accounts[index]?.reachable === true);
	const server = reachable === undefined ? undefined : logins.serverInfo(reachable);
	return {
		connector: settings.name,
		active: settings.active,
		url: settings.url === '' && reachable !== undefined ? await logins.urlOf(reachable) : settings.url,
		serverVersion: server?.schema ?? '',
		serverBuild: server?.build ?? '',
		logonMethod: LOGON_METHODS[settings.authentication.method],
		clockSkewSeconds: (reachable === undefined ? undefined : logins.clockSkewSeconds(reachable)) ?? null,
		connectorTimeZone: settings.timeZone,
		accounts,
	};
}

async function diagnoseAccount(settings: ConnectorSettings, link: AccountLink, logins: Logins, open: (link: AccountLink) => Promise<Mailbox>, now: () => number): Promise<AccountDiagnosis> {
	const begun = now();
	const standing = () => {
		const { pausedUntil, failures } = logins.limitOf(link);
		return { pausedUntil: pausedUntil === undefined ? '' : new Date(pausedUntil).toISOString(), failedLogons: failures, roundTripMs: now() - begun };
	};
	const base = { account: link.account, mailbox: link.mailbox, access: settings.access };
	try {
		const mailbox = await open(link);
		const folders = await mailbox.folders(true);
		const mailboxTimeZone = isDiagnosable(mailbox) ? ((await mailbox.ownTimeZone()) ?? '') : '';
		return {
			...base,
			reachable: true,
			problem: '',
			code: '',
			mailboxTimeZone,
			timeZoneDiffers: mailboxTimeZone !== '' && !sameHours(mailboxTimeZone, settings.timeZone, now()),
			folders: folders.length,
			inboxItems: folders.find((folder) => folder.role === 'inbox')?.itemCount ?? 0,
			...standing(),
		};
	} catch (error) {
		const fault = faultFrom(error);
		return { ...base, reachable: false, problem: fault.message, code: fault.code ?? fault.reason, mailboxTimeZone: '', timeZoneDiffers: false, folders: 0, inboxItems: 0, ...standing() };
	}
}

function isDiagnosable(mailbox: Mailbox): mailbox is DiagnosableMailbox {
	return 'ownTimeZone' in mailbox;
}

/** Whether two zones show the same time now and half a year from now. */
function sameHours(a: string, b: string, now: number): boolean {
	const halfYear = 182 * 24 * 60 * 60_000;
	return [now, now + halfYear].every((instant) => DateTime.fromMillis(instant, { zone: a }).offset === DateTime.fromMillis(instant, { zone: b }).offset);
}
