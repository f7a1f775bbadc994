import type { ServiceResponse } from 'ews-javascript-api';

import { LONGEST_BACK_OFF_MS } from '../errors/http-answer';
import type { EwsLibrary } from './ews-library';
import { replaceMethod } from './replace-method';
import { objectOf, type SoapObject, type SoapValue } from './soap-object-reader';

/** The response code of one item in the server's own words; the library keeps only codes that it knows, and by number. */
export interface ResponseStatus {
	class: 'Success' | 'Warning' | 'Error';
	/** E.g. `NoError`, `ErrorItemNotFound`. */
	code: string;
	text: string;
	/** Milliseconds for which the server asks to be left alone. */
	backOffMs?: number;
	/** What hides behind ErrorInternalServerError. */
	innerCode?: string;
}

const statuses = new WeakMap<ServiceResponse, ResponseStatus>();
const observers = new WeakMap<object, (status: ResponseStatus) => void>();

/** Tells of every response that is read for a service, because a server asks for a pause in the middle of answers that are fine otherwise. */
export function observeResponses(service: object, observer: (status: ResponseStatus) => void): void {
	observers.set(service, observer);
}

/** What the server said about one item. Undefined for a response that was not read from an answer. */
export function responseStatusOf(response: ServiceResponse): ResponseStatus | undefined {
	return statuses.get(response);
}

/** Codes the library does not know arrived as undefined, the back-off of an answer stayed in its details, and details that it cannot read threw. */
export function repairResponseCodes(library: EwsLibrary): void {
	const response = library.ServiceResponse.prototype;
	replaceMethod<ServiceResponse, [SoapObject, object], void>(
		response,
		'LoadFromXmlJsObject',
		(original) =>
			function (source, service) {
				const status = readResponseStatus(source);
				statuses.set(this, status);
				observers.get(service)?.(status);
				original.call(this, source, service);
			},
	);
	replaceMethod<unknown, [SoapValue], void>(
		response,
		'ParseMessageXml',
		(original) =>
			function (source) {
				try {
					original.call(this, source);
				} catch {
					// Names of properties that the library does not know; the status has what matters.
				}
			},
	);
}

/** Reads ResponseClass, ResponseCode, MessageText and MessageXml of one response message. */
export function readResponseStatus(source: SoapObject): ResponseStatus {
	const details = readMessageXml(source['MessageXml'] ?? null);
	const responseClass = source['ResponseClass'];
	return {
		class: responseClass === 'Success' || responseClass === 'Warning' ? responseClass : 'Error',
		code: textOf(source['ResponseCode']) ?? 'NoError',
		text: textOf(source['MessageText']) ?? '',
		...details,
	};
}

/** `BackOffMilliseconds` and `InnerErrorResponseCode` out of `t:Value[@Name]`, wherever the server put the MessageXml. */
export function readMessageXml(source: SoapValue): { backOffMs?: number; innerCode?: string } {
	const values = objectOf(source)?.['Value'] ?? null;
	const result: { backOffMs?: number; innerCode?: string } = {};
	for (const value of Array.isArray(values) ? values : [values]) {
		const entry = objectOf(value);
		const text = textOf(entry?.['Value']);
		if (entry === undefined || text === undefined) continue;
		if (entry['Name'] === 'BackOffMilliseconds' && /^\d{1,12}$/.test(text)) result.backOffMs = Math.min(LONGEST_BACK_OFF_MS, Number(text));
		if (entry['Name'] === 'InnerErrorResponseCode') result.innerCode = text;
	}
	return result;
}

/** Text of an element, with or without attributes (`<faultstring xml:lang="en">`). */
export function textOf(value: SoapValue | undefined): string | undefined {
	if (typeof value === 'string') return value.trim();
	for (const [name, inner] of Object.entries(objectOf(value) ?? {})) {
		if (!name.startsWith('__') && !name.includes(':') && typeof inner === 'string') return inner.trim();
	}
	return undefined;
}
