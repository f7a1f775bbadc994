import type { ExchangeService, EwsServiceXmlWriter, ServiceResponse } from 'ews-javascript-api';

import type { EwsLibrary } from '../library/ews-library';
import type { WireNode } from '../mapping/wire-node';
import type { XmlElement } from '../mapping/xml-element';
import type { ServerVersion } from '../transport/connection-settings';
import { base64Text } from '../transport/request-body';

/** One request as the tables of src/ews/mapping describe it. */
export interface WireRequest {
	/** EWS operation, e.g. `GetItem`. */
	readonly operation: string;
	readonly attributes?: Readonly<Record<string, string>>;
	/** Elements of the operation. They are in the namespace of the messages, all below them in that of the types, as EWS has it throughout. */
	readonly body: readonly XmlElement[];
	/** How many response messages are due: one for each item, folder or attachment that is named. */
	readonly expected: number;
}

/** One response message of an answer. */
export interface WireResponse extends ServiceResponse {
	readonly message: WireNode;
}

interface RequestInside {
	Execute(): Promise<{ Responses: WireResponse[] }>;
}

interface WireClasses {
	Request: new (service: ExchangeService, request: WireRequest) => RequestInside;
}

const classes = new WeakMap<EwsLibrary, WireClasses>();

/**
 * Sends a request through the library: its SOAP envelope and headers, its writer, its transport, its reading of answers, response codes and faults.
 * Only the content of items is ours (src/ews/mapping): the library's item objects write neither an empty list of categories nor a zone by its id, and
 * read dates into the machine's zone.
 * @param service made for this request
 */
export function sendWire(service: ExchangeService, library: EwsLibrary, request: WireRequest): Promise<{ Responses: WireResponse[] }> {
	let known = classes.get(library);
	if (known === undefined) {
		known = wireClasses(library);
		classes.set(library, known);
	}
	return new known.Request(service, request).Execute();
}

/** The schema version this service speaks. */
export function versionOf(service: ExchangeService, library: EwsLibrary): ServerVersion {
	const name = library.ExchangeVersion[service.RequestedServerVersion];
	switch (name) {
		case 'Exchange2016':
		case 'Exchange2013_SP1':
		case 'Exchange2013':
			return name;
		default:
			return name?.startsWith('Exchange2010') || name?.startsWith('Exchange2007') ? 'Exchange2010_SP2' : 'Exchange2016';
	}
}

interface LibraryInside {
	MultiResponseServiceRequest: new (service: ExchangeService, errorHandling: number) => RequestInside;
	ServiceResponse: new () => ServiceResponse;
	ServiceErrorHandling: { ReturnErrors: number };
	XmlNamespace: { Messages: number; Types: number };
	ExchangeVersion: { Exchange2007_SP1: number };
}

function wireClasses(library: EwsLibrary): WireClasses {
	const inside = library as unknown as LibraryInside;
	const { XmlNamespace, ServiceErrorHandling, ExchangeVersion } = inside;

	class Response extends inside.ServiceResponse {
		message: WireNode = {};

		ReadElementsFromXmlJsObject(message: WireNode): void {
			this.message = message;
		}
	}

	class Request extends inside.MultiResponseServiceRequest {
		readonly request: WireRequest;
		readonly transport: object;

		constructor(service: ExchangeService, request: WireRequest) {
			super(service, ServiceErrorHandling.ReturnErrors);
			this.request = request;
			this.transport = service.XHRApi;
		}

		GetXmlElementName(): string {
			return this.request.operation;
		}

		GetResponseXmlElementName(): string {
			return `${this.request.operation}Response`;
		}

		GetResponseMessageXmlElementName(): string {
			return `${this.request.operation}ResponseMessage`;
		}

		GetExpectedResponseMessageCount(): number {
			return this.request.expected;
		}

		GetMinimumRequiredServerVersion(): number {
			return ExchangeVersion.Exchange2007_SP1;
		}

		CreateServiceResponse(): Response {
			return new Response();
		}

		WriteAttributesToXml(writer: EwsServiceXmlWriter): void {
			writeAttributes(writer as unknown as WriterInside, this.request.attributes);
		}

		WriteElementsToXml(writer: EwsServiceXmlWriter): void {
			const target = writer as unknown as WriterInside;
			for (const item of this.request.body) writeElement(target, this.transport, { own: XmlNamespace.Messages, below: XmlNamespace.Types }, item);
		}
	}

	return { Request };
}

interface WriterInside {
	WriteStartElement(namespace: number, name: string): void;
	WriteEndElement(): void;
	WriteAttributeValue(name: string, alwaysWriteEmpty: boolean, value: string): void;
	WriteValue(value: string, name: string): void;
}

function writeElement(writer: WriterInside, transport: object, { own, below }: { own: number; below: number }, item: XmlElement): void {
	writer.WriteStartElement(own, item.name);
	writeAttributes(writer, item.attributes);
	const content = Buffer.isBuffer(item.content) ? base64Text(transport, item.content) : item.content;
	if (typeof content === 'string') {
		if (content !== '') writer.WriteValue(content, item.name);
	} else {
		for (const entry of content) writeElement(writer, transport, { own: below, below }, entry);
	}
	writer.WriteEndElement();
}

function writeAttributes(writer: WriterInside, attributes: Readonly<Record<string, string>> | undefined): void {
	for (const [name, value] of Object.entries(attributes ?? {})) writer.WriteAttributeValue(name, true, value);
}
