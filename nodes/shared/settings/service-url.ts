import { serviceUrl } from '../../../src/connector/service-url';
import { SettingsError } from './settings-error';

/**
 * The address of the EWS endpoint (rule `connector-url`): https and the usual path are added to a bare host; empty stays empty and means
 * Autodiscover.
 *
 * @throws SettingsError for the address of another service of Exchange, RecordError naming the field for what is no address
 */
export function endpointUrl(entered: string): string {
	const text = entered.trim();
	if (text === '') return '';
	const url = new URL(serviceUrl(text, 'URL'));
	if (/^\/(owa|ecp|mapi|autodiscover|microsoft-server-activesync)(\/|$)/i.test(url.pathname)) {
		throw new SettingsError('URL', `is ${JSON.stringify(text)}, another service of Exchange`, 'the address of its EWS service, which usually ends in /EWS/Exchange.asmx', 'connector-url');
	}
	if (/^\/ews\/?$/i.test(url.pathname)) url.pathname = '/EWS/Exchange.asmx';
	return url.href;
}

/** The address of a proxy with its login. @throws SettingsError that shows neither */
export function proxyAddress(entered: string, user: string, password: string): string | undefined {
	const text = entered.trim();
	if (text === '') return undefined;
	const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	const expected = 'the address of an HTTP proxy such as http://proxy.example.com:3128';
	if (!URL.canParse(withScheme)) throw new SettingsError('Proxy', 'is not an address', expected);
	const url = new URL(withScheme);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new SettingsError('Proxy', `begins with ${url.protocol}//`, expected);
	if (url.username !== '' || url.password !== '') {
		throw new SettingsError('Proxy', 'contains a user name or password', `${expected}; enter them in Proxy User and Proxy Password`);
	}
	if (user !== '') {
		url.username = encodeURIComponent(user);
		url.password = encodeURIComponent(password);
	}
	return url.toString();
}
