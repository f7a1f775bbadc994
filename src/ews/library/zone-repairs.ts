import type { DateTime, ExchangeService, TimeZoneInfo } from 'ews-javascript-api';

import type { EwsLibrary } from './ews-library';
import { replaceGetter, replaceMethod } from './replace-method';

/** moment, once moment-timezone is loaded. */
export interface MomentWithZones {
	tz: { setDefault(zone: string): unknown };
}

/** The library's TimeZoneDefinition, which it does not export, as far as it is read. `Bias` is UTC minus local time. */
export interface ZoneDefinition {
	Id: string | null;
	Name: string | null;
	Periods: { Items: Array<{ value: { Id?: string; Name?: string; Bias?: { TotalMilliseconds: number } } }> };
}

const definitions = new WeakMap<TimeZoneInfo, ZoneDefinition>();

/** The definition (periods, transitions) that a zone was read from, for zones that the server made up. */
export function definitionOfZone(zone: TimeZoneInfo): ZoneDefinition | undefined {
	return definitions.get(zone);
}

/** The library's zone of a Windows id, one made up for an id that it does not know, so that the server gets to see the id. */
export function windowsZone(library: EwsLibrary, id: string): TimeZoneInfo {
	try {
		return library.TimeZoneInfo.FindSystemTimeZoneById(id);
	} catch {
		return library.TimeZoneInfo.CreateCustomTimeZone(id, library.TimeSpan.Zero, id, id);
	}
}

/**
 * W4. A zone that came as an id alone, that the server made up, or that the library's table lacks, was lost silently. It keeps its id and name,
 * and {@link definitionOfZone} its rules.
 */
export function repairZoneDefinitions(library: EwsLibrary): void {
	const service = new library.ExchangeService() as unknown as { TimeZoneDefinition: object };
	const definition: object = Object.getPrototypeOf(service.TimeZoneDefinition);
	replaceMethod<ZoneDefinition, [unknown, boolean?], TimeZoneInfo>(
		definition,
		'ToTimeZoneInfo',
		() =>
			function () {
				const zone = zoneOfDefinition(library, this);
				definitions.set(zone, this);
				return zone;
			},
	);
	replaceMethod<ZoneDefinition, [Record<string, unknown>, ExchangeService], void>(
		definition,
		'LoadFromXmlJsObject',
		(original) =>
			function (source, service) {
				try {
					original.call(this, source, service);
				} catch {
					// Transitions that the library cannot read: the id is what counts.
					if (typeof source['Id'] === 'string') this.Id = source['Id'];
					if (typeof source['Name'] === 'string') this.Name = source['Name'];
				}
			},
	);
}

function zoneOfDefinition(library: EwsLibrary, definition: ZoneDefinition): TimeZoneInfo {
	const id = definition.Id ?? '';
	try {
		return library.TimeZoneInfo.FindSystemTimeZoneById(id);
	} catch {
		const periods = definition.Periods.Items.map((item) => item.value);
		const standard = periods.find((period) => /standard/i.test(`${period.Id ?? ''} ${period.Name ?? ''}`)) ?? periods[0];
		const offset = -(standard?.Bias?.TotalMilliseconds ?? 0);
		const name = definition.Name === null || definition.Name === '' || definition.Name === undefined ? id : definition.Name;
		return library.TimeZoneInfo.CreateCustomTimeZone(id, new library.TimeSpan(offset), name, name);
	}
}

/**
 * W11. The library counts in the zone of the machine: hours, days and the time zone of a new service. Here its clock is UTC throughout: a service
 * is UTC unless told otherwise, instants of answers read as UTC, `DateTime.Hour` is the UTC hour, and what is written ends in `Z`.
 * @throws Error when the library's clock cannot be set
 */
export function repairZone(library: EwsLibrary, moment: Partial<MomentWithZones>): void {
	moment.tz?.setDefault('UTC');
	const noonInNewYork = new library.DateTime('2024-06-03T12:00:00-04:00');
	if (noonInNewYork.Hour !== 16) throw new Error('The clock of ews-javascript-api cannot be set to UTC.');

	const utc = library.TimeZoneInfo.Utc;
	replaceGetter<unknown, TimeZoneInfo>(library.TimeZoneInfo, 'Local', () => () => utc);
	const service = library.ExchangeServiceBase.prototype;
	replaceMethod<unknown, [DateTime], string>(service, 'ConvertDateTimeToUniversalDateTimeString', () => (value) => value.ToISOString());
	replaceMethod<unknown, [string | null], DateTime | null>(service, 'ConvertUniversalDateTimeStringToLocalDateTime', () => (value) => {
		if (value === null || value === undefined || value === '') return null;
		return new library.DateTime(instantOf(value), library.DateTimeKind.Utc);
	});
	replaceMethod<unknown, [DateTime], string>(library.DateTime, 'DateTimeToXSDateTime', () => (value) => value.ToISOString());
}

/** Milliseconds since 1970 of an xs:dateTime or xs:date; without a zone it is UTC. @throws RangeError */
function instantOf(value: string): number {
	const match = /^(-?\d{4,}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?$/.exec(value.trim());
	if (match === null) throw new RangeError('not a date of XML Schema');
	const [, date, time, zone] = match;
	// A date alone is that date wherever one stands: its zone says nothing.
	const instant = time === undefined ? Date.parse(`${date}T00:00:00Z`) : Date.parse(`${date}T${time}${zone ?? 'Z'}`);
	if (Number.isNaN(instant)) throw new RangeError('not a date of the calendar');
	return instant;
}
