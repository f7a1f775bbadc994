import type { ItemResult, MailboxFault } from '../../sync/fault';
import type { ItemReference, WriteResult } from '../../sync/mailbox';
import type { SeriesEdits } from '../mapping/occurrence-changes';
import { referenceOf } from '../mapping/stored-item';
import { type XmlElement, element } from '../mapping/xml-element';
import { callMany } from './call';
import { deleteAttributes } from './delete-items';
import type { MailboxContext } from './mailbox-context';
import { readItems } from './read-items';
import { updateItems } from './update-items';

const DELETES_PER_REQUEST = 100;

/** A series whose master stands, with what is to be done to its occurrences. */
export interface SeriesToAdjust {
	readonly reference: ItemReference;
	readonly edits: ItemResult<SeriesEdits>;
}

/** `t:OccurrenceItemId`: an occurrence of a series by its number. */
function occurrenceId(masterId: string, index: number): XmlElement {
	return element('OccurrenceItemId', [], { RecurringMasterId: masterId, InstanceIndex: String(index) });
}

/**
 * Writes the exceptions and deletions of series, of all series together. Each result is the master with its new change key, or the first fault among its
 * occurrences, with the master as it was left.
 */
export async function adjustSeries(context: MailboxContext, series: readonly SeriesToAdjust[]): Promise<WriteResult[]> {
	const faults = new Map<number, MailboxFault>();
	const edits = series.map((one, place): SeriesEdits => {
		if (one.edits.ok) return one.edits.value;
		faults.set(place, one.edits.fault);
		return { changed: [], deleted: [] };
	});
	const changes = edits.flatMap(({ changed }, place) => changed.map((edit) => ({ place, ...edit })));
	const note = (results: ReadonlyArray<ItemResult<unknown>>, places: ReadonlyArray<{ place: number }>): void => {
		results.forEach((result, index) => {
			const place = places[index]?.place;
			if (!result.ok && place !== undefined && !faults.has(place)) faults.set(place, result.fault);
		});
	};
	// First, for an occurrence may be moved to where a deleted one was, but not past one that is there (ErrorOccurrenceCrossingBoundary).
	const deletions = edits.flatMap(({ deleted }, place) => deleted.map((index) => ({ place, index })));
	note(await deleteOccurrences(context, deletions.map(({ place, index }) => occurrenceId(series[place]?.reference.id ?? '', index))), deletions);
	const updated = await updateItems(
		context,
		'appointment',
		changes.map(({ place, index, updates }) => ({
			reference: series[place]?.reference ?? { id: '', changeKey: '' },
			target: occurrenceId(series[place]?.reference.id ?? '', index),
			updates: () => updates,
			ifChanged: 'overwrite',
		})),
	);
	note(updated, changes);
	return await withFaults(context, series, new Set([...changes, ...deletions].map(({ place }) => place)), faults);
}

async function deleteOccurrences(context: MailboxContext, ids: readonly XmlElement[]): Promise<Array<ItemResult<void>>> {
	const results = await callMany(
		context,
		{ name: 'DeleteItem', repeatable: true },
		ids,
		DELETES_PER_REQUEST,
		(part, version) => ({ attributes: deleteAttributes('appointment', 'toBin', version), body: [element('ItemIds', part)] }),
		() => undefined,
	);
	// Deleted already: that is what was wanted.
	return results.map((result) => (!result.ok && result.fault.code === 'ErrorCalendarOccurrenceIsDeletedFromRecurrence' ? { ok: true, value: undefined } : result));
}

/** Every edit of an occurrence gives its master a new change key. */
async function withFaults(
	context: MailboxContext,
	series: readonly SeriesToAdjust[],
	touched: ReadonlySet<number>,
	faults: ReadonlyMap<number, MailboxFault>,
): Promise<WriteResult[]> {
	const places = [...touched];
	const fresh = await readItems(
		context,
		places.map((place) => series[place]?.reference.id ?? ''),
		() => ({ paths: [] }),
		referenceOf,
		{ first: 200, most: 500 },
	);
	const references = new Map(fresh.flatMap((result, index) => (result.ok ? [[places[index] ?? -1, result.value] as const] : [])));
	return series.map(({ reference }, place): WriteResult => {
		const fault = faults.get(place);
		const now = touched.has(place) ? references.get(place) : reference;
		return fault === undefined ? { ok: true, value: now ?? reference } : { ok: false, fault, ...(now !== undefined && { left: now }) };
	});
}
