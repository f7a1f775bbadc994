import { EwsError, schemaViolation } from '../operations/errors.mts';
import type { OperationContext } from '../operations/context.mts';
import type { DetachedItem, Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, childText, isTrue, listOf } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import { renderByType } from './define.mts';
import type { PropertyDefinition, RenderContext } from './definition.mts';
import type { ExtendedPath } from './extended.mts';
import { extendedValue, extendedXml, parseExtendedPath } from './extended.mts';
import { kindOf, propertyOf } from './kinds.mts';

/** An ItemShape (or AttachmentShape) of a request. */
export interface ItemShape {
	readonly base: 'IdOnly' | 'Default' | 'AllProperties';
	readonly mime: boolean;
	readonly bodyType: 'Best' | 'HTML' | 'Text';
	/** Paths asked for by name. */
	readonly additional: ReadonlySet<string>;
	/** `item:InternetMessageHeader` and other indexed fields: path and index. */
	readonly indexed: ReadonlyArray<{ path: string; index: string }>;
	readonly extended: readonly ExtendedPath[];
}

/** Reads an ItemShape. */
export function parseShape(shape: XmlElement | undefined, defaultBase: ItemShape['base'] = 'AllProperties'): ItemShape {
	const base = childText(shape, 'BaseShape') ?? defaultBase;
	if (base !== 'IdOnly' && base !== 'Default' && base !== 'AllProperties') throw schemaViolation(`The 'BaseShape' element is invalid - The value '${base}' is invalid.`);
	const bodyType = childText(shape, 'BodyType') ?? 'Best';
	if (bodyType !== 'Best' && bodyType !== 'HTML' && bodyType !== 'Text') throw schemaViolation(`The 'BodyType' element is invalid - The value '${bodyType}' is invalid.`);
	const additional = new Set<string>();
	const indexed: Array<{ path: string; index: string }> = [];
	const extended: ExtendedPath[] = [];
	for (const path of listOf(shape, 'AdditionalProperties')) {
		if (path.name === 'FieldURI') {
			const uri = path.attributes.FieldURI ?? '';
			if (!propertyOf(uri) && !/^(item|message|calendar|task|contacts|meeting|meetingRequest|postitem|conversation|distributionlist|folder):/.test(uri)) throw schemaViolation(`The 'FieldURI' attribute is invalid - The value '${uri}' is invalid.`);
			additional.add(uri);
		} else if (path.name === 'IndexedFieldURI') indexed.push({ path: path.attributes.FieldURI ?? '', index: path.attributes.FieldIndex ?? '' });
		else if (path.name === 'ExtendedFieldURI') extended.push(parseExtendedPath(path));
	}
	const mime = isTrue(childText(shape, 'IncludeMimeContent')) || additional.has('item:MimeContent');
	return { base, mime, bodyType, additional, indexed, extended };
}

/** True where the shape needs the item's MIME. */
export function wantsMime(shape: ItemShape): boolean {
	return shape.mime;
}

function isWanted(shape: ItemShape, definition: PropertyDefinition, defaults: ReadonlySet<string>): boolean {
	if (shape.additional.has(definition.path) || definition.path === 'item:ItemId') return true;
	if (definition.path === 'item:MimeContent') return shape.mime;
	if (shape.base === 'AllProperties') return definition.onlyOnRequest !== true;
	return shape.base === 'Default' && defaults.has(definition.path);
}

const defaultSets = new WeakMap<readonly string[], ReadonlySet<string>>();

function defaultsOf(paths: readonly string[]): ReadonlySet<string> {
	let set = defaultSets.get(paths);
	if (!set) defaultSets.set(paths, (set = new Set(paths)));
	return set;
}

/** One property of an item as its element, '' where the item has none. */
export function renderProperty(definition: PropertyDefinition, item: DetachedItem, context: RenderContext): Xml {
	if (definition.render) return definition.render(item, context);
	const value = definition.value ? definition.value(item, context) : item.properties[definition.path];
	return value === undefined ? '' : renderByType(definition, value, context.table);
}

/** The item's element with what the shape asks for, in the schema's order. */
export function renderItem(item: DetachedItem, shape: ItemShape, context: RenderContext): Xml {
	const kind = kindOf(item.kind);
	const defaults = defaultsOf(kind.defaultShape);
	let written = '';
	let extendedDone = false;
	const extended = (): Xml => {
		extendedDone = true;
		let all = '';
		for (const path of shape.extended) {
			const value = extendedValue(item, path);
			if (value) all += extendedXml(path, value, context.table);
		}
		return all;
	};
	for (const definition of kind.properties) {
		// ExtendedProperty stands between HasAttachments and Culture in ItemType's sequence.
		if (definition.path === 'item:Culture') written += extended();
		if (context.table && !definition.inTables) continue;
		if (isWanted(shape, definition, defaults)) written += renderProperty(definition, item, context);
		else if (definition.path === 'item:InternetMessageHeaders' && shape.indexed.length > 0) written += indexedHeaders(item, shape);
	}
	if (!extendedDone) written += extended();
	return element(`t:${item.kind}`, written);
}

function indexedHeaders(item: DetachedItem, shape: ItemShape): Xml {
	const wanted = new Set(shape.indexed.filter(({ path }) => path === 'item:InternetMessageHeader').map(({ index }) => index.toLowerCase()));
	const found = (item.headers ?? []).filter(({ name }) => wanted.has(name.toLowerCase()));
	return found.length === 0 ? '' : element('t:InternetMessageHeaders', found.map(({ name, value }) => leaf('t:InternetMessageHeader', value, { HeaderName: name })).join(''));
}

/** What rendering needs to know, from the request and the item's place. */
export function renderContext(context: OperationContext, mailbox: Mailbox, options: { item?: Item; mime?: Buffer | undefined; bodyType?: ItemShape['bodyType']; table?: boolean }): RenderContext {
	return {
		exchange: context.exchange,
		mailbox,
		table: options.table ?? false,
		bodyType: options.bodyType ?? 'Best',
		serverVersion: context.serverVersion,
		...(options.item && { item: options.item }),
		...(options.mime && { mime: options.mime }),
		...(context.timeZone !== undefined && { timeZone: context.timeZone }),
	};
}

/** The definition behind a FieldURI that a client wants to write, or the error it gets. */
export function writable(path: string, item: DetachedItem, action: 'Set' | 'Append' | 'Delete'): PropertyDefinition {
	const definition = propertyOf(path, item.kind);
	const messageXml = element('t:FieldURI', '', { FieldURI: path });
	if (!definition) throw new EwsError('ErrorInvalidPropertyRequest', { text: 'Property is not valid for this object type.', messageXml });
	if (definition.readOnly) throw new EwsError(action === 'Set' ? 'ErrorInvalidPropertySet' : action === 'Append' ? 'ErrorInvalidPropertyAppend' : 'ErrorInvalidPropertyDelete', { messageXml });
	return definition;
}

/** Whether a shape element was given at all; some operations demand one. */
export function requireChild(request: XmlElement, name: string): XmlElement {
	const found = child(request, name);
	if (!found) throw schemaViolation(`The element '${request.name}' has incomplete content. List of possible elements expected: '${name}'.`);
	return found;
}
