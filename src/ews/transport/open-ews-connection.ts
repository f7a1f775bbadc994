import type { ExchangeService, IXHRApi } from 'ews-javascript-api';
import pLimit from 'p-limit';

import { loadEwsLibrary, type EwsLibrary } from '../library/ews-library';
import { askedPauses } from './asked-pauses';
import { BackOffGate } from './back-off-gate';
import { chargedAccounts } from './charged-accounts';
import { machineClock, type Clock } from './clock';
import type { ConnectionSettings, MailboxAccess, ServerVersion } from './connection-settings';
import type { EwsConnection, MailboxConnection, ServerInfo } from './ews-connection';
import { HttpExchange } from './http-exchange';
import { MailboxRequests, type SharedConnection } from './mailbox-requests';
import { libraryTransport } from './library-transport';

const VERSIONS: readonly ServerVersion[] = ['Exchange2016', 'Exchange2013_SP1', 'Exchange2013', 'Exchange2010_SP2'];
const DEFAULT_PER_MAILBOX = 4;
const DEFAULT_OVERALL = 16;

/**
 * Opens a connection to an EWS server for one login. Nothing is loaded and nothing sent before the first request.
 * @throws TypeError when the address is none
 */
export function openEwsConnection(settings: ConnectionSettings, clock: Clock = machineClock): EwsConnection {
	const url = new URL(settings.url);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('EWS is reached by http or https.');
	const overall = settings.concurrency?.overall ?? DEFAULT_OVERALL;
	const exchange = new HttpExchange(settings, overall);
	const mailboxes = new Map<string, MailboxConnection>();
	let versionIndex = Math.max(0, VERSIONS.indexOf(settings.serverVersion ?? 'Exchange2016'));
	let serverInfo: ServerInfo | undefined;

	const shared: SharedConnection = {
		host: url.hostname,
		clock,
		overall: pLimit(overall),
		gate: (access) => new BackOffGate(clock, askedPauses(clock), chargedAccounts(url, access, settings.authenticator.account), access.address),
		library: loadEwsLibrary,
		refusals: (access) => exchange.refusalsOf(access.address),
		service(library, access, attempt) {
			const service = serviceFor(library, url, access, VERSIONS[versionIndex] ?? 'Exchange2016', libraryTransport(exchange, url, access, attempt));
			return { service, version: versionIndex };
		},
		answered(service) {
			serverInfo = serverInfoOf(service) ?? serverInfo;
		},
		lowerVersion(version) {
			// Somebody else's request may have stepped down already.
			if (version < versionIndex) return true;
			if (versionIndex === VERSIONS.length - 1) return false;
			versionIndex++;
			return true;
		},
	};

	return {
		mailbox(access) {
			const key = `${access.mode} ${access.address.toLowerCase()}`;
			const known = mailboxes.get(key) ?? new MailboxRequests(access, shared, settings.concurrency?.perMailbox ?? DEFAULT_PER_MAILBOX);
			mailboxes.set(key, known);
			return known;
		},
		get serverInfo() {
			return serverInfo;
		},
		get clockSkewMs() {
			return exchange.clockSkewMs;
		},
		async close() {
			await exchange.close();
		},
	};
}

function serviceFor(library: EwsLibrary, url: URL, access: MailboxAccess, version: ServerVersion, transport: IXHRApi): ExchangeService {
	const service = new library.ExchangeService(library.ExchangeVersion[version], library.TimeZoneInfo.Utc);
	service.Url = new library.Uri(url.href);
	// Logging on is the transport's business; the library only wants to see something.
	service.Credentials = Object.assign(new library.WebCredentials('-', '-'), { PrepareWebRequest: () => undefined });
	service.SendClientLatencies = false;
	service.XHRApi = transport;
	if (access.mode === 'impersonate') {
		service.ImpersonatedUserId = new library.ImpersonatedUserId(library.ConnectingIdType.SmtpAddress, access.address);
	}
	return service;
}

function serverInfoOf(service: ExchangeService): ServerInfo | undefined {
	const info = service.ServerInfo;
	if (info === null || info === undefined) return undefined;
	const parts = [info.MajorVersion, info.MinorVersion, info.MajorBuildNumber, info.MinorBuildNumber].map((part) => String(part ?? 0));
	return { build: parts.join('.'), schema: info.VersionString === '' ? undefined : info.VersionString };
}
