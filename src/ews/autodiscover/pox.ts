import { readXmlObject } from '../library/soap-object-reader';
import { escapeXmlText } from '../library/xml-characters';
import { child, children, childText, foundAnswer, type AutodiscoverAnswer } from './autodiscover-answer';

/** Plain old XML Autodiscover. https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-web-service-reference-for-exchange */
export function poxRequest(mailbox: string): string {
	return (
		'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>' +
		`<EMailAddress>${escapeXmlText(mailbox)}</EMailAddress>` +
		'<AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>'
	);
}

/** @throws EwsError `malformedAnswer` */
export function readPoxAnswer(xml: string): AutodiscoverAnswer {
	const response = child(readXmlObject(xml).value, 'Response');
	const error = child(response, 'Error');
	if (error !== undefined) return { kind: 'nothing', reason: `error ${childText(error, 'ErrorCode') ?? 'without a code'}` };
	const account = child(response, 'Account');
	const redirectAddress = childText(account, 'RedirectAddr');
	if (redirectAddress !== undefined) return { kind: 'redirectAddress', address: redirectAddress };
	const redirectUrl = childText(account, 'RedirectUrl');
	if (redirectUrl !== undefined) return { kind: 'redirectUrl', url: redirectUrl };
	const urlOf = (type: string): string | undefined =>
		children(account, 'Protocol')
			.filter((protocol) => childText(protocol, 'Type')?.toUpperCase() === type)
			.map((protocol) => childText(protocol, 'EwsUrl') ?? childText(protocol, 'ASUrl'))
			.find((url) => url !== undefined);
	// EXPR is Outlook Anywhere, for those outside; EXCH for those inside; EXHTTP, since 2013, for both.
	return foundAnswer(urlOf('EXPR') ?? urlOf('EXHTTP'), urlOf('EXCH'));
}
