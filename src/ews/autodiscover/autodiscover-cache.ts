import { autodiscoverEws, type AutodiscoverRequest, type AutodiscoverResult } from './autodiscover';

const LIVES_MS = 12 * 60 * 60 * 1000;
const MAX_ENTRIES = 1000;

const cache = new Map<string, { result: Promise<AutodiscoverResult>; until: number }>();

/**
 * {@link autodiscoverEws}, remembered for twelve hours per connector and asked once however many callers wait. What failed is not remembered.
 * @param connector what identifies the connector and its login, without its secrets
 */
export async function autodiscoverOnce(connector: string, request: AutodiscoverRequest, now: number = Date.now()): Promise<AutodiscoverResult> {
	const key = JSON.stringify([connector, request.mailbox.toLowerCase()]);
	const known = cache.get(key);
	if (known !== undefined && known.until > now) return await known.result;
	const result = autodiscoverEws(request);
	cache.set(key, { result, until: now + LIVES_MS });
	if (cache.size > MAX_ENTRIES) cache.delete(cache.keys().next().value ?? key);
	let found = false;
	try {
		const answer = await result;
		found = true;
		return answer;
	} finally {
		if (!found) cache.delete(key);
	}
}

/** Forgets what was found, since it turned out wrong (the mailbox moved, the server is gone). */
export function forgetAutodiscover(connector: string, mailbox: string): void {
	cache.delete(JSON.stringify([connector, mailbox.toLowerCase()]));
}
