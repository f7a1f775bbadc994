import { createHash } from 'node:crypto';
import { CLOUDS } from '../ews/transport/oauth/clouds';
import type { AccountLink } from '../sync/account-link';
import { loginIdentity } from './authenticators';
import type { Authentication, ConnectorSettings } from './connector-settings';

/**
 * Who asks Autodiscover for a mailbox, as a fingerprint of everything that the answer depends on; no secret can be read from it.
 *
 * The connector's name in stamps would not do: it is the same in all credentials unless somebody changes it. Whoever takes any certificate or has a proxy of
 * their own may be told any address, and another credential would send its password there.
 */
export function autodiscoverAsker(settings: ConnectorSettings, link: AccountLink): string {
	const { connectorId, authentication, tls, proxyUrl = '' } = settings;
	const login = [...loginIdentity(authentication, link), ...('login' in authentication ? [] : [authentication.cloud ?? 'global', authentication.resource ?? ''])];
	const asker = [connectorId, login, exchangeOnlineOrigin(authentication), tls.ca ?? '', tls.ignoreCertificate, proxyUrl];
	return createHash('sha256').update(JSON.stringify(asker)).digest('base64url');
}

/** A server with a resource of its own answers for itself; all others are asked where Exchange Online is. */
export function exchangeOnlineOrigin(authentication: Authentication): string {
	if ('login' in authentication) return new URL(CLOUDS.global.ewsUrl).origin;
	const { resource, cloud = 'global' } = authentication;
	return new URL(resource !== undefined && URL.canParse(resource) ? resource : CLOUDS[cloud].ewsUrl).origin;
}
