import type { OperationContext } from '../operations/context.mts';
import { EwsError } from '../operations/errors.mts';
import { decodeId, itemId, occurrenceId } from '../store/ids.mts';
import type { Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import { mirrorToMapi } from './mapi-mirror.mts';
import {
	checkNeighbours,
	contentOfOccurrence,
	dayOfKey,
	DELETIONS,
	deletionsOf,
	exceptionFrom,
	EXCEPTIONS,
	exceptionsOf,
	OCCURRENCE_DAY,
	occurrenceAt,
	occurrenceKey,
	occurrenceOn,
	occurrences,
	seriesOf,
	spanOf,
	withoutException,
	type Occurrence,
	type Series,
} from './series.mts';

/**
 * Reads OccurrenceItemId (master and index) and RecurringMasterItemId (any occurrence) into an item id.
 * @throws EwsError ErrorCalendarCannotUseIdForOccurrenceId, ErrorCalendarCannotUseIdForRecurringMasterId and the codes of {@link occurrenceAt}
 */
export function readOccurrenceReference(reference: XmlElement, context: OperationContext): { id: string; changeKey?: string } {
	const changeKey = reference.attributes['ChangeKey'];
	const passOn = changeKey === undefined ? {} : { changeKey };
	const given = reference.attributes[reference.name === 'OccurrenceItemId' ? 'RecurringMasterId' : reference.name === 'RecurringMasterItemId' ? 'OccurrenceId' : 'Id'] ?? '';
	const decoded = decodeId(given);
	if (!decoded) throw new EwsError(given === '' ? 'ErrorInvalidIdEmpty' : 'ErrorInvalidIdMalformed');
	const item = context.exchange.mailboxWithGuid(decoded.mailbox)?.item(decoded.number);
	if (!item) throw new EwsError('ErrorItemNotFound');
	const series = seriesOf(item);
	if (reference.name === 'OccurrenceItemId') {
		if (!series || decoded.occurrence !== undefined) {
			throw new EwsError('ErrorCalendarCannotUseIdForOccurrenceId', { text: 'The RecurringMasterId attribute does not name a recurring master.' });
		}
		const { day } = occurrenceAt(series, Number(reference.attributes['InstanceIndex']));
		return { id: occurrenceId(decoded.mailbox, decoded.number, occurrenceKey(day)), ...passOn };
	}
	if (!series || (reference.name === 'RecurringMasterItemId' && decoded.occurrence === undefined)) {
		throw new EwsError('ErrorCalendarCannotUseIdForRecurringMasterId', { text: 'The OccurrenceId attribute does not name an occurrence.' });
	}
	return { id: itemId(decoded.mailbox, decoded.number), ...passOn };
}

function found(master: Item, key: string): { series: Series; occurrence: Occurrence } {
	const series = seriesOf(master);
	const day = dayOfKey(key);
	if (!series || day === undefined) throw new EwsError('ErrorItemNotFound');
	return { series, occurrence: occurrenceOn(series, day) };
}

function virtual(master: Item, occurrence: Occurrence): Item {
	const item: Item = { ...master, ...contentOfOccurrence(master, occurrence) };
	mirrorToMapi(item);
	return item;
}

/**
 * One occurrence of a series as an item of its own; edits of it go to {@link saveOccurrence}.
 * @throws EwsError ErrorItemNotFound, ErrorCalendarOccurrenceIsDeletedFromRecurrence
 */
export function openOccurrence(master: Item, key: string): Item {
	return virtual(master, found(master, key).occurrence);
}

/** An occurrence found by the expansion of its series, as an item. */
export function itemOfOccurrence(master: Item, occurrence: Occurrence): Item {
	return virtual(master, occurrence);
}

/**
 * Makes an edited occurrence an exception of its series; the master gets a new change key.
 * @throws EwsError ErrorOccurrenceCrossingBoundary
 */
export function saveOccurrence(mailbox: Mailbox, master: Item, edited: Item): void {
	const day = edited.properties[OCCURRENCE_DAY];
	if (typeof day !== 'number') throw new RangeError('Not an occurrence');
	const { series, occurrence } = found(master, occurrenceKey(day));
	const { start } = spanOf(edited);
	if (start !== occurrence.start) checkNeighbours(series, occurrence, start);
	const exception = exceptionFrom(virtual(master, withoutException(series, day)), occurrence, edited);
	const others = exceptionsOf(master).filter((each) => each.day !== day);
	master.properties[EXCEPTIONS] = [...others, exception].sort((a, b) => a.day - b.day);
	mailbox.touch(master);
	edited.changeKey = master.changeKey;
}

/**
 * Takes an occurrence out of its series; the master gets a new change key.
 * @throws EwsError ErrorItemNotFound, ErrorCalendarOccurrenceIsDeletedFromRecurrence, ErrorRecurrenceHasNoOccurrence for the last one that is left
 */
export function removeOccurrence(mailbox: Mailbox, master: Item, key: string): void {
	const { series, occurrence } = found(master, key);
	const deletions = [...deletionsOf(master), { structure: 'deletedOccurrence' as const, day: occurrence.day }].sort((a, b) => a.day - b.day);
	if (occurrences({ ...series, deletions }).next().done) throw new EwsError('ErrorRecurrenceHasNoOccurrence', { text: 'The last occurrence of a recurrence cannot be deleted.' });
	master.properties[EXCEPTIONS] = exceptionsOf(master).filter((each) => each.day !== occurrence.day);
	master.properties[DELETIONS] = deletions;
	mailbox.touch(master);
}

