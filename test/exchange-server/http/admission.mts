import type { EwsError } from '../operations/errors.mts';
import type { User } from '../store/exchange.mts';
import type { ParsedEnvelope } from './envelope.mts';

/** An answer of the web server in front of EWS. */
export interface Refusal {
	readonly status: number;
	readonly body?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Asked for each request of somebody who logged on: may it be served? A refusal, a SOAP fault, or nothing where it may. */
export type Admission = (user: User, envelope: ParsedEnvelope) => Refusal | EwsError | undefined;
