import type { ServiceResponse, ServiceResponseCollection } from 'ews-javascript-api';

import { EwsError } from '../errors/ews-error';
import { errorOfHttpAnswer, type HttpAnswer } from '../errors/http-answer';
import { isRead, unreadable } from './answer-reading';
import type { EwsLibrary } from './ews-library';
import { replaceMethod } from './replace-method';
import { readMessageXml, responseStatusOf, textOf } from './service-response';
import { objectOf, readSoapObject, readSoapObjectInSlices, type SoapObject, type SoapValue } from './soap-object-reader';

interface RequestInside {
	BuildXHR(): unknown;
	ValidateAndEmitRequest(request: unknown): Promise<HttpAnswer>;
	ReadResponseXmlJsObject(envelope: SoapObject): unknown;
	GetResponseXmlElementName(): string;
}

interface MultiRequestInside extends RequestInside {
	Service: unknown;
	CreateServiceResponse(service: unknown, index: number): ServiceResponse;
	GetExpectedResponseMessageCount(): number;
	GetResponseMessageXmlElementName(): string;
}

interface ResponseInside {
	LoadFromXmlJsObject(source: SoapObject, service: unknown): void;
}

/**
 * W8. A 500 without a body ended the process, some statuses never settled, and a SOAP fault that came with status 200 became a TypeError. Whatever
 * answer comes now either is read or rejects with an EwsError.
 */
export function repairSimpleRequests(library: EwsLibrary): void {
	replaceMethod<RequestInside, [], Promise<unknown>>(
		library.SimpleServiceRequestBase.prototype,
		'InternalExecute',
		() =>
			async function () {
				const answer = await this.ValidateAndEmitRequest(this.BuildXHR());
				const envelope = isRead(answer) ? checkedEnvelope(answer.envelope, answer) : await readSoapAnswerInSlices(answer);
				const body = objectOf(envelope['Body']);
				if (body === undefined || objectOf(body[this.GetResponseXmlElementName()]) === undefined) {
					throw new EwsError(
						{ kind: 'malformedAnswer', text: `no ${this.GetResponseXmlElementName()}` },
						`The server's answer has no ${this.GetResponseXmlElementName()}.`,
						{ ...idOf(answer), outcomeUnknown: true },
					);
				}
				return this.ReadResponseXmlJsObject(envelope);
			},
	);
}

/**
 * W6. An answer with fewer responses than were asked for (a throttled server gives one for all) was a TypeError, and the reason was lost. A single
 * error speaks for the whole request; otherwise fewer responses are a malformed answer.
 */
export function repairTooFewResponses(library: EwsLibrary): void {
	replaceMethod<MultiRequestInside, [SoapObject], ServiceResponseCollection<ServiceResponse>>(
		library.MultiResponseServiceRequest.prototype,
		'ParseResponseXMLJsObject',
		() =>
			function (source) {
				const messages = responseMessages(objectOf(source['ResponseMessages'])?.[this.GetResponseMessageXmlElementName()] ?? null);
				const expected = this.GetExpectedResponseMessageCount();
				const collection = new library.ServiceResponseCollection<ServiceResponse>();
				const responses: ServiceResponse[] = [];
				for (const [index, message] of messages.slice(0, expected).entries()) {
					const response = this.CreateServiceResponse(this.Service, index);
					(response as unknown as ResponseInside).LoadFromXmlJsObject(message, this.Service);
					(collection as unknown as { Add(response: ServiceResponse): void }).Add(response);
					responses.push(response);
				}
				if (responses.length < expected) throw tooFew(responses, expected);
				return collection;
			},
	);
}

/**
 * The SOAP envelope of an answer.
 * @throws EwsError `http` for an answer that is no SOAP, `soapFault`, `malformedAnswer`
 */
export function readSoapAnswer(answer: HttpAnswer): SoapObject {
	const notSoap = errorOfHttpAnswer(answer);
	if (notSoap !== undefined) throw notSoap;
	let envelope: SoapObject;
	try {
		envelope = readSoapObject(answer.responseText);
	} catch (error) {
		throw unreadable(error, answer.requestId);
	}
	return checkedEnvelope(envelope, answer);
}

/** As {@link readSoapAnswer}, for answers that may be large. */
async function readSoapAnswerInSlices(answer: HttpAnswer): Promise<SoapObject> {
	const notSoap = errorOfHttpAnswer(answer);
	if (notSoap !== undefined) throw notSoap;
	let envelope: SoapObject;
	try {
		envelope = await readSoapObjectInSlices(answer.responseText);
	} catch (error) {
		throw unreadable(error, answer.requestId);
	}
	return checkedEnvelope(envelope, answer);
}

function checkedEnvelope(envelope: SoapObject, answer: HttpAnswer): SoapObject {
	const fault = objectOf(objectOf(envelope['Body'])?.['Fault']);
	if (fault !== undefined) throw errorOfFault(fault, answer);
	if (answer.status !== 200) {
		throw new EwsError(
			{ kind: 'http', status: answer.status, what: 'other' },
			`The server answered with HTTP status ${answer.status} and no SOAP fault.`,
			{ ...idOf(answer), outcomeUnknown: true },
		);
	}
	return envelope;
}

function errorOfFault(fault: SoapObject, answer: HttpAnswer): EwsError {
	const detail = objectOf(fault['detail']) ?? objectOf(fault['Detail']) ?? {};
	const messageXml = readMessageXml(detail['MessageXml'] ?? null);
	const code = textOf(detail['ResponseCode']) ?? textOf(fault['faultcode'])?.replace(/^[^:]*:/, '') ?? 'Fault';
	const text = textOf(fault['faultstring']) ?? textOf(detail['Message']) ?? '';
	return new EwsError({ kind: 'soapFault', code, status: answer.status, text, ...messageXml }, `The server refused the request with ${code}.`, idOf(answer));
}

function tooFew(responses: readonly ServiceResponse[], expected: number): EwsError {
	const status = responses.length === 0 ? undefined : responseStatusOf(responses[responses.length - 1] as ServiceResponse);
	if (status?.class === 'Error') {
		const { code, text, backOffMs, innerCode } = status;
		return new EwsError(
			{ kind: 'responseCode', code, text, ...(backOffMs === undefined ? {} : { backOffMs }), ...(innerCode === undefined ? {} : { innerCode }) },
			`The server answered ${code} for the whole request.`,
		);
	}
	const reason = `${responses.length} responses where ${expected} were asked for`;
	return new EwsError({ kind: 'malformedAnswer', text: reason }, `The server gave ${reason}.`, { outcomeUnknown: true });
}

function responseMessages(value: SoapValue): SoapObject[] {
	return (Array.isArray(value) ? value : [value]).map(objectOf).filter((message) => message !== undefined);
}

function idOf(answer: HttpAnswer): { requestId?: string } {
	return answer.requestId === undefined ? {} : { requestId: answer.requestId };
}
