import { mailboxXml, parseMailbox } from '../properties/address.mts';
import { property } from '../properties/define.mts';
import type { PropertyDefinition } from '../properties/definition.mts';
import type { Address, DetachedItem, StructuredValue } from '../store/item.mts';
import { child } from '../xml/element.mts';
import { dateTime, element, leaf } from '../xml/write.mts';

/** types.xsd ResponseTypeType. */
export type ResponseType = 'Unknown' | 'Organizer' | 'Tentative' | 'Accept' | 'Decline' | 'NoResponseReceived';

/** One invited person (types.xsd AttendeeType). */
export interface Attendee extends StructuredValue {
	readonly structure: 'attendee';
	readonly address: Address;
	readonly responseType: ResponseType;
	readonly lastResponseTime?: Date;
}

export const ATTENDEE_PATHS = ['calendar:RequiredAttendees', 'calendar:OptionalAttendees', 'calendar:Resources'] as const;
export type AttendeePath = (typeof ATTENDEE_PATHS)[number];

export function attendeesAt(item: DetachedItem, path: AttendeePath): readonly Attendee[] {
	return (item.properties[path] as readonly Attendee[] | undefined) ?? [];
}

/** Everybody invited, resources included. */
export function attendeesOf(item: DetachedItem): readonly Attendee[] {
	return ATTENDEE_PATHS.flatMap((path) => attendeesAt(item, path));
}

export function attendee(address: Address, responseType: ResponseType = 'Unknown'): Attendee {
	return { structure: 'attendee', address, responseType };
}

export function sameAddress(a: Address, b: Address): boolean {
	return a.address.toLowerCase() === b.address.toLowerCase();
}

/** RequiredAttendees, OptionalAttendees or Resources. Who stays invited keeps the answer given. */
export function attendeeProperty(path: AttendeePath, name: string): PropertyDefinition {
	return property(path, name, 'Structured', {
		inTables: false,
		render: (item) => {
			const list = attendeesAt(item, path);
			const written = list.map((each) =>
				element(
					't:Attendee',
					mailboxXml(each.address) +
						leaf('t:ResponseType', each.responseType) +
						(each.lastResponseTime ? leaf('t:LastResponseTime', dateTime(each.lastResponseTime)) : ''),
				),
			);
			return written.length === 0 ? '' : element(`t:${name}`, written.join(''));
		},
		parse: (source) => source.children.map((each) => attendee(parseMailbox(child(each, 'Mailbox')))),
		assign: (item, value) => {
			const before = attendeesAt(item, path);
			const invited = (value as readonly Attendee[] | undefined) ?? [];
			if (invited.length === 0) delete item.properties[path];
			else item.properties[path] = invited.map((each) => before.find((known) => sameAddress(known.address, each.address)) ?? each);
		},
	});
}
