import { isExchangeOnlineHost } from '../ews/transport/exchange-online-hosts';
import { CLOUDS } from '../ews/transport/oauth/clouds';
import { RecordError } from '../records/record-error';
import type { Cloud } from './connector-settings';

const SERVICE_PATH = '/EWS/Exchange.asmx';

/**
 * The address of the EWS service as it is used (rule `connector-url`): a bare host gets https and `/EWS/Exchange.asmx`; an address without a path gets the path.
 *
 * @param field what the address is called where it was entered
 * @throws RecordError for what is no http or https address, or carries a user name, a query or a fragment.
 */
export function serviceUrl(given: string, field = 'url'): string {
	const text = given.trim();
	const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
	const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
	const isService = url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '';
	if (!isService || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
		// The value may hold a password: it is not repeated.
		throw new RecordError(field, url?.host ?? '(not readable)', 'the address of the EWS service without user name, query or fragment, such as https://mail.example.com/EWS/Exchange.asmx, or its host name alone');
	}
	if (url.pathname === '/' || url.pathname === '') url.pathname = SERVICE_PATH;
	return url.href;
}

/** Whether the address belongs to Exchange Online, where Basic and NTLM are refused (rule `connector-authentication`). */
export function isExchangeOnline(url: string): boolean {
	return URL.canParse(url) && isExchangeOnlineHost(new URL(url).hostname);
}

/**
 * The address of the same service in the cloud that tokens are asked for, where `url` is Exchange Online's in another one: tokens of one cloud are of no use in another, and none of its business.
 */
export function addressInCloud(url: string, cloud: Cloud): string | undefined {
	const host = URL.canParse(url) ? new URL(url).host : '';
	const isOfAnother = Object.entries(CLOUDS).some(([name, { ewsUrl }]) => name !== cloud && new URL(ewsUrl).host === host);
	return isOfAnother ? CLOUDS[cloud].ewsUrl : undefined;
}
