import pLimit from 'p-limit';
import type { AccountLink } from '../account-link';
import { RecordError } from '../../records/record-error';
import { isUnexpected, type MailboxFault } from '../fault';
import type { Mailbox } from '../mailbox';
import { pauseAccount, PAUSE_AFTER_FAULT_MS } from './account-pause';
import type { AccountPullBase, ConnectorIdentity, PullRoom } from './account-pull';
import type { AccountState, Cursor, CursorState } from './cursor';
import { closeCursor, openCursor } from './open-cursor';
import { pullAccount } from './pull-account';
import type { PullOptions, PullResult, PullSummary } from './pull-types';

/** Accounts that are pulled side by side. */
const ACCOUNTS_AT_ONCE = 4;
/** Bytes of attachments after which a pull ends: they stand in memory until n8n has stored them. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Bytes of attachments after which a pull ends where a store takes them as they arrive: one execution of n8n should not be larger. */
const MAX_STORED_BYTES = 512 * 1024 * 1024;

/** Where the pull gets its mailboxes from. */
export type OpenMailbox = (link: AccountLink) => Promise<Mailbox>;

/**
 * Pulls what changed in all accounts since the cursor. Writes nothing to any mailbox.
 *
 * @param likelyFirst puts the accounts last that may hold up others of the same login
 * @throws RecordError when the cursor is wrong, or the watches are for every mailbox.
 */
export async function pull(
	connector: ConnectorIdentity,
	links: readonly AccountLink[],
	open: OpenMailbox,
	cursor: Cursor | undefined,
	options: PullOptions,
	likelyFirst: (links: readonly AccountLink[]) => readonly AccountLink[] = (all) => all,
): Promise<PullResult> {
	const state = openCursor(cursor, options);
	const summary: PullSummary = { seen: 0, emitted: 0, echoes: 0, excluded: {}, failed: 0, moreToCome: false, pausedUntil: {} };
	const room: PullRoom = { events: options.maxEvents, bytes: MAX_BYTES, storedBytes: MAX_STORED_BYTES, deadline: options.now() + options.budgetMs };
	const result: PullResult = { events: [], outcomes: [], summary, cursor: closeCursor(state, [], options), failedAccounts: [] };

	const limit = pLimit(ACCOUNTS_AT_ONCE);
	const order = likelyFirst(rotated(links, state.nextAccount));
	const parts = await Promise.all(order.map((link) => limit(() => pullOne(connector, link, open, state, { options, room, summary }))));

	const refusals = parts.flatMap(({ fault }) => (fault?.cause instanceof RecordError ? [fault.cause] : []));
	if (refusals[0] !== undefined && refusals.length === parts.length) throw refusals[0];
	for (const { part, fault } of parts) {
		result.events.push(...part.events);
		result.outcomes.push(...part.outcomes);
		if (fault !== undefined) result.failedAccounts.push({ account: part.link.account, mailbox: part.link.mailbox, fault });
	}
	// Deletes are looked for in any case: a move is told by them, too.
	const deletes = options.events.includes('deleted') ? parts.flatMap(({ part }) => part.deletes) : [];
	result.events.push(...deletes);
	summary.emitted += deletes.length;
	if (links.length > 0) state.nextAccount = (state.nextAccount + 1) % links.length;
	if (!options.continueOnError) pauseAll(state, links, result, options.now());

	result.cursor = closeCursor(state, result.events, options);
	return result;
}

async function pullOne(
	connector: ConnectorIdentity,
	link: AccountLink,
	open: OpenMailbox,
	state: CursorState,
	shared: { options: PullOptions; room: PullRoom; summary: PullSummary },
): Promise<{ part: AccountPullBase; fault: MailboxFault | undefined }> {
	const accountState: AccountState = (state.accounts[link.mailbox.toLowerCase()] ??= { folders: {} });
	const part: AccountPullBase = { connector, link, state: accountState, ...shared, events: [], deletes: [], outcomes: [], witness: { itemsWereRead: false }, newEchoes: [], excludedAway: new Map(), undrained: new Map() };
	return { part, fault: await pullAccount(part, () => open(link)) };
}

/** Rule `continue-on-error`, switched off: an unexpected fault of one account pauses all. */
function pauseAll(state: CursorState, links: readonly AccountLink[], result: PullResult, now: number): void {
	const unexpected = result.failedAccounts.find(({ fault }) => isUnexpected(fault));
	if (unexpected === undefined) return;
	for (const link of links) {
		const account = state.accounts[link.mailbox.toLowerCase()];
		if (account === undefined || account.pausedUntil !== undefined) continue;
		const until = pauseAccount(account, now, PAUSE_AFTER_FAULT_MS, unexpected.fault.message);
		result.summary.pausedUntil[link.mailbox] = new Date(until).toISOString();
	}
}

function rotated<T>(list: readonly T[], by: number): T[] {
	const first = list.length === 0 ? 0 : by % list.length;
	return [...list.slice(first), ...list.slice(0, first)];
}
