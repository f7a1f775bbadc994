import { EwsError, schemaViolation } from '../operations/errors.mts';
import { renderContext, renderItem } from '../properties/shape.mts';
import { registerItemView } from '../search/views.mts';
import type { Item } from '../store/item.mts';
import { MILLISECONDS_PER_MINUTE, parseDateTime, type Instant } from './civil-date.mts';
import { itemOfOccurrence } from './occurrence-access.mts';
import { occurrencesBetween, overlaps, seriesOf, spanOf } from './series.mts';
import { toInstant } from './time-zone.mts';
import { zoneOfContext } from './time-zone-context.mts';

const LONGEST_RANGE = 2 * 366 * 24 * 60 * MILLISECONDS_PER_MINUTE;
const MAX_ROWS = 1_000;

function bound(text: string | undefined, contextZone: string | undefined): Instant {
	const read = parseDateTime(text ?? '');
	if (!read) throw schemaViolation('CalendarView needs StartDate and EndDate.');
	if (read.offsetMinutes === undefined) return toInstant(zoneOfContext(contextZone), read.wallClock);
	return read.wallClock - read.offsetMinutes * MILLISECONDS_PER_MINUTE;
}

/** Single items and the occurrences of series that overlap a span, ordered by start; masters themselves never. */
function rowsBetween(items: Iterable<Item>, from: Instant, to: Instant): Item[] {
	const rows: Item[] = [];
	for (const item of items) {
		if (item.kind !== 'CalendarItem' || item.associated) continue;
		const series = seriesOf(item);
		if (series) rows.push(...occurrencesBetween(series, from, to).map((occurrence) => itemOfOccurrence(item, occurrence)));
		else if (overlaps(spanOf(item), from, to)) rows.push(item);
	}
	return rows.sort((a, b) => spanOf(a).start - spanOf(b).start || a.number - b.number);
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/calendarview
registerItemView('CalendarView', (view, { folder, mailbox }, shape, context) => {
	if (folder.kind !== 'CalendarFolder') throw new EwsError('ErrorCalendarFolderIsInvalidForCalendarView', { text: 'The folder is not a calendar folder.' });
	const { StartDate, EndDate, MaxEntriesReturned } = view.attributes;
	const [from, to] = [bound(StartDate, context.timeZone), bound(EndDate, context.timeZone)];
	if (to < from) throw new EwsError('ErrorCalendarEndDateIsEarlierThanStartDate', { text: 'EndDate is earlier than StartDate' });
	if (to - from > LONGEST_RANGE) throw new EwsError('ErrorCalendarViewRangeTooBig', { text: 'The specified view range exceeds the maximum range of two years.' });
	const rows = rowsBetween(folder.items.values(), from, to);
	const limit = Math.min(MaxEntriesReturned === undefined ? MAX_ROWS : Number(MaxEntriesReturned), MAX_ROWS);
	const shown = rows.slice(0, limit);
	const items = shown.map((item) => renderItem(item, shape, renderContext(context, mailbox, { item, bodyType: shape.bodyType, table: true }))).join('');
	return { items, attributes: { TotalItemsInView: shown.length, IncludesLastItemInRange: shown.length === rows.length } };
});
