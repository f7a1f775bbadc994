import { autodiscoverOnce } from '../ews/autodiscover/autodiscover-cache';
import { resolveSrvByLibrary } from '../ews/library/srv-lookup';
import type { ConnectionWay } from '../ews/transport/connection-settings';
import { isExchangeOnlineHost } from '../ews/transport/exchange-online-hosts';
import { CLOUDS } from '../ews/transport/oauth/clouds';
import { MailboxFault } from '../sync/fault';
import { authenticatorFor } from './authenticators';
import type { AccountLink, Authentication, ConnectorSettings } from './connector-settings';

/**
 * The EWS address of a mailbox by Autodiscover (rule `connector-url`, left empty), remembered per connector for twelve hours.
 *
 * @throws MailboxFault `logonRefused`, `notTheService`
 */
export async function discoverServiceUrl(settings: ConnectorSettings, link: AccountLink, way: ConnectionWay): Promise<string> {
	const { authentication, resolveSrv = resolveSrvByLibrary } = settings;
	const { tls, proxy } = way;
	const withPassword = 'login' in authentication;
	const { ewsUrl } = await autodiscoverOnce(settings.connectorId, {
		mailbox: link.mailbox,
		exchangeOnlineOrigin: originFor(authentication),
		resolveSrv,
		...(withPassword ? { authenticator: authenticatorFor(authentication, link, way) } : {}),
		...(tls === undefined ? {} : { tls }),
		...(proxy === undefined ? {} : { proxy }),
	});
	if (!withPassword) refuseForeignHost(authentication, ewsUrl);
	return ewsUrl;
}

/** A server with a resource of its own answers for itself; all others are asked where Exchange Online is. */
function originFor(authentication: Authentication): string {
	if ('login' in authentication) return new URL(CLOUDS.global.ewsUrl).origin;
	const { resource, cloud = 'global' } = authentication;
	return new URL(resource !== undefined && URL.canParse(resource) ? resource : CLOUDS[cloud].ewsUrl).origin;
}

/** A token is good for everything its resource holds: it goes to nobody else, whatever Autodiscover says. */
function refuseForeignHost(authentication: Authentication, ewsUrl: string): void {
	const { hostname } = new URL(ewsUrl);
	if (isExchangeOnlineHost(hostname) || hostname === new URL(originFor(authentication)).hostname) return;
	throw new MailboxFault({
		reason: 'logonRefused',
		scope: 'account',
		retry: { can: false },
		code: 'TokenWithheld',
		message: `Autodiscover says that EWS is at ${hostname}, which is not the server the token is for. Enter the address under URL in the credential if it is right.`,
	});
}
