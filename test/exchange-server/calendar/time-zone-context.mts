import type { XmlElement } from '../xml/element.mts';
import { readTimeZone, zoneOfStored } from './time-zone-xml.mts';
import { UTC_ZONE, type TimeZone } from './time-zone.mts';

/** A TimeZoneContext's definition as text, to be carried along with a request and read only where a time without a zone is. */
export function contextZoneText(definition: XmlElement | undefined): string | undefined {
	return definition && JSON.stringify(definition);
}

/**
 * The zone of values that name none; UTC without a TimeZoneContext.
 * @throws EwsError ErrorTimeZone, ErrorCalendarInvalidTimeZone for a context the server cannot make sense of
 */
export function zoneOfContext(text: string | undefined): TimeZone {
	return text === undefined ? UTC_ZONE : (zoneOfStored(readTimeZone(JSON.parse(text) as XmlElement)) ?? UTC_ZONE);
}
