import { offerTurn } from '../../event-loop/offer-turn';
import { type ItemResult, MailboxFault } from '../../sync/fault';
import type { WireNode } from '../mapping/wire-node';
import type { XmlElement } from '../mapping/xml-element';
import type { ServerVersion } from '../transport/connection-settings';
import type { EwsRequest } from '../transport/ews-connection';
import type { MailboxContext } from './mailbox-context';
import { type WireResponse, sendWire, versionOf } from './wire-request';

/** One EWS operation, as far as all its requests are alike. */
export interface Operation {
	readonly name: string;
	/** True: asking twice does no harm. */
	readonly repeatable: boolean;
	/** See {@link EwsRequest.divert}. */
	readonly divert?: NonNullable<EwsRequest['divert']>;
}

/** Attributes and elements of one request. */
export interface RequestContent {
	readonly attributes?: Readonly<Record<string, string>>;
	readonly body: readonly XmlElement[];
}

/** Many things by one operation, `size` in a request; see {@link MailboxConnection.batch}. `read` gets the response message of its item. */
export async function callMany<I, R>(
	context: MailboxContext,
	operation: Operation,
	items: readonly I[],
	size: number,
	build: (items: readonly I[], version: ServerVersion) => RequestContent,
	read: (message: WireNode, item: I) => R,
): Promise<Array<ItemResult<R>>> {
	if (items.length === 0) return [];
	return await context.connection.batch(
		{ operation: operation.name, repeatable: operation.repeatable, items, size, ...(operation.divert !== undefined && { divert: operation.divert }) },
		async (service, part, library) => {
			// To write a request with many items takes as long as to read them, and several are sent at once.
			await offerTurn();
			return await sendWire(service, library, { operation: operation.name, expected: part.length, ...build(part, versionOf(service, library)) });
		},
		(response: WireResponse, item) => read(response.message, item),
		context.budget,
	);
}

/** One thing by one operation. @throws MailboxFault */
export async function callOne(context: MailboxContext, operation: Operation, build: (version: ServerVersion) => RequestContent): Promise<WireNode> {
	const [result] = await callMany(
		context,
		operation,
		[operation.name],
		1,
		(_, version) => build(version),
		(message) => message,
	);
	return valueOf(result);
}

/** The value of a result that must be there. @throws MailboxFault */
export function valueOf<T>(result: ItemResult<T> | undefined): T {
	if (result?.ok === true) return result.value;
	throw result?.fault ?? new TypeError('A request gave no result');
}

/** What was thrown, where it is a fault of the mailbox; anything else is an error of ours and goes on. */
export function faultIn(thrown: unknown): MailboxFault {
	if (thrown instanceof MailboxFault) return thrown;
	throw thrown;
}
