import type { AppointmentRecord } from '../../records/appointment';
import type { ItemResult } from '../../sync/fault';
import type { ItemEdit, ItemReference, NewItem } from '../../sync/mailbox';
import { appointmentUpdates, checkAppointment, newAppointment, restoresOccurrences } from '../mapping/new-appointment';
import { sizeOf } from '../mapping/xml-element';
import { createDrafts, drafted, faultOf } from './create-items';
import type { MailboxContext } from './mailbox-context';
import { inSlices } from './sliced';
import { readAppointments } from './read-appointments';
import { type ItemUpdate, updateItems, withStamp } from './update-items';
import { type SeriesToAdjust, adjustSeries } from './write-occurrences';

/** Appointments and series, with their exceptions. Nobody is invited (rule `meeting-as-appointment`). */
export async function createAppointments(context: MailboxContext, items: ReadonlyArray<NewItem<'appointment'>>): Promise<Array<ItemResult<ItemReference>>> {
	const drafts = await inSlices(items, ({ record, folderId, stamp }) =>
		drafted(() => {
			checkAppointment(record);
			return {
				folderId,
				bytes: sizeOf(newAppointment(record, stamp, 'Exchange2016')),
				write: (version) => newAppointment(record, stamp, version),
			};
		}),
	);
	const created = await createDrafts(context, 'appointment', drafts);
	await adjustInto(
		context,
		created,
		created.flatMap((result, place) => {
			const record = items[place]?.record;
			return result.ok && record !== undefined && hasExceptions(record) ? [{ place, reference: result.value, stored: pristine(record), record }] : [];
		}),
	);
	return created;
}

function hasExceptions({ recurrence }: AppointmentRecord): boolean {
	return recurrence !== undefined && recurrence.exceptions.length + recurrence.deleted.length > 0;
}

/** The series as it stands right after its pattern was written. */
function pristine(record: AppointmentRecord): AppointmentRecord {
	return record.recurrence === undefined ? record : { ...record, recurrence: { rrule: record.recurrence.rrule, exceptions: [], deleted: [] } };
}

/**
 * Appointments and series: the fields of the item that differ, then the occurrences that differ. Where times or pattern of a series are written, Exchange may
 * drop its exceptions: they are read again before the rest is compared.
 */
export async function updateAppointments(context: MailboxContext, edits: ReadonlyArray<ItemEdit<'appointment'>>): Promise<Array<ItemResult<ItemReference>>> {
	const checked = edits.map((edit): ItemResult<{ edit: ItemEdit<'appointment'>; rewritesSeries: boolean }> => {
		try {
			checkAppointment(edit.record);
			return { ok: true, value: { edit, rewritesSeries: appointmentUpdates(edit.stored.record, edit.record, 'Exchange2016').rewritesSeries } };
		} catch (error) {
			return { ok: false, fault: faultOf(error) };
		}
	});
	const results: Array<ItemResult<ItemReference>> = checked.map((result) => (result.ok ? { ok: true, value: result.value.edit.stored.reference } : result));
	const unmade = await unmakeSeries(context, edits, results);
	const places = results.flatMap((result, place) => (result.ok ? [place] : []));
	const written = await updateAt(context, edits, places, (edit, place) => ({
		reference: edit.stored.reference,
		// What is without its series now was at the version it should be.
		ifChanged: unmade.has(place) ? 'overwrite' : edit.ifChanged,
		updates: (version) => withStamp(appointmentUpdates(edit.stored.record, edit.record, version).updates, edit.stamp),
	}));
	for (const [place, result] of written) results[place] = result;
	await adjustInto(context, results, await seriesToAdjust(context, results, checked));
	return results;
}

/**
 * Takes the pattern off series of which deleted occurrences are to come back: a pattern that is written as it was leaves them deleted.
 * @returns the places of those series; `results` gets the faults
 */
async function unmakeSeries(
	context: MailboxContext,
	edits: ReadonlyArray<ItemEdit<'appointment'>>,
	results: Array<ItemResult<ItemReference>>,
): Promise<ReadonlySet<number>> {
	const places = edits.flatMap(({ stored, record }, place) => (results[place]?.ok === true && restoresOccurrences(stored.record, record) ? [place] : []));
	const written = await updateAt(context, edits, places, ({ stored, ifChanged }) => ({
		reference: stored.reference,
		ifChanged,
		updates: () => [{ path: { uri: 'calendar:Recurrence' } }],
	}));
	for (const [place, result] of written) if (!result.ok) results[place] = result;
	return new Set(places);
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

async function seriesToAdjust(
	context: MailboxContext,
	results: ReadonlyArray<ItemResult<ItemReference>>,
	checked: ReadonlyArray<ItemResult<{ edit: ItemEdit<'appointment'>; rewritesSeries: boolean }>>,
): Promise<Array<SeriesToAdjust & { place: number }>> {
	const series = checked.flatMap((check, place) => {
		const result = results[place];
		if (!check.ok || result?.ok !== true || check.value.edit.record.recurrence === undefined) return [];
		return [{ place, reference: result.value, edit: check.value.edit, rewritten: check.value.rewritesSeries }];
	});
	const again = series.filter(({ rewritten }) => rewritten);
	const read = await readAppointments(
		context,
		again.map(({ reference }) => reference.id),
		{ body: 'text', timeZone: again[0]?.edit.record.timeZone ?? 'UTC' },
	);
	const fresh = new Map(read.flatMap((result, index) => (result.ok ? [[again[index]?.place ?? -1, result.value.record] as const] : [])));
	return series.map(({ place, reference, edit, rewritten }) => {
		const { record } = edit;
		// The fields of the series itself are written: what differs now are its occurrences.
		const occurrences = (rewritten ? fresh.get(place) : edit.stored.record)?.recurrence;
		return {
			place,
			reference,
			record,
			stored: {
				...record,
				recurrence: { rrule: record.recurrence?.rrule ?? '', exceptions: occurrences?.exceptions ?? [], deleted: occurrences?.deleted ?? [] },
			},
		};
	});
}

async function adjustInto(
	context: MailboxContext,
	results: Array<ItemResult<ItemReference>>,
	series: ReadonlyArray<SeriesToAdjust & { place: number }>,
): Promise<void> {
	if (series.length === 0) return;
	const adjusted = await adjustSeries(context, series);
	adjusted.forEach((result, index) => {
		const place = series[index]?.place;
		if (place !== undefined) results[place] = result;
	});
}
