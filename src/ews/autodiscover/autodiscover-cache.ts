import { MailboxFault } from '../../sync/fault';
import { autodiscoverEws, type AutodiscoverRequest, type AutodiscoverResult } from './autodiscover';
import { foundInTime } from './search-time';

const LIVES_MS = 12 * 60 * 60 * 1000;
/** As long an address that was doubted is believed once more where no other was found, so that polls in an outage do not spend their time with looking for it. */
const LIVES_ON_MS = 10 * 60 * 1000;
const MAX_ENTRIES = 1000;
/** As long as a request without a deadline. Silent servers at both of the domain's names leave time for Exchange Online, which is asked last. */
const LONGEST_SEARCH_MS = 120_000;

const cache = new Map<string, { result: Promise<AutodiscoverResult>; until: number; doubted: boolean }>();

/**
 * {@link autodiscoverEws}, remembered for twelve hours per asker and asked once however many callers wait. What failed is not remembered; an address that was
 * found before and doubted since is kept then, as the server that it leads to may be back before Autodiscover is. It ends by itself after two minutes; who waits less leaves it
 * to the others (see {@link foundInTime}).
 *
 * @param asker fingerprint of everything that the answer depends on, the login with its secrets included: an address is where a password is sent to, so no login
 * gets one that another was given
 */
export async function autodiscoverOnce(asker: string, request: Omit<AutodiscoverRequest, 'signal'>, now: number = Date.now(), longestMs = LONGEST_SEARCH_MS): Promise<AutodiscoverResult> {
	const key = keyOf(asker, request.mailbox);
	const known = cache.get(key);
	if (known !== undefined && known.until > now) return await known.result;
	const entry = { result: searchInTime(request, longestMs), until: now + LIVES_MS, doubted: false };
	if (known?.doubted === true) {
		entry.result = entry.result.catch(async (error: unknown) => {
			if (error instanceof MailboxFault && error.reason === 'logonRefused') throw error;
			entry.until = now + LIVES_ON_MS;
			entry.doubted = true;
			return await known.result;
		});
	}
	cache.set(key, entry);
	if (cache.size > MAX_ENTRIES) cache.delete(cache.keys().next().value ?? key);
	entry.result.catch(() => {
		// Forgotten meanwhile, it may have been asked anew.
		if (cache.get(key) === entry) cache.delete(key);
	});
	return await entry.result;
}

/** What was found may be wrong (the mailbox moved, the server is gone): the next who wants it has it looked for again. */
export function doubtAutodiscover(asker: string, mailbox: string): void {
	const known = cache.get(keyOf(asker, mailbox));
	if (known === undefined || known.doubted) return;
	known.doubted = true;
	known.until = 0;
}

async function searchInTime(request: AutodiscoverRequest, longestMs: number): Promise<AutodiscoverResult> {
	const signal = AbortSignal.timeout(longestMs);
	// The signal ends the requests; nobody waits for what else may be under way.
	return await foundInTime(request.mailbox, signal, async () => await autodiscoverEws({ ...request, signal }));
}

function keyOf(asker: string, mailbox: string): string {
	return JSON.stringify([asker, mailbox.toLowerCase()]);
}
