import { type XmlElement, element } from './xml-element';
import { type WireNode, attribute, child, children, text } from './wire-node';

/** MAPI types that are used, as EWS calls them (MapiPropertyTypeType). */
export type MapiType = 'String' | 'Integer' | 'Boolean' | 'SystemTime' | 'Binary';

/** A property that EWS has a name for. */
export interface NamedProperty {
	readonly uri: string;
}

/** A MAPI property by its tag, e.g. 0x0E07. */
export interface TaggedProperty {
	readonly tag: number;
	readonly type: MapiType;
}

/** A MAPI property of a property set that EWS knows, by its id (MS-OXPROPS). */
export interface SetProperty {
	readonly set: 'Appointment' | 'Common' | 'Task' | 'Meeting';
	readonly id: number;
	readonly type: MapiType;
}

/** A MAPI property of a property set of one's own, by its name. */
export interface OwnProperty {
	readonly guid: string;
	readonly name: string;
	readonly type: MapiType;
}

/** A MAPI property (EWS `t:ExtendedFieldURI`). */
export type MapiProperty = TaggedProperty | SetProperty | OwnProperty;

/** How EWS addresses one property of an item. */
export type PropertyPath = NamedProperty | MapiProperty;

/** A tag as EWS writes it, `0xe07`. */
export function tagText(tag: number): string {
	return `0x${tag.toString(16)}`;
}

/** `t:FieldURI` or `t:ExtendedFieldURI`. */
export function pathElement(path: PropertyPath): XmlElement {
	if ('uri' in path) return element('FieldURI', [], { FieldURI: path.uri });
	if ('tag' in path) return element('ExtendedFieldURI', [], { PropertyTag: tagText(path.tag), PropertyType: path.type });
	if ('set' in path)
		return element('ExtendedFieldURI', [], { DistinguishedPropertySetId: path.set, PropertyId: String(path.id), PropertyType: path.type });
	return element('ExtendedFieldURI', [], { PropertySetId: path.guid, PropertyName: path.name, PropertyType: path.type });
}

/** `t:ExtendedProperty` with its value. */
export function mapiElement(path: MapiProperty, value: string): XmlElement {
	return element('ExtendedProperty', [pathElement(path), element('Value', value)]);
}

/** Value of a MAPI property of an item that was read, undefined where the item has none. */
export function mapiValue(item: WireNode, path: MapiProperty): string | undefined {
	const found = children(item, 'ExtendedProperty').find((entry) => isSame(child(entry, 'ExtendedFieldURI'), path));
	return found === undefined ? undefined : text(found, 'Value');
}

function isSame(uri: WireNode | undefined, path: MapiProperty): boolean {
	if ('tag' in path) {
		const tag = attribute(uri, 'PropertyTag');
		// Exchange answers in hex whatever was asked; other servers repeat the decimal form.
		return tag !== undefined && Number(tag) === path.tag;
	}
	if ('set' in path) return attribute(uri, 'DistinguishedPropertySetId') === path.set && Number(attribute(uri, 'PropertyId')) === path.id;
	return attribute(uri, 'PropertyName') === path.name && attribute(uri, 'PropertySetId')?.toLowerCase() === path.guid.toLowerCase();
}
