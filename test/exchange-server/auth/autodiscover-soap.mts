import { element, leaf } from '../xml/write.mts';
import type { AutodiscoverAnswer, Discovery } from './autodiscover.mts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const AUTODISCOVER = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const ACTION = `${AUTODISCOVER}/Autodiscover/GetUserSettingsResponse`;

/** GetUserSettings. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap */
export function soapAnswer(discovery: Discovery): AutodiscoverAnswer {
	const outcome = userResponse(discovery);
	const response = element('Response', leaf('ErrorCode', 'NoError') + element('ErrorMessage') + element('UserResponses', outcome), { 'xmlns:i': INSTANCE });
	const header = element('s:Header', leaf('a:Action', ACTION, { 's:mustUnderstand': 1 }));
	const body = element('s:Body', element('GetUserSettingsResponseMessage', response, { xmlns: AUTODISCOVER }));
	return {
		status: 200,
		headers: { 'content-type': 'text/xml; charset=utf-8' },
		body: `<?xml version="1.0" encoding="utf-8"?>${element('s:Envelope', header + body, { 'xmlns:s': SOAP, 'xmlns:a': 'http://www.w3.org/2005/08/addressing' })}`,
	};
}

function userResponse(discovery: Discovery): string {
	const answer = (code: string, message: string, target: string, settings = ''): string =>
		element('UserResponse', leaf('ErrorCode', code) + leaf('ErrorMessage', message) + (target === '' ? element('RedirectTarget', '', { 'i:nil': true }) : leaf('RedirectTarget', target)) + element('UserSettingErrors') + element('UserSettings', settings));
	const setting = (name: string, value: string): string => element('UserSetting', leaf('Name', name) + leaf('Value', value), { 'i:type': 'StringSetting' });
	switch (discovery.found) {
		case 'url':
			return answer('NoError', 'No error.', '', setting('InternalEwsUrl', discovery.internalUrl ?? discovery.url) + setting('ExternalEwsUrl', discovery.url));
		case 'address':
			return answer('RedirectAddress', 'Redirection address.', discovery.address);
		case 'elsewhere':
			return answer('RedirectUrl', 'Redirection URL.', discovery.url);
		case 'nothing':
			return answer('InvalidUser', 'Invalid user.', '');
	}
}
