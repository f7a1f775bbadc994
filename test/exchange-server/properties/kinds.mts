import type { OperationContext } from '../operations/context.mts';
import type { DetachedItem, Item, ItemKind } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import type { PropertyDefinition } from './definition.mts';

/** A request's element around the item: CreateItem, UpdateItem, DeleteItem with their attributes. */
export type Request = XmlElement;

/** What the server knows of one kind of item. Kinds live in files of their own and register themselves. */
export interface KindDefinition {
	readonly kind: ItemKind;
	/** Item class of an item created without one. */
	readonly itemClass: string;
	/** Everything of it, in the order of the schema (ItemType first). */
	readonly properties: readonly PropertyDefinition[];
	/** Paths of the Default shape. */
	readonly defaultShape: readonly string[];
	/** After the properties of a new item were read, before it is stored. May throw an EwsError. */
	readonly beforeCreate?: (item: DetachedItem, request: Request, context: OperationContext) => void;
	/** After it was stored (send invitations, book …). */
	readonly afterCreate?: (item: Item, request: Request, context: OperationContext) => void;
	/** After the changes of an UpdateItem were applied and before the item is stored; `changed` are the paths that were set or deleted. */
	readonly beforeUpdate?: (item: Item, changed: readonly string[], request: Request, context: OperationContext) => void;
	readonly afterUpdate?: (item: Item, changed: readonly string[], request: Request, context: OperationContext) => void;
	/** Before an item is deleted; may throw (ErrorSendMeetingCancellationsRequired …). True: the kind has done it all itself. */
	readonly beforeDelete?: (item: Item, request: Request, context: OperationContext) => boolean;
}

const kinds = new Map<ItemKind, KindDefinition>();
const byClass: Array<{ prefix: string; kind: ItemKind }> = [];

/** Adds a kind or replaces it. `classPrefixes` are the item classes that make an item this kind, e.g. `IPM.Appointment`. */
export function registerKind(definition: KindDefinition, classPrefixes: readonly string[]): void {
	kinds.set(definition.kind, definition);
	for (const prefix of classPrefixes) byClass.push({ prefix: prefix.toLowerCase(), kind: definition.kind });
	byClass.sort((a, b) => b.prefix.length - a.prefix.length);
}

/** The definition of a kind; every kind is at least known as a plain item. */
export function kindOf(kind: ItemKind): KindDefinition {
	const definition = kinds.get(kind) ?? kinds.get('Item');
	if (!definition) throw new Error('no kinds are registered');
	return definition;
}

export function isKnownKind(name: string): name is ItemKind {
	return kinds.has(name as ItemKind);
}

/** The kind an item class is served as: the longest registered prefix wins. */
export function kindOfClass(itemClass: string): ItemKind {
	const lower = itemClass.toLowerCase();
	return byClass.find(({ prefix }) => lower === prefix || lower.startsWith(`${prefix}.`))?.kind ?? 'Message';
}

const tables = new WeakMap<KindDefinition, Map<string, PropertyDefinition>>();
const everyProperty = new Map<string, PropertyDefinition>();

/** The definition behind a FieldURI in any kind; `kind` is asked first. */
export function propertyOf(path: string, kind?: ItemKind): PropertyDefinition | undefined {
	if (kind) {
		const definition = kindOf(kind);
		let table = tables.get(definition);
		if (!table) tables.set(definition, (table = new Map(definition.properties.map((property) => [property.path, property]))));
		const own = table.get(path);
		if (own) return own;
	}
	const known = everyProperty.get(path);
	if (known) return known;
	for (const definition of kinds.values()) for (const property of definition.properties) if (!everyProperty.has(property.path)) everyProperty.set(property.path, property);
	return everyProperty.get(path);
}
