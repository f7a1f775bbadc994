import type { SmimeOpener } from '../ews/operations/smime-opener';
import type { Clock } from '../ews/transport/clock';
import type { CallBudget, ConnectionSettings, ConnectionWay, MailboxAccess } from '../ews/transport/connection-settings';
import type { EwsConnection, MailboxConnection, ServerInfo } from '../ews/transport/ews-connection';
import { doubtAutodiscover } from '../ews/autodiscover/autodiscover-cache';
import { foundInTime, patienceOf, refuseLate } from '../ews/autodiscover/search-time';
import { isUnreached } from '../ews/errors/mailbox-fault';
import type { MailboxFault } from '../sync/fault';
import type { AccountLink } from '../sync/account-link';
import { authenticatorFor, loginIdentity, ownLoginOf } from './authenticators';
import { autodiscoverAsker } from './autodiscover-asker';
import { type BorrowedConnection, borrowConnection } from './connection-pool';
import type { ConnectorSettings } from './connector-settings';
import { guardedConnection, type SharedRefusal } from './guarded-connection';
import { LogonLimit } from './logon-limit';
import { discoverServiceUrl } from './discover-service-url';
import { serviceUrl } from './service-url';
import { rememberTokenSource, signInOf, tokenOf } from './sign-ins';
import { smimeOpener } from './smime-opener';

const ACCESS_MODES: Record<ConnectorSettings['access'], MailboxAccess['mode']> = { own: 'own', delegate: 'delegate', impersonation: 'impersonate' };

/** Connections and logon states of a connector, one per login: accounts that share a login share both. */
export class Logins {
	/** Opens encrypted mails with the connector's certificates. */
	readonly smime: SmimeOpener;
	readonly #settings: ConnectorSettings;
	readonly #clock: Pick<Clock, 'now' | 'elapsed'>;
	readonly #budget: CallBudget;
	readonly #borrowed = new Map<string, BorrowedConnection>();
	readonly #byMailbox = new Map<string, EwsConnection>();
	readonly #discovered = new Map<string, Promise<string>>();
	readonly #refusal: SharedRefusal = {};
	#signIn: string | undefined;
	readonly #limits = new Map<string, LogonLimit>();

	/** @param budget how long Autodiscover is waited for */
	constructor(settings: ConnectorSettings, clock: Pick<Clock, 'now' | 'elapsed'>, budget: CallBudget) {
		this.#settings = settings;
		this.#clock = clock;
		this.#budget = budget;
		this.smime = smimeOpener(settings, clock.now);
		if (settings.authentication.method === 'bearer') rememberTokenSource(settings.authentication);
	}

	/** Makes sure of a token where somebody signed in (delegated OAuth2). @throws MailboxFault */
	async signIn(): Promise<void> {
		const { authentication } = this.#settings;
		if (authentication.method === 'bearer') this.#signIn ??= signInOf(authentication, await tokenOf(authentication, false, this.#budget.signal));
	}

	/** The requests of one mailbox. @throws MailboxFault, RecordError naming the URL */
	async connect(link: AccountLink): Promise<MailboxConnection> {
		// What is wrong with a token shows when it is needed.
		await this.signIn().catch(() => undefined);
		const url = await this.urlOf(link);
		const connection = this.#connection(url, link).mailbox({ address: link.mailbox, mode: this.#modeOf(link) });
		return guardedConnection(connection, this.limitOf(link), this.#refusal, (fault) => this.#doubtUrl(link, fault));
	}

	/** How the login of an account stands (rule `logon-limit`). */
	limitOf(link: AccountLink): LogonLimit {
		const { authentication, maxFailedLogonAttempts, logonPauseMinutes, url } = this.#settings;
		// A password is counted by the directory wherever it is tried; a token is refused for one mailbox.
		const perMailbox = 'login' in authentication ? [] : [link.mailbox.toLowerCase()];
		// Somebody who signs in anew is another login; a token that was renewed is not.
		const login = [url, ...loginIdentity(authentication, link), ...perMailbox, this.#signIn ?? ''];
		const key = JSON.stringify(login);
		const limit = this.#limits.get(key) ?? new LogonLimit(login, { attempts: maxFailedLogonAttempts, pauseMinutes: logonPauseMinutes }, this.#clock);
		this.#limits.set(key, limit);
		return limit;
	}

	/** The same accounts, those last whose login was refused for them the last time: if it is good for the others, they show it. */
	likelyFirst(links: readonly AccountLink[]): AccountLink[] {
		const [likely, refused]: [AccountLink[], AccountLink[]] = [[], []];
		for (const link of links) (this.limitOf(link).refusedLast(link.mailbox) ? refused : likely).push(link);
		return [...likely, ...refused];
	}

	/** What the server of an account said about itself, once it was asked something. */
	serverInfo(link: AccountLink): ServerInfo | undefined {
		return this.#byMailbox.get(link.mailbox.toLowerCase())?.serverInfo;
	}

	/** Server's clock minus ours, seconds, once the server of an account was asked something. */
	clockSkewSeconds(link: AccountLink): number | undefined {
		const skewMs = this.#byMailbox.get(link.mailbox.toLowerCase())?.clockSkewMs;
		return skewMs === undefined ? undefined : Math.round(skewMs / 1000);
	}

	/** The address of EWS: the configured one, or the one that Autodiscover finds for the mailbox. @throws MailboxFault, RecordError naming the URL */
	async urlOf(link: AccountLink): Promise<string> {
		if (this.#settings.url.trim() !== '') return serviceUrl(this.#settings.url);
		const over = patienceOf(this.#budget);
		return await foundInTime(link.mailbox, over, async () => await this.#discover(link, over));
	}

	/** Gives the connections back. */
	async release(): Promise<void> {
		await Promise.all([...this.#borrowed.values()].map((borrowed) => borrowed.release()));
		this.#borrowed.clear();
	}

	/** Asked once by this connector even where it fails, so that a wrong password is not tried again. A refusal counts also where nobody waits for it any more. */
	async #discover(link: AccountLink, over: AbortSignal | undefined): Promise<string> {
		const key = link.mailbox.toLowerCase();
		const search = async (): Promise<string> => {
			refuseLate(link.mailbox, over);
			return await discoverServiceUrl(this.#settings, link, this.#way(''));
		};
		const found = this.#discovered.get(key) ?? this.limitOf(link).tryOut(link.mailbox, search);
		this.#discovered.set(key, found);
		return await found;
	}

	#connection(url: string, link: AccountLink): EwsConnection {
		const { authentication, tls, proxyUrl, timeoutMs } = this.#settings;
		const identity = [url, tls, proxyUrl ?? '', timeoutMs, loginIdentity(authentication, link)];
		const key = JSON.stringify(identity);
		const borrowed = this.#borrowed.get(key) ?? borrowConnection(identity, () => this.#connectionSettings(url, link));
		this.#borrowed.set(key, borrowed);
		this.#byMailbox.set(link.mailbox.toLowerCase(), borrowed.connection);
		return borrowed.connection;
	}

	#connectionSettings(url: string, link: AccountLink): ConnectionSettings {
		const way = this.#way(url);
		return { ...way, authenticator: authenticatorFor(this.#settings.authentication, link, way) };
	}

	#way(url: string): ConnectionWay {
		const { tls, proxyUrl, timeoutMs } = this.#settings;
		return {
			url,
			tls,
			proxy: proxyUrl === undefined || proxyUrl === '' ? { use: 'none' } : { use: 'explicit', url: proxyUrl },
			timeouts: { connectMs: Math.min(timeoutMs, 30_000), headersMs: timeoutMs, bodyMs: timeoutMs },
		};
	}

	/** A server that cannot be reached, or is none, may have moved: Autodiscover is asked again by the next connector. */
	#doubtUrl(link: AccountLink, fault: MailboxFault): void {
		if (this.#settings.url.trim() !== '') return;
		if (fault.reason === 'notTheService' || fault.reason === 'tls' || isUnreached(fault)) doubtAutodiscover(autodiscoverAsker(this.#settings, link), link.mailbox);
	}

	/** An account with a login of its own is its owner. */
	#modeOf(link: AccountLink): MailboxAccess['mode'] {
		const { authentication, access } = this.#settings;
		if ('login' in authentication && ownLoginOf(authentication, link) !== undefined) return 'own';
		return ACCESS_MODES[access];
	}
}
