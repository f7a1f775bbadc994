import type { AppointmentRecord } from '../../records/appointment';
import type { ItemResult } from '../../sync/fault';
import type { ItemEdit, ItemReference, NewItem, WriteResult } from '../../sync/mailbox';
import { appointmentUpdates, checkAppointment, newAppointment, restoresOccurrences } from '../mapping/new-appointment';
import { type SeriesEdits, seriesEdits } from '../mapping/occurrence-changes';
import { recurrencePatternOf } from '../mapping/rrule';
import { sizeOf } from '../mapping/xml-element';
import { faultIn } from './call';
import { createDrafts, type Draft, drafted, faultOf } from './create-items';
import type { MailboxContext } from './mailbox-context';
import { inSlices } from './sliced';
import { readAppointments } from './read-appointments';
import { type ItemUpdate, updateItems, withStamp } from './update-items';
import { type SeriesToAdjust, adjustSeries } from './write-occurrences';

/** A new series: what is left to do to its occurrences once its pattern is written. */
interface SeriesDraft extends Draft {
	readonly occurrences: SeriesEdits;
}

/**
 * Appointments and series, with their exceptions. Nobody is invited (rule `meeting-as-appointment`). A series with exceptions is created with the unfinished stamp, as
 * its occurrences can be written only when it is there.
 */
export async function createAppointments(context: MailboxContext, items: ReadonlyArray<NewItem<'appointment'>>): Promise<WriteResult[]> {
	const drafts = await inSlices(items, ({ record, folderId, stamp, unfinishedStamp }) =>
		drafted((): SeriesDraft => {
			checkAppointment(record);
			const occurrences = occurrencesOf(record, undefined);
			const firstStamp = isNothing(occurrences) ? stamp : (unfinishedStamp ?? stamp);
			return {
				folderId,
				bytes: sizeOf(newAppointment(record, firstStamp, 'Exchange2016')),
				write: (version) => newAppointment(record, firstStamp, version),
				occurrences,
			};
		}),
	);
	const results: WriteResult[] = await createDrafts(context, 'appointment', drafts);
	const occurrencesAt = (place: number): SeriesEdits => {
		const draft = drafts[place];
		return draft?.ok === true ? draft.value.occurrences : NO_OCCURRENCES;
	};
	const hasMore = (place: number): boolean => !isNothing(occurrencesAt(place));
	await adjustInto(context, results, hasMore, (written) => written.map(({ place, reference }) => ({ reference, edits: { ok: true, value: occurrencesAt(place) } })));
	return results.map((result, place) => asUnfinished(result, hasMore(place) && items[place]?.unfinishedStamp !== undefined));
}

/** What is to be done to the occurrences of a series whose own fields are as the record says, while it has these exceptions. @throws RecordError */
function occurrencesOf(record: AppointmentRecord, present: AppointmentRecord['recurrence']): SeriesEdits {
	const { recurrence } = record;
	if (recurrence === undefined) return NO_OCCURRENCES;
	return seriesEdits({ ...record, recurrence: { rrule: recurrence.rrule, exceptions: present?.exceptions ?? [], deleted: present?.deleted ?? [] } }, record);
}

const NO_OCCURRENCES: SeriesEdits = { changed: [], deleted: [] };

function isNothing({ changed, deleted }: SeriesEdits): boolean {
	return changed.length + deleted.length === 0;
}

function hasExceptions({ recurrence }: AppointmentRecord): boolean {
	return recurrence !== undefined && recurrence.exceptions.length + recurrence.deleted.length > 0;
}

/** An edit, and what it means for the occurrences of a series. */
interface CheckedEdit {
	/** Times or pattern are written: what Exchange has kept of the exceptions shows only then. */
	readonly rewritesSeries: boolean;
	/** What is left to do to the occurrences, where it does not rewrite the series. */
	readonly occurrences: SeriesEdits;
	/** There may be something to do to the occurrences. */
	readonly hasMore: boolean;
	/** It takes more than one request, or the stamp says another pattern until what Exchange made of this one is noted there. */
	readonly isUnfinished: boolean;
}

/** @throws RecordError for what cannot be written, before anything is */
function checkedEdit({ stored: { record: stored }, record }: ItemEdit<'appointment'>): CheckedEdit {
	checkAppointment(record);
	const { rewritesSeries } = appointmentUpdates(stored, record, 'Exchange2016');
	const occurrences = occurrencesOf(record, rewritesSeries ? undefined : stored.recurrence);
	const hasMore = rewritesSeries ? hasExceptions(stored) || hasExceptions(record) : !isNothing(occurrences);
	return { rewritesSeries, occurrences, hasMore, isUnfinished: hasMore || patternOf(stored) !== patternOf(record) };
}

function patternOf({ recurrence, start, timeZone }: AppointmentRecord): string {
	return recurrence === undefined ? '' : JSON.stringify(recurrencePatternOf(recurrence.rrule, start, timeZone));
}

/**
 * Appointments and series: the fields of the item that differ, then the occurrences that differ. Where times or pattern of a series are written, Exchange may
 * drop its exceptions: they are read again before the rest is compared.
 */
export async function updateAppointments(context: MailboxContext, edits: ReadonlyArray<ItemEdit<'appointment'>>): Promise<WriteResult[]> {
	const checked = edits.map((edit): ItemResult<CheckedEdit> => {
		try {
			return { ok: true, value: checkedEdit(edit) };
		} catch (error) {
			return { ok: false, fault: faultOf(error) };
		}
	});
	const checkedAt = (place: number): CheckedEdit | undefined => {
		const check = checked[place];
		return check?.ok === true ? check.value : undefined;
	};
	const isUnfinished = (place: number): boolean => checkedAt(place)?.isUnfinished === true && edits[place]?.unfinishedStamp !== undefined;
	const results: WriteResult[] = edits.map(({ stored }, place) => {
		const check = checked[place];
		return check?.ok === false ? check : { ok: true, value: stored.reference };
	});
	const unmade = await unmakeSeries(context, edits, results);
	const places = results.flatMap((result, place) => (result.ok ? [place] : []));
	const written = await updateAt(context, edits, places, (edit, place) => ({
		reference: edit.stored.reference,
		// What is without its series now was at the version it should be.
		ifChanged: unmade.has(place) ? 'overwrite' : edit.ifChanged,
		updates: (version) => withStamp(appointmentUpdates(edit.stored.record, edit.record, version).updates, isUnfinished(place) ? edit.unfinishedStamp : edit.stamp),
	}));
	for (const [place, result] of written) {
		const left = unmade.get(place);
		results[place] = result.ok || left === undefined ? result : { ...result, left };
	}
	await adjustInto(
		context,
		results,
		(place) => checkedAt(place)?.hasMore === true,
		async (series) => await seriesToAdjust(context, edits, series, checkedAt),
	);
	return results.map((result, place) => asUnfinished(result, isUnfinished(place)));
}

function asUnfinished(result: WriteResult, isUnfinished: boolean): WriteResult {
	return result.ok && isUnfinished ? { ...result, unfinished: true } : result;
}

/**
 * Takes the pattern off series of which deleted occurrences are to come back: a pattern that is written as it was leaves them deleted. The unfinished stamp goes along:
 * what stands there in between is a single appointment.
 * @returns those series by place, as they are now; `results` gets the faults
 */
async function unmakeSeries(context: MailboxContext, edits: ReadonlyArray<ItemEdit<'appointment'>>, results: WriteResult[]): Promise<ReadonlyMap<number, ItemReference>> {
	const places = edits.flatMap(({ stored, record }, place) => (results[place]?.ok === true && restoresOccurrences(stored.record, record) ? [place] : []));
	const written = await updateAt(context, edits, places, ({ stored, ifChanged, unfinishedStamp }) => ({
		reference: stored.reference,
		ifChanged,
		updates: () => withStamp([{ path: { uri: 'calendar:Recurrence' } }], unfinishedStamp),
	}));
	const unmade = new Map<number, ItemReference>();
	for (const [place, result] of written) {
		if (result.ok) unmade.set(place, result.value);
		else results[place] = result;
	}
	return unmade;
}

/** Updates the items of the edits at these places; results by place. */
async function updateAt(
	context: MailboxContext,
	edits: ReadonlyArray<ItemEdit<'appointment'>>,
	places: readonly number[],
	updateOf: (edit: ItemEdit<'appointment'>, place: number) => ItemUpdate,
): Promise<Array<readonly [place: number, result: ItemResult<ItemReference>]>> {
	const updates = places.flatMap((place) => {
		const edit = edits[place];
		return edit === undefined ? [] : [{ place, update: updateOf(edit, place) }];
	});
	const results = await updateItems(context, 'appointment', updates.map(({ update }) => update));
	return results.flatMap((result, index) => {
		const place = updates[index]?.place;
		return place === undefined ? [] : [[place, result] as const];
	});
}

/** Series by their places, with what differs of their occurrences. */
async function seriesToAdjust(
	context: MailboxContext,
	edits: ReadonlyArray<ItemEdit<'appointment'>>,
	written: readonly WrittenSeries[],
	checkedAt: (place: number) => CheckedEdit | undefined,
): Promise<SeriesToAdjust[]> {
	const again = written.filter(({ place }) => checkedAt(place)?.rewritesSeries === true);
	const read = await readAppointments(
		context,
		again.map(({ reference }) => reference.id),
		{ body: 'text', timeZone: edits[again[0]?.place ?? -1]?.record.timeZone ?? 'UTC' },
	);
	const fresh = new Map(read.flatMap((result, index) => (result.ok ? [[again[index]?.place ?? -1, result.value.record] as const] : [])));
	return written.flatMap(({ place, reference }) => {
		const [edit, check] = [edits[place], checkedAt(place)];
		if (edit === undefined || check === undefined) return [];
		// The fields of the series itself are written: what differs now are its occurrences.
		return [{ reference, edits: check.rewritesSeries ? occurrencesOrFault(edit.record, fresh.get(place)?.recurrence) : { ok: true, value: check.occurrences } }];
	});
}

function occurrencesOrFault(record: AppointmentRecord, present: AppointmentRecord['recurrence']): ItemResult<SeriesEdits> {
	try {
		return { ok: true, value: occurrencesOf(record, present) };
	} catch (error) {
		return { ok: false, fault: faultOf(error) };
	}
}

/** A series of which the item itself is written. */
interface WrittenSeries {
	readonly place: number;
	readonly reference: ItemReference;
}

/** Writes the occurrences of what was written and has some to be written; `toAdjust` keeps the order. */
async function adjustInto(
	context: MailboxContext,
	results: WriteResult[],
	hasMore: (place: number) => boolean,
	toAdjust: (written: readonly WrittenSeries[]) => SeriesToAdjust[] | Promise<SeriesToAdjust[]>,
): Promise<void> {
	const written = results.flatMap((result, place) => (result.ok && hasMore(place) ? [{ place, reference: result.value }] : []));
	if (written.length === 0) return;
	let adjusted: WriteResult[];
	try {
		adjusted = await adjustSeries(context, await toAdjust(written));
	} catch (error) {
		const fault = faultIn(error);
		// What else was written must be known, even where the server went away before the occurrences were.
		if (!results.some((result, place) => result.ok && !hasMore(place))) throw fault;
		adjusted = written.map(() => ({ ok: false, fault }));
	}
	adjusted.forEach((result, index) => {
		const place = written[index]?.place;
		if (place !== undefined) results[place] = result;
	});
}
