import { contextZoneText } from '../calendar/time-zone-context.mts';
import type { EwsError } from '../operations/errors.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, childText, descend } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, escapeText, leaf } from '../xml/write.mts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const ERRORS = 'http://schemas.microsoft.com/exchange/services/2006/errors';

/** An Exchange Server 2019 CU14. */
const SERVER_VERSION = element('t:ServerVersionInfo', '', { MajorVersion: 15, MinorVersion: 2, MajorBuildNumber: 1544, MinorBuildNumber: 11, Version: 'V2017_07_11' });

/** What a request's envelope says. */
export interface ParsedEnvelope {
	readonly operation: XmlElement;
	readonly serverVersion: string;
	readonly timeZone: string | undefined;
	/** Whom the caller wants to be: an SMTP address or principal name. */
	readonly impersonated: string | undefined;
}

/** Reads an envelope; undefined where it is no SOAP 1.1 with a request in its body. */
export function readEnvelope(root: XmlElement): ParsedEnvelope | undefined {
	if (root.name !== 'Envelope' || root.namespace !== SOAP) return undefined;
	const operation = child(root, 'Body')?.children[0];
	if (!operation) return undefined;
	const header = child(root, 'Header');
	const connecting = descend(header, 'ExchangeImpersonation', 'ConnectingSID');
	return {
		operation,
		serverVersion: child(header, 'RequestServerVersion')?.attributes.Version ?? 'Exchange2013',
		timeZone: contextZoneText(descend(header, 'TimeZoneContext', 'TimeZoneDefinition')),
		impersonated: childText(connecting, 'PrimarySmtpAddress') ?? childText(connecting, 'SmtpAddress') ?? childText(connecting, 'PrincipalName') ?? (connecting ? '' : undefined),
	};
}

/** The envelope around an operation's answer. */
export function answerEnvelope(body: Xml): Xml {
	return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}" xmlns:t="${TYPES}" xmlns:m="${MESSAGES}"><s:Header>${SERVER_VERSION}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/** A SOAP fault as Exchange writes it: the code a second time in the detail. */
export function faultEnvelope(error: EwsError): Xml {
	const detail = leaf('e:ResponseCode', error.code, { 'xmlns:e': ERRORS }) + leaf('e:Message', error.message, { 'xmlns:e': ERRORS }) + (error.messageXml ? element('t:MessageXml', error.messageXml) : '');
	return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}" xmlns:t="${TYPES}"><s:Body><s:Fault><faultcode xmlns:a="${TYPES}">a:${error.code}</faultcode><faultstring xml:lang="en-US">${escapeText(error.message)}</faultstring><detail>${detail}</detail></s:Fault></s:Body></s:Envelope>`;
}
