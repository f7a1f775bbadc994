import type { Exchange, User } from '../store/exchange.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { EwsError } from './errors.mts';

/** What an operation knows of the request it serves. */
export interface OperationContext {
	readonly exchange: Exchange;
	/** Who logged on. */
	readonly user: User;
	/** The mailbox meant where the request names none: the user's own or the impersonated one. */
	readonly mailbox: Mailbox;
	readonly operation: string;
	/** RequestServerVersion, e.g. `Exchange2013_SP1`. */
	readonly serverVersion: string;
	/** The request's TimeZoneContext, for `zoneOfContext` in calendar/time-zone-context.mts. */
	readonly timeZone?: string;
	/** Scripted faults of single items: asked before the item at an index is worked on. */
	readonly itemFault: (index: number) => EwsError | undefined;
}
