import type { Address, PropertyValue } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { isTrue } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { dateTime, element, leaf } from '../xml/write.mts';
import { schemaViolation } from '../operations/errors.mts';
import { mailboxXml, parseMailbox, parseSingleRecipient } from './address.mts';
import type { PropertyDefinition, PropertyType } from './definition.mts';

type Options = Partial<Omit<PropertyDefinition, 'path' | 'element' | 'type'>>;

/** A property of any type; tables return it and clients may write it unless said otherwise. */
export function property(path: string, name: string, type: PropertyType, options: Options = {}): PropertyDefinition {
	return { path, element: name, type, inTables: true, readOnly: false, ...options };
}

export const text = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'String', options);
export const integer = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'Integer', options);
export const boolean = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'Boolean', options);
export const instant = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'DateTime', options);
export const strings = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'Strings', options);
export const base64 = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'Base64', options);
export const address = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'Address', options);
export const addresses = (path: string, name: string, options?: Options): PropertyDefinition => property(path, name, 'Addresses', { inTables: false, ...options });

/** Reads an xs:dateTime; without a zone it is UTC. */
export function parseInstant(value: string): Date {
	const trimmed = value.trim();
	const date = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(trimmed) ? trimmed : trimmed.includes('T') ? `${trimmed}Z` : trimmed);
	if (Number.isNaN(date.getTime())) throw schemaViolation(`The '${value}' value is invalid according to its datatype 'http://www.w3.org/2001/XMLSchema:dateTime'.`);
	return date;
}

/** Reads a request's element by the property's type. */
export function parseByType(type: PropertyType, source: XmlElement): PropertyValue | undefined {
	switch (type) {
		case 'String':
			return source.text;
		case 'Base64':
			return source.text.replace(/\s+/g, '');
		case 'Integer': {
			if (!/^\s*[+-]?\d+\s*$/.test(source.text)) throw schemaViolation(`The '${source.name}' element is invalid - The value '${source.text}' is invalid according to its datatype 'int'.`);
			return Number(source.text);
		}
		case 'Boolean': {
			if (!/^\s*(true|false|0|1)\s*$/.test(source.text)) throw schemaViolation(`The '${source.name}' element is invalid - The value '${source.text}' is invalid according to its datatype 'boolean'.`);
			return isTrue(source.text.trim());
		}
		case 'DateTime':
			return parseInstant(source.text);
		case 'Strings':
			return source.children.map((each) => each.text);
		case 'Address':
			return parseSingleRecipient(source);
		case 'Addresses':
			return source.children.map((each) => parseMailbox(each));
		case 'Structured':
			return undefined;
		default:
			return type satisfies never;
	}
}

/** Writes a value by the property's type; a Structured one needs a `render` of its own. */
export function renderByType(definition: PropertyDefinition, value: PropertyValue, table: boolean): Xml {
	const name = `t:${definition.element}`;
	if (typeof value === 'string') return leaf(name, table && value.length > 255 && definition.type === 'String' ? value.slice(0, 255) : value);
	if (typeof value === 'number' || typeof value === 'boolean') return leaf(name, value);
	if (value instanceof Date) return leaf(name, dateTime(value));
	if (definition.type === 'Address') return element(name, mailboxXml(value as Address, table));
	if (definition.type === 'Addresses') {
		const list = value as readonly Address[];
		return list.length === 0 ? '' : element(name, list.map((each) => mailboxXml(each)).join(''));
	}
	if (definition.type === 'Strings') {
		const list = value as readonly string[];
		return list.length === 0 ? '' : element(name, list.map((each) => leaf('t:String', each)).join(''));
	}
	return '';
}
