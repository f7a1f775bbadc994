import { type FaultReason, faultFrom, type MailboxFault } from '../fault';
import type { ChangePage, StoredItem } from '../mailbox';
import { type AccountPull, hasRoom, report } from './account-pull';
import { identityOf, lastingIdentity } from './lasting-identity';
import { remember, shortId } from './short-id';

/** So many of the newest identities in the bin are remembered. */
const REMEMBERED_IDENTITIES = 2_000;
/** So many restored items stay left out. */
const REMEMBERED_RESTORED = 2_000;
const PAGE = 512;
/** Reasons for which an item of the bin may be had another time. */
const MAY_PASS: ReadonlySet<FaultReason> = new Set(['aborted', 'throttled', 'unavailable']);

/** Begins to watch Deleted Items, in as many polls as it takes to go through them: what lies there already was never synced and needs no memory. */
export async function beginBin(pull: AccountPull, binId: string): Promise<void> {
	for (;;) {
		const { bin } = pull.state;
		if (bin !== undefined && bin.beginning !== true) return;
		const { syncState, complete } = await binPage(pull, binId, bin?.syncState);
		pull.state.bin = { syncState, identities: bin?.identities ?? [], ...(!complete && { beginning: true }) };
		if (!hasRoom(pull)) return;
	}
}

/** Something was deleted from a watched folder: the bin is to be looked into, by this poll or the next. */
export function noteBinDue({ state }: AccountPull): void {
	state.binDue ??= 0;
}

/**
 * Learns what came into Deleted Items. Asked only when something was deleted from a watched folder: an item that was never watched is new when
 * it leaves the bin, and an idle poll costs nothing for it. Where much came into it, or its sync state was lost, the look is still due when the poll's time is over.
 *
 * @throws MailboxFault; then what could be learned is remembered, and the look is still due
 */
async function lookIntoBin(pull: AccountPull, binId: string): Promise<void> {
	for (;;) {
		const { bin } = pull.state;
		if (bin === undefined || bin.beginning === true) return await beginBin(pull, binId);
		const page = await binPage(pull, binId, bin.syncState);
		await learnFrom(pull, bin, page);
		if (page.complete) {
			delete pull.state.binDue;
			return;
		}
		if (!hasRoom(pull)) return;
	}
}

async function learnFrom(pull: AccountPull, bin: { syncState: string; identities: string[] }, { changes, syncState }: ChangePage): Promise<void> {
	const ids = changes.flatMap((change) => (change.type === 'deleted' ? [] : [change.id]));
	const identities: string[] = [];
	let missing: MailboxFault | undefined;
	for (const result of await pull.mailbox.identify(ids)) {
		// An item that has left the bin since is not in it, and one that is damaged comes back damaged: their faults say no more than that.
		const identity = result.ok ? lastingIdentity(result.value) : undefined;
		if (identity !== undefined) identities.push(identity);
		if (!result.ok && (result.fault.scope !== 'item' || MAY_PASS.has(result.fault.reason))) missing ??= result.fault;
	}
	pull.state.bin = { syncState: missing === undefined ? syncState : bin.syncState, identities: remember(bin.identities, identities, REMEMBERED_IDENTITIES) };
	if (missing !== undefined) throw missing;
}

/** Looks for what the deletes of this poll have put there. Items that the server did not reach hold nobody up: the look is still due. @throws MailboxFault */
export async function lookAfterDeletes(pull: AccountPull, binId: string): Promise<void> {
	try {
		await lookIntoBin(pull, binId);
	} catch (error) {
		const fault = faultFrom(error);
		if (fault.scope !== 'item') throw fault;
	}
}

/**
 * Makes up for a look that failed, before the folders are read: what has not come back until now is known when it does. What has shows in the bin no more,
 * and looks as if it had been moved. As many polls as a bad item has attempts (`import-attempts`) end with the fault, which mostly is one of the whole mailbox.
 *
 * @returns the fault with which the account goes on without it
 * @throws MailboxFault
 */
export async function makeUpForLook(pull: AccountPull, binId: string): Promise<MailboxFault | undefined> {
	const { state, options } = pull;
	if (state.binDue === undefined) return undefined;
	try {
		await lookIntoBin(pull, binId);
		return undefined;
	} catch (error) {
		const fault = faultFrom(error);
		// Cut off with its poll, it says nothing of the bin.
		if (fault.reason === 'aborted') throw fault;
		if (state.binDue + 1 >= options.importAttempts) return fault;
		state.binDue++;
		throw fault;
	}
}

/** Everything else could be pulled: it is the bin alone that cannot be looked into, and it is not tried again until something is deleted. */
export function giveUpLook(pull: AccountPull, fault: MailboxFault): void {
	delete pull.state.binDue;
	report(pull, {
		outcome: 'failed',
		message: `Deleted Items of ${pull.link.mailbox} could not be looked into ${pull.options.importAttempts} times: what was moved there meanwhile comes as created when somebody restores it: ${fault.message}`,
		...(fault.code !== undefined && { code: fault.code }),
	});
}

/** Whether an item has been seen in Deleted Items before. */
export function wasInBin(pull: AccountPull, item: StoredItem): boolean {
	const identity = identityOf(item);
	return identity !== undefined && pull.state.bin?.identities.includes(identity) === true;
}

/** Leaves a restored item out from now on. */
export function leaveRestoredOut(pull: AccountPull, id: string): void {
	pull.state.restored = remember(pull.state.restored ?? [], [shortId(id)], REMEMBERED_RESTORED);
}

/** Whether an item was restored and stays left out. */
export function isLeftOutAsRestored(pull: AccountPull, id: string): boolean {
	return pull.state.restored?.includes(shortId(id)) === true;
}

/** A page of what came into the bin and left it; from the beginning, where the server has forgotten the state. */
async function binPage({ mailbox }: AccountPull, binId: string, since: string | undefined): Promise<ChangePage> {
	try {
		return await mailbox.changes(binId, since, PAGE);
	} catch (error) {
		const fault = faultFrom(error);
		if (fault.reason !== 'syncStateLost' || since === undefined) throw fault;
		// What is in the bin now stands for what came into it: to remember too much only leaves out what lies in the bin anyway.
		return await mailbox.changes(binId, undefined, PAGE);
	}
}
