import { readSoapObject } from '../../../src/ews/library/soap-object-reader.ts';
import type { XmlElement } from '../../../src/ews/mapping/xml-element.ts';
import type { WireNode } from '../../../src/ews/mapping/wire-node.ts';

const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';

function escaped(text: string): string {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** An element of a request as XML. */
export function xmlOf({ name, attributes, content }: XmlElement): string {
	const written = Object.entries(attributes ?? {}).map(([key, value]) => ` ${key}="${escaped(value)}"`);
	const inside = typeof content === 'string' ? escaped(content) : Buffer.isBuffer(content) ? content.toString('base64') : content.map(xmlOf).join('');
	return `<t:${name}${written.join('')}>${inside}</t:${name}>`;
}

/** XML of an item, without its own tags, as it comes out of an answer. */
export function itemOf(xml: string): WireNode {
	const envelope = readSoapObject(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="${TYPES}"><t:Item>${xml}</t:Item></s:Envelope>`);
	return envelope['Item'] as WireNode;
}

/** What a server that keeps every element as it was written would answer. */
export function echoed(elements: readonly XmlElement[]): WireNode {
	return itemOf(`<t:ItemId Id="AAMk" ChangeKey="CQ"/><t:ParentFolderId Id="AAMf" ChangeKey="AQ"/>${elements.map(xmlOf).join('')}`);
}

/** Elements inside an element. */
export function insideOf(element: XmlElement): readonly XmlElement[] {
	return typeof element.content === 'string' || Buffer.isBuffer(element.content) ? [] : element.content;
}
