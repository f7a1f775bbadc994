import { EwsError } from '../operations/errors.mts';
import type { DetachedItem, ExtendedValue } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, childText, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import { mapiAlias } from './mapi.mts';

/** Property set GUIDs behind DistinguishedPropertySetId (MS-OXPROPS 1.3.2). */
const SETS: Readonly<Record<string, string>> = {
	Meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
	Appointment: '00062002-0000-0000-c000-000000000046',
	Common: '00062008-0000-0000-c000-000000000046',
	PublicStrings: '00020329-0000-0000-c000-000000000046',
	Address: '00062004-0000-0000-c000-000000000046',
	InternetHeaders: '00020386-0000-0000-c000-000000000046',
	CalendarAssistant: '11000e07-b51b-40d6-af21-caa85edab1d0',
	UnifiedMessaging: '4442858e-a9e3-4e80-b900-317a210cc15b',
	Task: '00062003-0000-0000-c000-000000000046',
	Sharing: '00062040-0000-0000-c000-000000000046',
};

/** An ExtendedFieldURI of a request: the key its value is kept under, its type, and how it is written back. */
export interface ExtendedPath {
	readonly key: string;
	readonly type: string;
	/** Set where it addresses a MAPI tag. */
	readonly tag?: number;
	readonly xml: Xml;
}

/** Reads an ExtendedFieldURI; ErrorInvalidExtendedProperty for a combination Exchange refuses. */
export function parseExtendedPath(uri: XmlElement): ExtendedPath {
	const { PropertyTag, PropertySetId, DistinguishedPropertySetId, PropertyName, PropertyId, PropertyType } = uri.attributes;
	const invalid = (): EwsError => new EwsError('ErrorInvalidExtendedProperty', { messageXml: element('t:ExtendedFieldURI', '', uri.attributes) });
	if (!PropertyType) throw invalid();
	if (PropertyTag !== undefined) {
		if (PropertySetId ?? DistinguishedPropertySetId ?? PropertyName ?? PropertyId) throw invalid();
		const tag = Number(PropertyTag);
		if (!Number.isInteger(tag)) throw invalid();
		if (tag >= 0x8000) throw new EwsError('ErrorNoPropertyTagForCustomProperties', { messageXml: element('t:ExtendedFieldURI', '', uri.attributes) });
		return { key: `tag:${tag}`, type: PropertyType, tag, xml: element('t:ExtendedFieldURI', '', { PropertyTag: `0x${tag.toString(16)}`, PropertyType }) };
	}
	const set = DistinguishedPropertySetId === undefined ? PropertySetId?.toLowerCase() : SETS[DistinguishedPropertySetId];
	if (!set || (PropertySetId !== undefined && DistinguishedPropertySetId !== undefined)) throw invalid();
	if ((PropertyName === undefined) === (PropertyId === undefined)) throw invalid();
	const key = PropertyName === undefined ? `set:${set}:id:${Number(PropertyId)}` : `set:${set}:name:${PropertyName}`;
	return { key, type: PropertyType, xml: element('t:ExtendedFieldURI', '', { DistinguishedPropertySetId, PropertySetId, PropertyName, PropertyId, PropertyType }) };
}

/** The key of a named property, for seeds and tests: by set GUID and name or id. */
export function extendedKey(set: string, name: string | number): string {
	const guid = (SETS[set] ?? set).toLowerCase();
	return typeof name === 'number' ? `set:${guid}:id:${name}` : `set:${guid}:name:${name}`;
}

/** What an item holds under a path; a value of another type counts as absent. MAPI tags EWS has a property for are read from that. */
export function extendedValue(item: DetachedItem, path: Pick<ExtendedPath, 'key' | 'type' | 'tag'>): ExtendedValue | undefined {
	const alias = path.tag === undefined ? undefined : mapiAlias(path.tag);
	if (alias) {
		const value = alias.type === path.type ? alias.get(item) : undefined;
		if (value !== undefined) return { type: path.type, value };
	}
	const stored = item.extended[path.key];
	return stored?.type === path.type ? stored : undefined;
}

/** `<t:ExtendedProperty>`; table rows carry at most 255 characters of a string. */
export function extendedXml(path: ExtendedPath, value: ExtendedValue, table: boolean): Xml {
	const cut = (each: string): string => (table && value.type.startsWith('String') ? each.slice(0, 255) : each);
	const content = typeof value.value === 'string' ? leaf('t:Value', cut(value.value)) : element('t:Values', value.value.map((each) => leaf('t:Value', cut(each))).join(''));
	return element('t:ExtendedProperty', path.xml + content);
}

/** Reads `<t:ExtendedProperty>`. */
export function parseExtendedProperty(source: XmlElement): { path: ExtendedPath; value: ExtendedValue } {
	const uri = child(source, 'ExtendedFieldURI');
	if (!uri) throw new EwsError('ErrorInvalidExtendedProperty');
	const path = parseExtendedPath(uri);
	const isArray = path.type.endsWith('Array');
	const single = childText(source, 'Value');
	if (isArray === (single !== undefined)) throw new EwsError('ErrorInvalidExtendedPropertyValue', { messageXml: path.xml });
	const value = single ?? listOf(source, 'Values').map((each) => each.text);
	if (typeof value === 'string' && !fits(path.type, value)) throw new EwsError('ErrorInvalidExtendedPropertyValue', { messageXml: path.xml });
	return { path, value: { type: path.type, value: typeof value === 'string' ? canonical(path.type, value) : value } };
}

/** Stores a value (undefined removes it); tags behind EWS properties change those. */
export function assignExtended(item: DetachedItem, path: ExtendedPath, value: ExtendedValue | undefined): void {
	const alias = path.tag === undefined ? undefined : mapiAlias(path.tag);
	if (alias?.set && alias.type === path.type && typeof value?.value === 'string') {
		alias.set(item, value.value);
		return;
	}
	if (alias && !alias.set) throw new EwsError('ErrorInvalidPropertySet', { messageXml: path.xml });
	if (value) item.extended[path.key] = value;
	else delete item.extended[path.key];
}

function fits(type: string, value: string): boolean {
	switch (type) {
		case 'Integer':
		case 'Short':
		case 'Long':
			return /^\s*[+-]?\d+\s*$/.test(value);
		case 'Boolean':
			return /^\s*(true|false|0|1)\s*$/i.test(value);
		case 'SystemTime':
			return !Number.isNaN(Date.parse(value));
		default:
			return true;
	}
}

function canonical(type: string, value: string): string {
	if (type === 'Boolean') return /^\s*(true|1)\s*$/i.test(value) ? 'true' : 'false';
	if (type === 'SystemTime') return `${new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(value.trim()) ? value : `${value}Z`).toISOString().slice(0, 19)}Z`;
	if (type === 'Binary') return value.replace(/\s+/g, '');
	return value;
}
