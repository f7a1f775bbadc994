import { SaxesParser } from 'saxes';

import { offerTurn } from '../../event-loop/offer-turn';
import { EwsError } from '../errors/ews-error';
import { bytesOfBase64 } from './base64-text';
import { elementTextOfBytes } from './element-text';
import { ReadMemory } from './read-memory';
import { inOnePiece } from './torn-bytes';
import { withoutForbiddenCharacters } from './xml-characters';
import { declaredBy, type Namespaces, namespacesIn, OUTERMOST, qualifiedName, type QualifiedName } from './xml-namespaces';
import { type XmlPiece, XmlPieces } from './xml-pieces';

/**
 * One element as ews-javascript-api reads it: its attributes and its child elements by their local names (an array where a name stands more
 * than once), `__type` with its own local name where it belongs to EWS, its text under its own local name where it has attributes as well. An element
 * of nothing but text is that text; an empty one without attributes is null. A long text in base64 is its bytes ({@link BASE64_ELEMENTS}).
 */
export type SoapValue = string | Buffer | null | SoapObject | SoapValue[];
/** See {@link SoapValue}. */
export interface SoapObject {
	[name: string]: SoapValue;
}

/** A value that is one element with elements or attributes of its own. */
export function objectOf(value: SoapValue | undefined): SoapObject | undefined {
	return value === null || value === undefined || typeof value !== 'object' || Array.isArray(value) || Buffer.isBuffer(value) ? undefined : value;
}

/** V8 copies what is shorter. */
const SHORTEST_VIEW = 13;
/** Deeper than any answer that Exchange gives: messages attached to messages, eight levels for each. */
export const MAX_DEPTH = 256;
const TYPED_NAMESPACES = new Set([
	'http://schemas.microsoft.com/exchange/services/2006/types',
	'http://schemas.microsoft.com/exchange/services/2006/messages',
]);
/** Elements of EWS of type xs:base64Binary that are large (types.xsd). */
const BASE64_ELEMENTS: ReadonlySet<string> = new Set(['Content', 'MimeContent']);
/** Elements of EWS whose long text has line feeds alone, as records have it: to take the carriage returns out later copies every mail once more. */
const LINE_ELEMENTS: ReadonlySet<string> = new Set(['Body']);
const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

interface OpenElement {
	name: string;
	prefix: string;
	/** It belongs to EWS. */
	isTyped: boolean;
	namespaces: Namespaces;
	/** Attributes and child elements, where it has any. */
	value: SoapObject | undefined;
	text: string;
	/** The text has memory of its own already. */
	textIsDetached: boolean;
	/** What the text says, where it is base64 and long. */
	bytes: Buffer | undefined;
	hasAttributes: boolean;
	hasChildren: boolean;
	isNil: boolean;
}

/** Reads an answer while it arrives, in the form of {@link readSoapObject}. */
export class SoapReader {
	readonly #pieces = new XmlPieces();
	readonly #document = new OpenDocument();
	readonly #memory = new ReadMemory();

	/**
	 * Takes bytes in UTF-8 that may be torn anywhere; others get the event loop in between. The bytes are the reader's, who gives back their memory ({@link ReadMemory}): do not use
	 * them afterwards.
	 * @throws EwsError `malformedAnswer`
	 */
	async write(bytes: Uint8Array): Promise<void> {
		await this.#read(this.#pieces.write(bufferOf(bytes)));
		this.#memory.note(bytes);
		if (!this.#pieces.keepsBytes) this.#memory.giveBack();
	}

	/** The envelope, when all of the answer was written. @throws EwsError `malformedAnswer` */
	async close(): Promise<SoapObject> {
		await this.#read(this.#pieces.end());
		this.#memory.giveBackAll();
		return envelopeOf(this.#document.close());
	}

	async #read(pieces: Iterable<XmlPiece>): Promise<void> {
		for (const piece of pieces) {
			await offerTurn();
			this.#document.write(piece);
		}
	}
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
	return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * Reads an answer into the form that ews-javascript-api consumes, straight from the parser's events. Text is kept as it is (leading line breaks of
 * a body included), CDATA is text, white space between elements is not. Characters that XML forbids are left out, any other fault of the XML
 * throws.
 * @throws EwsError `malformedAnswer`
 */
export function readSoapObject(xml: string): SoapObject {
	return envelopeOf(readXmlObject(xml));
}

/** As {@link readSoapObject}, but others get the event loop in between. */
export async function readSoapObjectInSlices(xml: string): Promise<SoapObject> {
	const reader = new SoapReader();
	await reader.write(Buffer.from(xml));
	return await reader.close();
}

/** Reads any XML document in the same form. @throws EwsError `malformedAnswer` */
export function readXmlObject(xml: string): { name: string; value: SoapObject } {
	const pieces = new XmlPieces();
	const document = new OpenDocument();
	for (const piece of pieces.write(Buffer.from(xml))) document.write(piece);
	for (const piece of pieces.end()) document.write(piece);
	return document.close();
}

function envelopeOf({ name, value }: { name: string; value: SoapObject }): SoapObject {
	if (name !== 'Envelope') throw malformed(`it is a ${name}, not a SOAP envelope`);
	return value;
}

/** Takes a document in pieces. */
class OpenDocument {
	// Its own way with namespaces makes four objects for each tag, and an answer has thousands of tags.
	readonly #parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
	readonly #names = new Names();
	readonly #open: OpenElement[] = [];
	/** Tags that the parser has told of, start tags and end tags. */
	#tags = 0;
	#root: { name: string; value: SoapValue } | undefined;

	constructor() {
		this.#parser.on('error', (error) => {
			throw malformed(error.message);
		});
		this.#parser.on('doctype', () => {
			throw malformed('it has a document type declaration');
		});
		this.#parser.on('opentag', ({ name, attributes }) => this.#begin(name, attributes));
		this.#parser.on('text', (text) => this.#addText(text));
		this.#parser.on('cdata', (text) => this.#addText(text));
		this.#parser.on('closetag', () => this.#end());
	}

	/** @throws EwsError `malformedAnswer` */
	write(piece: XmlPiece): void {
		const before = this.#tags;
		this.#parser.write(piece.xml);
		if (!('longText' in piece)) return;
		// A tag that ended here says that this is the text of an element, not the value of an attribute.
		const element = this.#tags > before ? this.#open.at(-1) : undefined;
		const longText = inOnePiece(piece.longText);
		if (element !== undefined && addBase64(element, longText)) return;
		const text = element === undefined ? undefined : elementTextOfBytes(longText, element.isTyped && LINE_ELEMENTS.has(element.name));
		if (element === undefined || text === undefined) this.#parser.write(withoutForbiddenCharacters(longText.toString('utf8')));
		else addLongText(element, text);
	}

	/** @throws EwsError `malformedAnswer` */
	close(): { name: string; value: SoapObject } {
		this.#parser.close();
		const value = objectOf(this.#root?.value);
		if (this.#root === undefined || value === undefined) throw malformed('it has no content');
		return { name: this.#root.name, value };
	}

	#begin(qualified: string, attributes: Record<string, string>): void {
		this.#tags++;
		if (this.#open.length >= MAX_DEPTH) throw malformed(`it is nested more than ${MAX_DEPTH} levels deep`);
		const parent = this.#open.at(-1);
		if (parent !== undefined) parent.hasChildren = true;
		const namespaces = namespacesIn(attributes, parent?.namespaces ?? OUTERMOST);
		const { prefix, local } = this.#names.of(qualified);
		const isTyped = TYPED_NAMESPACES.has(meant(prefix, namespaces));
		const element: OpenElement = { name: local, prefix, isTyped, namespaces, value: undefined, text: '', textIsDetached: false, bytes: undefined, hasAttributes: false, hasChildren: false, isNil: false };
		for (const name in attributes) if (declaredBy(name) === undefined) this.#addAttribute(element, name, attributes[name] ?? '');
		this.#open.push(element);
	}

	#addAttribute(element: OpenElement, qualified: string, value: string): void {
		const { prefix, local } = this.#names.of(qualified);
		element.hasAttributes = true;
		if (prefix !== '' && meant(prefix, element.namespaces) === SCHEMA_INSTANCE && local === 'nil') element.isNil = value === 'true';
		put(contentOf(element), prefix === 'xml' ? qualified : local, detached(value));
	}

	#addText(text: string): void {
		const element = this.#open.at(-1);
		if (element === undefined) return;
		element.text = textOf(element) + text;
		element.textIsDetached = false;
	}

	#end(): void {
		this.#tags++;
		const element = this.#open.pop();
		if (element === undefined) return;
		if (!element.textIsDetached) element.text = detached(element.text);
		const value = valueOf(element);
		const parent = this.#open.at(-1);
		if (parent === undefined) this.#root = { name: element.name, value };
		else put(contentOf(parent), element.name, value);
	}
}

function addLongText(element: OpenElement, text: string): void {
	element.textIsDetached = element.text === '' && element.bytes === undefined;
	element.text = textOf(element) + text;
}

/** Whether it was taken as the bytes that it says. */
function addBase64(element: OpenElement, text: Buffer): boolean {
	if (element.text !== '' || element.bytes !== undefined || !BASE64_ELEMENTS.has(element.name) || !element.isTyped) return false;
	element.bytes = bytesOfBase64(text);
	return element.bytes !== undefined;
}

/** The names of a document, each taken apart once. */
class Names {
	readonly #known = new Map<string, QualifiedName>();

	/** @throws EwsError `malformedAnswer` */
	of(name: string): QualifiedName {
		const known = this.#known.get(name);
		if (known !== undefined) return known;
		const parts = qualifiedName(name);
		if (parts === undefined) throw malformed(`malformed name: ${name}`);
		this.#known.set(name, parts);
		return parts;
	}
}

/** What a prefix means. @throws EwsError `malformedAnswer` */
function meant(prefix: string, namespaces: Namespaces): string {
	const namespace = namespaces.get(prefix);
	if (namespace === undefined) throw malformed(`unbound namespace prefix: "${prefix}"`);
	return namespace;
}

/**
 * The same text with memory of its own. What a parser hands out is a view into the answer, or a tree of views ten times as large as the text: an id that
 * somebody keeps would keep a whole answer of megabytes. To cut a character off a joined text copies it.
 */
function detached(text: string): string {
	return text.length < SHORTEST_VIEW ? text : ` ${text}`.slice(1);
}

function valueOf(element: OpenElement): SoapValue {
	if (element.isNil) return null;
	if (element.hasChildren) {
		const text = textOf(element);
		if (text.trim() !== '') put(contentOf(element), '__text', text);
		return contentOf(element);
	}
	const content = element.bytes ?? element.text;
	if (!element.hasAttributes) return content === '' ? null : content;
	if (content !== '') put(contentOf(element), element.name, content);
	return contentOf(element);
}

/** What an element is that is more than a text. */
function contentOf(element: OpenElement): SoapObject {
	if (element.value === undefined) {
		element.value = {};
		if (element.prefix !== '') element.value['__prefix'] = element.prefix;
		if (element.isTyped) element.value['__type'] = element.name;
	}
	return element.value;
}

/** The text of an element, also where it was taken for bytes and more than them stands in it. */
function textOf(element: OpenElement): string {
	if (element.bytes !== undefined) {
		element.text = element.bytes.toString('base64');
		element.bytes = undefined;
	}
	return element.text;
}

function put(target: SoapObject, name: string, value: SoapValue): void {
	// The server chooses the names; this one would set the object's prototype.
	if (name === '__proto__') return;
	if (!Object.hasOwn(target, name)) {
		target[name] = value;
		return;
	}
	const present = target[name] ?? null;
	if (Array.isArray(present)) present.push(value);
	else target[name] = [present, value];
}

function malformed(reason: string): EwsError {
	return new EwsError({ kind: 'malformedAnswer', text: reason }, `The server's answer is not well-formed XML: ${reason}.`);
}
