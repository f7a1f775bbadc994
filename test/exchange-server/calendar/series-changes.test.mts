import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EwsError } from '../operations/errors.mts';
import { child, childText, listOf, type XmlElement } from '../xml/element.mts';
import { idOf, newExchange, type Session } from './in-process.mts';
import { appointment, byId, calendarView, create, daily, get, getById, occurrence, remove, set, sync, update } from './requests.mts';
import { runs } from '../../quick-look.mts';

const COUNT = 8;
const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 2, 26, 8);

/** What a series should look like: by index of the pattern, its subject and how many minutes it was moved. */
type Model = Map<number, { subject?: string; moved?: number }>;

type Step = { do: 'rename'; index: number; subject: string } | { do: 'move'; index: number; minutes: number } | { do: 'delete'; index: number } | { do: 'renameSeries'; subject: string };

const index = fc.integer({ min: 1, max: COUNT });
const step: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ do: fc.constant('rename' as const), index, subject: fc.constantFrom('A', 'B', 'C') }),
	fc.record({ do: fc.constant('move' as const), index, minutes: fc.integer({ min: -300, max: 300 }) }),
	fc.record({ do: fc.constant('delete' as const), index }),
	fc.record({ do: fc.constant('renameSeries' as const), subject: fc.constantFrom('Series', 'Other series') }),
);

function text(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function requestOf(master: string, change: Step): string {
	switch (change.do) {
		case 'rename':
			return update(occurrence(master, change.index), set('item:Subject', `<t:Subject>${change.subject}</t:Subject>`));
		case 'move': {
			const start = FIRST + (change.index - 1) * DAY + change.minutes * 60_000;
			return update(occurrence(master, change.index), set('calendar:Start', `<t:Start>${text(start)}</t:Start>`) + set('calendar:End', `<t:End>${text(start + 1_800_000)}</t:End>`));
		}
		case 'delete':
			return remove(occurrence(master, change.index));
		case 'renameSeries':
			return update(byId(master), set('item:Subject', `<t:Subject>${change.subject}</t:Subject>`));
	}
}

/** The code a step should fail with; undefined after it was written into the model. */
function expected(model: Model, change: Step): string | undefined {
	if (change.do === 'renameSeries') return undefined;
	const at = model.get(change.index);
	if (!at) return 'ErrorCalendarOccurrenceIsDeletedFromRecurrence';
	if (change.do === 'rename') at.subject = change.subject;
	else if (change.do === 'move') at.moved = change.minutes;
	else if (model.size === 1) return 'ErrorRecurrenceHasNoOccurrence';
	else model.delete(change.index);
	return undefined;
}

async function outcome(session: Session, request: string): Promise<string | undefined> {
	try {
		await session.one(request);
		return undefined;
	} catch (error) {
		if (error instanceof EwsError) return error.code;
		throw error;
	}
}

async function changesSince(session: Session, state: string): Promise<{ names: string[]; state: string }> {
	const { element } = await session.one(sync('calendar', state));
	return { names: listOf(element, 'Changes').map(({ name }) => name), state: childText(element, 'SyncState') ?? '' };
}

describe('a series under any sequence of changes', () => {
	it('shows in every view what was done, and each change as one update of the master', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
				const [session] = newExchange('2026-01-05T08:00:00Z', 'anna').sessions;
				if (!session) throw new RangeError('no session');
				const model: Model = new Map(Array.from({ length: COUNT }, (_, place) => [place + 1, {}]));
				let name = 'Series';
				const text0 = appointment({ subject: name, start: text(FIRST), end: text(FIRST + 1_800_000), zone: 'UTC', recurrence: daily('2026-03-26', COUNT) });
				const master = idOf(await session.item(create(text0)));
				let { state } = await changesSince(session, '');
				for (const change of steps) {
					const code = expected(model, change);
					expect(await outcome(session, requestOf(master, change))).toBe(code);
					if (change.do === 'renameSeries') name = change.subject;
					const seen = await changesSince(session, state);
					expect(seen.names).toEqual(code === undefined ? ['Update'] : []);
					state = seen.state;
				}
				const wanted = [...model]
					.map(([place, { subject, moved }]) => [subject ?? name, text(FIRST + (place - 1) * DAY + (moved ?? 0) * 60_000), text(FIRST + (place - 1) * DAY)])
					.sort((a, b) => (a[1] ?? '').localeCompare(b[1] ?? ''));
				const facts = (item: XmlElement): (string | undefined)[] => ['Subject', 'Start', 'OriginalStart'].map((each) => childText(item, each));
				expect((await session.one(calendarView('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z'))).items.map(facts)).toEqual(wanted);
				const read = await session.item(get(master));
				const changed = [...model].filter(([, at]) => at.subject !== undefined || at.moved !== undefined).map(([place]) => place);
				const exceptions = listOf(read, 'ModifiedOccurrences');
				expect(exceptions.map((each) => childText(each, 'OriginalStart'))).toEqual(changed.map((place) => text(FIRST + (place - 1) * DAY)));
				for (const [at, exception] of exceptions.entries()) {
					const item = await session.item(getById(`<t:ItemId Id="${child(exception, 'ItemId')?.attributes['Id'] ?? ''}"/>`));
					const byIndex = await session.item(getById(occurrence(master, changed[at] ?? 0)));
					expect(facts(item)).toEqual(facts(byIndex));
				}
				expect(listOf(read, 'DeletedOccurrences')).toHaveLength(COUNT - model.size);
			}),
			{ numRuns: runs(60) },
		);
	});
});
