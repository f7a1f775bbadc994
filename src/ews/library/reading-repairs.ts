import type { ExchangeService, Item, PropertyBag, Recurrence, ServiceObject } from 'ews-javascript-api';

import type { EwsLibrary } from './ews-library';
import { replaceMethod } from './replace-method';
import { readSoapObject, type SoapObject, type SoapValue } from './soap-object-reader';

interface PropertyBagInside {
	loading: boolean;
	owner: ServiceObject;
	requestedPropertySet: unknown;
	onlySummaryPropertiesRequested: boolean;
	loadedProperties: unknown[];
	Clear(): void;
	ClearChangeLog(): void;
}

interface PropertyDefinitionInside {
	LoadPropertyValueFromXmlJsObject(value: SoapValue, service: ExchangeService, bag: PropertyBagInside): void;
}

interface SchemaInside {
	TryGetPropertyDefinition(name: string, out: { outValue: PropertyDefinitionInside | null }): boolean;
}

const unreadable = new WeakMap<ServiceObject, Set<string>>();

/** Names of the elements that the answer had for this item and that could not be read (W13). */
export function unreadableProperties(item: ServiceObject): readonly string[] {
	return [...(unreadable.get(item) ?? [])];
}

/** W5. One item of a kind that the library does not know threw away the whole page; it is read as an Item that keeps its element's name. */
export function repairUnknownItemKinds(library: EwsLibrary): void {
	replaceMethod<unknown, [ExchangeService, string], unknown>(
		library.ItemInfo.prototype,
		'CreateEwsObjectFromXmlElementName',
		(original) =>
			function (service, name) {
				const known = original.call(this, service, name);
				if (known !== null && known !== undefined) return known;
				const ItemOf = library.Item as unknown as new (owner: ExchangeService) => Item;
				const item = new ItemOf(service);
				// The library compares this name with that of the element and throws when they differ.
				Object.defineProperty(item, 'GetXmlElementName', { value: () => name });
				return item;
			},
	);
}

/**
 * W7. Answers are read by {@link readSoapObject}: text is not trimmed, white space and CDATA stay text, malformed XML throws. All of the library goes
 * through its pair of DOM parser and converter, so these are what is replaced.
 */
export function repairAnswerReading(library: EwsLibrary): void {
	const parser = library.DOMParser as { prototype: object };
	replaceMethod<unknown, [string], { documentElement: SoapObject }>(parser.prototype, 'parseFromString', () => (xml) => ({ documentElement: readSoapObject(xml) }));
	replaceMethod<unknown, [SoapValue], SoapValue>(library.xml2JsObject.prototype, 'parseXMLNode', () => (node) => node);
}

/** W10. The interval of a recurrence was the text of its element. */
export function repairRecurrenceInterval(library: EwsLibrary): void {
	replaceMethod<{ interval: unknown }, [SoapObject, ExchangeService], void>(
		Object.getPrototypeOf(library.Recurrence.DailyPattern.prototype) as Recurrence,
		'LoadFromXmlJsObject',
		(original) =>
			function (source, service) {
				original.call(this, source, service);
				this.interval = Number(this.interval);
			},
	);
}

/** W13. A property that cannot be read was absent without a word; {@link unreadableProperties} tells. */
export function repairSilentProperties(library: EwsLibrary): void {
	replaceMethod<PropertyBagInside, [SoapObject, ExchangeService, boolean, unknown, boolean], void>(
		(library.PropertyBag as unknown as { prototype: PropertyBag }).prototype,
		'LoadFromXmlJsObject',
		() =>
			function (source, service, clear, requestedPropertySet, onlySummaryPropertiesRequested) {
				if (clear) this.Clear();
				// While loading, the bag does not check what is set.
				this.loading = true;
				this.requestedPropertySet = requestedPropertySet;
				this.onlySummaryPropertiesRequested = onlySummaryPropertiesRequested;
				const schema = this.owner.Schema as unknown as SchemaInside;
				for (const [name, value] of Object.entries(source)) {
					const found: { outValue: PropertyDefinitionInside | null } = { outValue: null };
					if (name.startsWith('__') || !schema.TryGetPropertyDefinition(name, found) || found.outValue === null) continue;
					try {
						found.outValue.LoadPropertyValueFromXmlJsObject(value, service, this);
						this.loadedProperties.push(found.outValue);
					} catch {
						const names = unreadable.get(this.owner) ?? new Set<string>();
						names.add(name);
						unreadable.set(this.owner, names);
					}
				}
				this.ClearChangeLog();
				this.loading = false;
			},
	);
}
