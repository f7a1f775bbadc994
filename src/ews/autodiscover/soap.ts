import { readSoapObject } from '../library/soap-object-reader';
import { escapeXmlText } from '../library/xml-characters';
import { child, children, childText, foundAnswer, type AutodiscoverAnswer } from './autodiscover-answer';

const ACTION = 'http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings';

/** SOAP Autodiscover, GetUserSettings. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap */
export function soapRequest(mailbox: string, endpoint: string): string {
	return (
		'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover" xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">' +
		`<soap:Header><a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion><wsa:Action>${ACTION}</wsa:Action><wsa:To>${escapeXmlText(endpoint)}</wsa:To></soap:Header>` +
		`<soap:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>${escapeXmlText(mailbox)}</a:Mailbox></a:User></a:Users>` +
		'<a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>InternalEwsUrl</a:Setting></a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>'
	);
}

/** @throws EwsError `malformedAnswer` */
export function readSoapAutodiscoverAnswer(xml: string): AutodiscoverAnswer {
	const response = child(child(child(readSoapObject(xml), 'Body'), 'GetUserSettingsResponseMessage'), 'Response');
	const user = child(child(response, 'UserResponses'), 'UserResponse');
	const target = childText(user, 'RedirectTarget');
	const code = childText(user, 'ErrorCode') ?? childText(response, 'ErrorCode') ?? 'no answer';
	if (code === 'RedirectAddress' && target !== undefined) return { kind: 'redirectAddress', address: target };
	if (code === 'RedirectUrl' && target !== undefined) return { kind: 'redirectUrl', url: target };
	if (code !== 'NoError') return { kind: 'nothing', reason: code };
	const settings = new Map(children(child(user, 'UserSettings'), 'UserSetting').map((setting) => [childText(setting, 'Name'), childText(setting, 'Value')]));
	return foundAnswer(settings.get('ExternalEwsUrl'), settings.get('InternalEwsUrl'));
}
