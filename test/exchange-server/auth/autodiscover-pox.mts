import { element, leaf } from '../xml/write.mts';
import type { AutodiscoverAnswer, Discovery } from './autodiscover.mts';

const ENVELOPE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';

/** Plain old XML. https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-web-service-reference-for-exchange */
export function poxAnswer(discovery: Discovery, address: string, now: Date): AutodiscoverAnswer {
	const response = (account: string): string =>
		element('Response', element('User', leaf('DisplayName', address) + leaf('AutoDiscoverSMTPAddress', address)) + element('Account', leaf('AccountType', 'email') + account), { xmlns: OUTLOOK });
	return {
		status: 200,
		headers: { 'content-type': 'text/xml; charset=utf-8' },
		body: `<?xml version="1.0" encoding="utf-8"?>${element('Autodiscover', discovery.found === 'nothing' ? unknown(now) : response(accountOf(discovery)), { xmlns: ENVELOPE })}`,
	};
}

function accountOf(discovery: Exclude<Discovery, { found: 'nothing' }>): string {
	switch (discovery.found) {
		case 'url': {
			const protocol = (type: string, url: string): string => element('Protocol', leaf('Type', type) + leaf('Server', new URL(url).host) + leaf('ASUrl', url) + leaf('EwsUrl', url) + leaf('EmwsUrl', url));
			return leaf('Action', 'settings') + leaf('MicrosoftOnline', 'False') + protocol('EXCH', discovery.internalUrl ?? discovery.url) + protocol('EXPR', discovery.url);
		}
		case 'address':
			return leaf('Action', 'redirectAddr') + leaf('RedirectAddr', discovery.address);
		case 'elsewhere':
			return leaf('Action', 'redirectUrl') + leaf('RedirectUrl', discovery.url);
	}
}

function unknown(now: Date): string {
	const error = element('Error', leaf('ErrorCode', 500) + leaf('Message', 'The email address can\'t be found.') + element('DebugData'), { Time: now.toISOString().slice(11, 23), Id: '2477272013' });
	return element('Response', error);
}
