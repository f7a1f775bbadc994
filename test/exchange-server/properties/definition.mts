import type { Exchange } from '../store/exchange.mts';
import type { DetachedItem, Item, PropertyValue } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';

/** How a property is compared in a restriction and written by default. */
export type PropertyType = 'String' | 'Integer' | 'Boolean' | 'DateTime' | 'Strings' | 'Address' | 'Addresses' | 'Base64' | 'Structured';

/** What a property may need to be read from an item. */
export interface RenderContext {
	readonly exchange: Exchange;
	readonly mailbox: Mailbox;
	/** Present where the item stands in a folder, absent for an attached item. */
	readonly item?: Item;
	/** FindItem and SyncFolderItems read from tables: names without addresses, cut strings. */
	readonly table: boolean;
	/** The item's MIME, where the request asked for it. */
	readonly mime?: Buffer;
	readonly bodyType: 'Best' | 'HTML' | 'Text';
	/** The request's TimeZoneContext, for `zoneOfContext` in calendar/time-zone-context.mts. */
	readonly timeZone?: string;
	readonly serverVersion: string;
}

/** What a property may need to be read from a request. */
export interface ParseContext {
	readonly exchange: Exchange;
	readonly mailbox: Mailbox;
	readonly timeZone?: string;
}

/** One EWS property: where it is kept, how it is written and read. Definitions stand in the order of the schema's sequence. */
export interface PropertyDefinition {
	/** FieldURI, e.g. `item:Subject`. */
	readonly path: string;
	/** Element name, e.g. `Subject`. */
	readonly element: string;
	readonly type: PropertyType;
	/** False where FindItem and SyncFolderItems never return it (bodies, attachments, recipients). */
	readonly inTables: boolean;
	/** Only the server sets it: UpdateItem answers ErrorInvalidPropertySet. */
	readonly readOnly: boolean;
	/** Not in the AllProperties shape. */
	readonly onlyOnRequest?: boolean;
	/** The value; by default what the property bag holds under `path`. */
	readonly value?: (item: DetachedItem, context: RenderContext) => PropertyValue | undefined;
	/** The whole element; by default made from the value by its type. */
	readonly render?: (item: DetachedItem, context: RenderContext) => Xml;
	/** Reads the element of a request; by default by type. */
	readonly parse?: (element: XmlElement, context: ParseContext) => PropertyValue | undefined;
	/** Stores what a request brought; by default into the property bag, and an undefined value removes. */
	readonly assign?: (item: DetachedItem, value: PropertyValue | undefined, context: ParseContext) => void;
}
