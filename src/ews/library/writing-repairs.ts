import type { DateTime, EwsServiceXmlWriter } from 'ews-javascript-api';

import type { EwsLibrary } from './ews-library';
import { replaceGetter, replaceMethod } from './replace-method';
import { escapeXmlAttribute, escapeXmlText } from './xml-characters';

interface ExtendedPropertyInside {
	propertySet?: number | null;
	propertySetId?: { ToString(): string } | null;
	tag?: number | null;
	name?: string | null;
	id?: number | null;
	mapiType: number;
}

interface WriterInside {
	soapData: string;
	CloseTag(): void;
	PushUris(prefix: string, uri: string): void;
}

/**
 * W1. The library asks Node for `util.isNullOrUndefined`, which Node 23 took away, so that every request that names an extended property threw. A
 * property id or tag of 0 is written as well.
 */
export function repairExtendedProperties(library: EwsLibrary): void {
	replaceMethod<ExtendedPropertyInside, [EwsServiceXmlWriter], void>(
		library.ExtendedPropertyDefinition.prototype,
		'WriteAttributesToXml',
		() =>
			function (writer) {
				// The order is the library's; attributes have none for the server.
				if (isGiven(this.propertySet)) writer.WriteAttributeValue('DistinguishedPropertySetId', library.DefaultExtendedPropertySet[this.propertySet]);
				if (isGiven(this.propertySetId)) writer.WriteAttributeValue('PropertySetId', this.propertySetId.ToString());
				if (isGiven(this.tag)) writer.WriteAttributeValue('PropertyTag', `0x${this.tag.toString(16)}`);
				if (isGiven(this.name) && this.name !== '') writer.WriteAttributeValue('PropertyName', this.name);
				if (isGiven(this.id)) writer.WriteAttributeValue('PropertyId', this.id);
				writer.WriteAttributeValue('PropertyType', library.MapiPropertyType[this.mapiType]);
			},
	);
}

/** W2. Nothing was escaped: a `&` in a subject broke the request, a `<` wrote into it. */
export function repairEscaping(library: EwsLibrary): void {
	const writer = library.EwsServiceXmlWriter.prototype;
	replaceMethod<WriterInside, [unknown, string | null], void>(
		writer,
		'WriteValue',
		() =>
			function (value) {
				this.CloseTag();
				this.soapData += escapeXmlText(String(value));
			},
	);
	replaceMethod<WriterInside, string[], void>(
		writer,
		'WriteAttributeString',
		() =>
			function (...names) {
				const value = names.at(-1) ?? '';
				const localName = names.at(-2) ?? '';
				const prefix = names.length === 3 ? (names[0] ?? '') : '';
				this.soapData += ` ${prefix === '' ? '' : `${prefix}:`}${localName}="${escapeXmlAttribute(String(value))}"`;
				if (prefix === 'xmlns') this.PushUris(localName, value);
			},
	);
}

/** W2. The library's table of zones was written for a writer that does not escape. */
export function repairZoneNames(library: EwsLibrary): void {
	for (const name of ['DisplayName', 'StandardName', 'DaylightName']) {
		replaceGetter<unknown, string>(
			library.TimeZoneInfo.prototype,
			name,
			(original) =>
				function () {
					return original.call(this).replaceAll('&amp;', '&');
				},
		);
	}
}

/**
 * W3. The start and end of a recurrence carried the offset of the machine (`2024-06-03-04:00`), which moves the series by a day. Together with
 * {@link repairZone} a date is the one that the DateTime was made from.
 */
export function repairRecurrenceDates(library: EwsLibrary): void {
	replaceMethod<unknown, [DateTime], string>(library.DateTime, 'DateTimeToXSDate', () => (date) => date.Format('YYYY-MM-DD'));
}

function isGiven<T>(value: T | null | undefined): value is T {
	return value !== null && value !== undefined;
}
