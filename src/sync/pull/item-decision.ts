import { isInvitation } from '../../rules/meetings';
import { restoreVerdict } from '../../rules/restore';
import { seriesVerdict } from '../../rules/series';
import { pullVerdict, writtenOverVerdict } from '../../rules/verdicts';
import { isAsStamped } from '../handed-out';
import type { StoredItem } from '../mailbox';
import { ownStamp, type Stamp } from '../stamp';
import { knowsPattern, LONGEST_WRITE_MS, waitsForPush } from '../unfinished';
import { type AccountPull, countExclusion, report } from './account-pull';
import { isLeftOutAsRestored, leaveRestoredOut, wasInBin } from './bin';
import { originalStamp } from './copies';
import type { FolderState, PendingItem, WatchedFolder } from './cursor';
import { firstRunOf, isJudgedByDate } from './first-run';
import { changeMark } from './known-ids';
import { mayHaveBeenElsewhere, notePlaces, wasElsewhere, wasHere, wasInAnotherMailbox } from './own-places';
import { isRival } from './rivals-seen';
import { rememberedSeries, rememberSeries } from './series-memory';
import { shortId } from './short-id';

/** So many items of a folder may be handed over with other content than their stamp says and be told from our own writes later. */
const REMEMBERED_DIVERGED = 2_000;

/** Pull and push may run on machines whose clocks differ by this. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** What follows from one item that was read; `wait`: it stays pending, the next poll reads it again; `leave`: so it does, for hours maybe, and the folder goes on without it. */
export type Decision = 'emit' | 'drop' | 'wait' | 'leave';

/**
 * Whether an item that was read becomes an event: our own writes and what rules leave out do not. Reports what is left out, and remembers of
 * series and restored items what the next poll has to know.
 */
export function decide(pull: AccountPull, folder: WatchedFolder, state: FolderState, pending: PendingItem, { item, createdAt }: { item: StoredItem; createdAt: string | undefined }): Decision {
	pull.summary.seen++;
	const stamp = originalStamp(pull, item);
	const { id } = item.reference;
	const moved = (): boolean => pending.event === 'created' && stamp !== undefined && isMoved(pull, state, item, { stamp, createdAt, lookedAt: pending.lookedAt ?? state.lookedAt });

	if (isLeftOutAsRestored(pull, id)) return excluded(pull, 'restore-not-synced');
	if (isRival(state, id)) return echo(pull, state, item);
	if (pending.again === true) {
		// Where push has written it since, the other system has it, or something newer that must not be written over.
		if (isChangedSince(pending, item)) {
			if (isEcho(state, item, stamp)) return echo(pull, state, item);
			if (mayBeBeingWritten(pull, item, stamp)) return 'wait';
			if (isLeftToPush(pull, item, stamp)) return 'leave';
		}
		// What the rules leave out now is not handed over once more either.
		return seriesDecision(pull, state, item, stamp) ?? ruleDecision(pull, folder, item, stamp);
	}
	// Before the echo: an item that push wrote and a user restored still says what push wrote.
	const returned = pending.event === 'created' && wasInBin(pull, item);
	if (returned && restoreDecision(pull, id, item, stamp) === 'drop') return 'drop';
	if (!returned && isEcho(state, item, stamp) && !moved()) {
		if (pending.event === 'created' && state.caughtUp && mayHaveBeenElsewhere(pull, item, stamp)) pull.newEchoes.push({ folder, id });
		return echo(pull, state, item);
	}
	if (!returned && mayBeBeingWritten(pull, item, stamp)) return 'wait';
	if (isBeforeFirstRun(pull, state, pending, item)) {
		followSeries(pull, state, item);
		return 'drop';
	}
	if (!returned && isLeftToPush(pull, item, stamp)) {
		// Once it is whole it may be told from one that a user has moved here meanwhile.
		if (!moved()) notePlaces(pull, [item]);
		return 'leave';
	}

	return seriesDecision(pull, state, item, stamp) ?? ruleDecision(pull, folder, item, stamp);
}

function ruleDecision(pull: AccountPull, folder: WatchedFolder, item: StoredItem, stamp: Stamp | undefined): Decision {
	const verdict = pullVerdict({ kind: folder.kind, record: item.record, facts: item.facts }, {
		includePrivate: pull.options.includePrivate,
	});
	if (!verdict.sync) {
		report(pull, { outcome: 'skipped', rule: verdict.rule, message: verdict.message, ...described(item, stamp) });
		return 'drop';
	}
	return 'emit';
}

function isChangedSince({ givenAs }: PendingItem, { reference }: StoredItem): boolean {
	return givenAs !== undefined && changeMark(reference.changeKey) !== givenAs;
}

function echo(pull: AccountPull, state: FolderState, item: StoredItem): Decision {
	followSeries(pull, state, item);
	pull.summary.echoes++;
	return 'drop';
}

/** What tells whether an item that is new in its folder was moved there. */
interface Arrival {
	stamp: Stamp;
	/** When the server created it, RFC 3339, UTC. */
	createdAt: string | undefined;
	/** The last look before it came. */
	lookedAt: number | undefined;
}

/** It is new in this folder, but was seen under another id, or push wrote it before the folder was looked at the last time, or in another mailbox: a user has moved it here. */
function isMoved(pull: AccountPull, state: FolderState, item: StoredItem, { stamp, createdAt, lookedAt }: Arrival): boolean {
	// Also where the folder is listed for the first time: a new one is begun by what is moved into it.
	if (wasElsewhere(pull, item, stamp)) return true;
	if (!state.caughtUp || lookedAt === undefined) return false;
	// It may be one of those in the folder before, whose deletes follow: dropped as an echo it would be lost to the other system.
	if (state.formerIds !== undefined) return true;
	// It is no news here: it was seen, and waited.
	if (wasHere(pull, item)) return false;
	if (wasInAnotherMailbox(pull, stamp)) return true;
	// After the clock was set back everything seems to have been written before the last look.
	if (pull.options.now() < lookedAt) return false;
	const lastLook = lookedAt - CLOCKS_DIFFER_MS;
	const writtenAt = stamp.turns.since * 1000;
	if (writtenAt >= lastLook) return false;
	// A push of thousands of records, or of a large one, takes its time. A move leaves the time of creation as it is.
	const created = createdAt === undefined ? Number.NaN : Date.parse(createdAt);
	return !(created >= lastLook && created - writtenAt < LONGEST_WRITE_MS);
}

/** Our own write, or content that the other system has already; see `diverged` in the cursor for what looks like one and is none. */
function isEcho(state: FolderState, item: StoredItem, stamp: Stamp | undefined): boolean {
	if (stamp === undefined || !isAsStamped(stamp, item)) return false;
	// That a user has delegated a task or made a series of it is no part of its content, and nothing that push writes.
	if (!writtenOverVerdict({ kind: item.record.kind, record: item.record, facts: item.facts }, { includePrivate: true }).sync) return false;
	const short = shortId(item.reference.id);
	// Changed back to what the stamp says, while the other system was given something else: it has to hear of it.
	if (state.diverged?.[short] === writeOf(stamp) || state.diverged?.[short] === stamp.hash) return false;
	delete state.diverged?.[short];
	return true;
}

/**
 * Push looks at what it has written, and only then its stamp says what Exchange made of it. A poll that reads the item in between would hand over our own
 * write as a change, and the workflow would put it over what the other system has changed since.
 */
function mayBeBeingWritten({ options, connector }: AccountPull, item: StoredItem, stamp: Stamp | undefined): boolean {
	if (options.settleMs === undefined || item.lastModifiedAt === undefined) return false;
	// A second item with one nonce is a user's copy, or a request that was carried out twice, whose worker is about to delete it.
	if (stamp === undefined ? ownStamp(item.stamp, connector.connectorId) === undefined : stamp.storedHash !== '') return false;
	const age = options.now() - Date.parse(item.lastModifiedAt);
	return age > -CLOCKS_DIFFER_MS && age < options.settleMs && (stamp === undefined || !isAsStamped(stamp, item));
}

/** Push was interrupted, and what stands there may be a part of what it was to write: the next push of the record writes the rest. */
function isLeftToPush({ options }: AccountPull, item: StoredItem, stamp: Stamp | undefined): boolean {
	return stamp !== undefined && waitsForPush(stamp, item, options.now());
}

/** What a stamp says of the write that it is of: one that puts former content back over a user's change is another turn. Cursors of old name the content alone. */
function writeOf({ hash, turns }: Stamp): string {
	return shortId(`${hash} ${turns.count} ${turns.since}`);
}

/** Notes what the other system was given, once it is handed over: content that its stamp does not say, or that its stamp says again. */
export function noteDivergence(pull: AccountPull, state: FolderState, item: StoredItem): void {
	const stamp = originalStamp(pull, item);
	if (stamp === undefined) return;
	const short = shortId(item.reference.id);
	delete state.diverged?.[short];
	if (isAsStamped(stamp, item)) return;
	(state.diverged ??= {})[short] = writeOf(stamp);
	const [oldest] = Object.keys(state.diverged);
	if (Object.keys(state.diverged).length > REMEMBERED_DIVERGED && oldest !== undefined) delete state.diverged[oldest];
}

function isBeforeFirstRun(pull: AccountPull, state: FolderState, pending: PendingItem, item: StoredItem): boolean {
	const firstRun = firstRunOf(pull.options, state);
	if (firstRun.from !== 'date' || !isJudgedByDate(pull.options, state, pending)) return false;
	const since = Date.parse(firstRun.date);
	return Date.parse(dateOf(item)) < since;
}

function dateOf(item: StoredItem): string {
	const { record } = item;
	switch (record.kind) {
		case 'email':
			return record.receivedAt ?? record.sentAt ?? item.lastModifiedAt ?? '';
		case 'appointment':
			// A series counts by its last change: its end is not known without expanding it.
			return record.recurrence === undefined ? record.end : (item.lastModifiedAt ?? '');
		case 'task':
			return record.status === 'completed' ? (record.completedDate ?? item.lastModifiedAt ?? '') : '9999-12-31';
	}
}

/** Series rules; undefined where they have nothing against the item. */
function seriesDecision(pull: AccountPull, state: FolderState, item: StoredItem, stamp: Stamp | undefined): Decision | undefined {
	if (!isAppointment(item)) return undefined;
	const remembered = rememberedSeries(pull, state, item);
	if (!item.facts.isSeries && remembered === undefined) return undefined;
	const { verdict, remember, reportNow } = seriesVerdict(item.record, item.facts, remembered?.unread === 'old' ? undefined : remembered, ownPattern(item, stamp));
	rememberSeries(pull, state, item, remember);
	if (verdict.sync) return undefined;
	if (reportNow) report(pull, { outcome: 'skipped', rule: verdict.rule, message: verdict.message, ...described(item, stamp) });
	else countExclusion(pull, verdict.rule);
	return 'drop';
}

/** The pattern that push has written, where that is known; what it has left unfinished may have none. */
function ownPattern({ facts }: StoredItem<'appointment'>, stamp: Stamp | undefined): string | undefined {
	if (stamp === undefined) return undefined;
	if (!knowsPattern(stamp)) return facts.pattern;
	return stamp.pattern === '' && stamp.unfinishedSince === undefined ? undefined : stamp.pattern;
}

/** Of a series that is not handed over. */
function followSeries(pull: AccountPull, state: FolderState, item: StoredItem): void {
	if (!isAppointment(item)) return;
	const remembered = rememberedSeries(pull, state, item);
	// One that the other system has made a single appointment has no pattern any more that a user could have changed.
	if (!item.facts.isSeries && remembered === undefined) return;
	rememberSeries(pull, state, item, { pattern: item.facts.pattern, ...(remembered?.excluded !== undefined && { excluded: remembered.excluded }) });
}

function restoreDecision(pull: AccountPull, id: string, item: StoredItem, stamp: Stamp | undefined): Decision {
	const verdict = restoreVerdict('pull', item.record, { isInvitation: isInvitation(item.facts), wasInBin: wasInBin(pull, item) });
	if (verdict.sync) return 'emit';
	leaveRestoredOut(pull, id);
	report(pull, { outcome: 'skipped', rule: verdict.rule, message: verdict.message, ...described(item, stamp) });
	return 'drop';
}

function excluded(pull: AccountPull, rule: string): Decision {
	countExclusion(pull, rule);
	return 'drop';
}

function described(item: StoredItem, stamp: Stamp | undefined) {
	return { kind: item.record.kind, exchangeId: item.reference.id, record: item.record, ...(stamp !== undefined && stamp.externalId !== '' && { externalId: stamp.externalId }) };
}

function isAppointment(item: StoredItem): item is StoredItem<'appointment'> {
	return item.facts.kind === 'appointment';
}
