import { autodiscoverOnce } from '../ews/autodiscover/autodiscover-cache';
import { resolveSrvByLibrary } from '../ews/library/srv-lookup';
import type { ConnectionWay } from '../ews/transport/connection-settings';
import { isExchangeOnlineHost } from '../ews/transport/exchange-online-hosts';
import { MailboxFault } from '../sync/fault';
import type { AccountLink } from '../sync/account-link';
import { authenticatorFor } from './authenticators';
import { autodiscoverAsker, exchangeOnlineOrigin } from './autodiscover-asker';
import type { Authentication, ConnectorSettings } from './connector-settings';

/**
 * The EWS address of a mailbox by Autodiscover (rule `connector-url`, left empty), remembered for twelve hours per connector and login.
 *
 * @throws MailboxFault `logonRefused`, `notTheService`, `unavailable`
 */
export async function discoverServiceUrl(settings: ConnectorSettings, link: AccountLink, way: ConnectionWay): Promise<string> {
	const { authentication, resolveSrv = resolveSrvByLibrary } = settings;
	const { tls, proxy, timeouts } = way;
	const withPassword = 'login' in authentication;
	const { ewsUrl } = await autodiscoverOnce(autodiscoverAsker(settings, link), {
		mailbox: link.mailbox,
		exchangeOnlineOrigin: exchangeOnlineOrigin(authentication),
		resolveSrv,
		...(withPassword ? { authenticator: authenticatorFor(authentication, link, way) } : {}),
		...(tls === undefined ? {} : { tls }),
		...(proxy === undefined ? {} : { proxy }),
		...(timeouts === undefined ? {} : { timeouts }),
	});
	if (!withPassword) refuseForeignHost(authentication, ewsUrl);
	return ewsUrl;
}

/** A token is good for everything its resource holds: it goes to nobody else, whatever Autodiscover says. */
function refuseForeignHost(authentication: Authentication, ewsUrl: string): void {
	const { hostname } = new URL(ewsUrl);
	if (isExchangeOnlineHost(hostname) || hostname === new URL(exchangeOnlineOrigin(authentication)).hostname) return;
	throw new MailboxFault({
		reason: 'logonRefused',
		scope: 'account',
		retry: { can: false },
		code: 'SecretWithheld',
		message: `Autodiscover says that EWS is at ${hostname}, which is not the server the token is for. Enter the address under URL in the credential if it is right.`,
	});
}
