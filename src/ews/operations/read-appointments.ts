import type { ItemResult } from '../../sync/fault';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import { appointmentOf, appointmentPaths, modifiedOccurrenceIds, occurrencePaths } from '../mapping/appointment';
import type { WireNode } from '../mapping/wire-node';
import type { MailboxContext } from './mailbox-context';
import { SMALL_SIZES } from './answer-sizes';
import { readItems } from './read-items';
import { convertSliced } from './sliced';

/**
 * Appointments in full. Of series the master is read first, then the modified occurrences of all of them together: a master says only when they are
 * (Microsoft Learn, "Access a recurring series by using EWS in Exchange").
 */
export async function readAppointments(context: MailboxContext, ids: readonly string[], options: ReadOptions): Promise<Array<ItemResult<StoredItem<'appointment'>>>> {
	const masters = await readItems(
		context,
		ids,
		(version) => ({ paths: appointmentPaths(version), bodyType: 'Text' }),
		(item) => ({ item, stored: appointmentOf(item, NOT_READ, options) }),
		SMALL_SIZES,
	);
	const exceptions = await readExceptions(
		context,
		masters.flatMap((result) => (result.ok ? modifiedOccurrenceIds(result.value.item).slice(0, MOST_EXCEPTIONS) : [])),
	);
	return await convertSliced(masters, ({ item, stored }) => (modifiedOccurrenceIds(item).length === 0 ? stored : appointmentOf(item, exceptions, options)));
}

/** More than any rule lets through; a series that never ends may have as many as it likes. */
const MOST_EXCEPTIONS = 1_000;

const NOT_READ: ReadonlyMap<string, WireNode> = new Map();

/** What is damaged is left out: the series says at least when it is. @throws MailboxFault when the server is out of order, for then the series would seem to have lost them */
async function readExceptions(context: MailboxContext, ids: readonly string[]): Promise<ReadonlyMap<string, WireNode>> {
	const results = await readItems(
		context,
		ids,
		(version) => ({ paths: occurrencePaths(version), bodyType: 'Text' }),
		(item, id) => [id, item] as const,
		SMALL_SIZES,
	);
	for (const result of results) if (!result.ok && (result.fault.scope !== 'item' || result.fault.retry.can)) throw result.fault;
	return new Map(results.flatMap((result) => (result.ok ? [result.value] : [])));
}
