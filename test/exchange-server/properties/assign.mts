import type { DetachedItem } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { EwsError, schemaViolation } from '../operations/errors.mts';
import { parseByType } from './define.mts';
import type { ParseContext, PropertyDefinition } from './definition.mts';
import { assignExtended, parseExtendedProperty } from './extended.mts';
import { kindOf } from './kinds.mts';
import { element } from '../xml/write.mts';

/** Stores one property as a request wrote it. */
export function assignFrom(item: DetachedItem, definition: PropertyDefinition, source: XmlElement, context: ParseContext): void {
	const value = definition.parse ? definition.parse(source, context) : parseByType(definition.type, source);
	if (definition.path === 'item:Subject' && typeof value === 'string' && value.length > 255) throw new EwsError('ErrorPropertyValidationFailure', { text: 'The subject cannot exceed 255 characters.' });
	if (definition.assign) definition.assign(item, value, context);
	else if (value === undefined) delete item.properties[definition.path];
	else item.properties[definition.path] = value;
}

/** Removes one property. */
export function removeProperty(item: DetachedItem, definition: PropertyDefinition, context: ParseContext): void {
	if (definition.assign) definition.assign(item, undefined, context);
	else delete item.properties[definition.path];
}

/** Reads the children of an item element (`<t:Message>…`) into an item, demanding the schema's order as Exchange does. */
export function readProperties(item: DetachedItem, source: XmlElement, context: ParseContext, skip: ReadonlySet<string>): void {
	const { properties } = kindOf(item.kind);
	const order = new Map(properties.map((definition, index) => [definition.element, index]));
	const extendedAt = properties.findIndex(({ path }) => path === 'item:Culture') - 0.5;
	let last = -1;
	for (const each of source.children) {
		const place = each.name === 'ExtendedProperty' ? extendedAt : order.get(each.name);
		if (place !== undefined) {
			if (place < last) throw schemaViolation(`The element '${source.name}' in namespace '${source.namespace}' has invalid child element '${each.name}' in namespace '${each.namespace}'.`);
			last = place;
		}
		if (skip.has(each.name)) continue;
		if (each.name === 'ExtendedProperty') {
			const { path, value } = parseExtendedProperty(each);
			assignExtended(item, path, value);
			continue;
		}
		const definition = place === undefined ? undefined : properties[place];
		// Unknown to this server or to the kind: Exchange refuses it by its schema.
		if (!definition) throw schemaViolation(`The element '${source.name}' in namespace '${source.namespace}' has invalid child element '${each.name}' in namespace '${each.namespace}'.`);
		if (definition.readOnly && !SETTABLE_AT_BIRTH.has(definition.path)) throw new EwsError('ErrorInvalidPropertySet', { messageXml: element('t:FieldURI', '', { FieldURI: definition.path }) });
		assignFrom(item, definition, each, context);
	}
}

/** Read-only later, accepted in CreateItem: body and attachments have their own ways in, sent and received dates are set through MAPI. */
const SETTABLE_AT_BIRTH: ReadonlySet<string> = new Set(['item:Attachments', 'item:MimeContent']);
