import { EwsError } from '../operations/errors.mts';
import type { Address, DetachedItem } from '../store/item.mts';
import { addressesOf } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import { parseByType } from './define.mts';
import type { PropertyDefinition } from './definition.mts';

/** AppendToItemField: Exchange knows it for the body and for lists of recipients. */
export function appendTo(item: DetachedItem, definition: PropertyDefinition, source: XmlElement): void {
	if (definition.path === 'item:Body') {
		const type = source.attributes.BodyType === 'HTML' ? 'HTML' : 'Text';
		item.body = { type: item.body?.type ?? type, content: (item.body?.content ?? '') + source.text };
		return;
	}
	if (definition.type === 'Addresses') {
		item.properties[definition.path] = [...addressesOf(item, definition.path), ...(parseByType('Addresses', source) as readonly Address[])];
		return;
	}
	throw new EwsError('ErrorInvalidPropertyAppend', { messageXml: element('t:FieldURI', '', { FieldURI: definition.path }) });
}
