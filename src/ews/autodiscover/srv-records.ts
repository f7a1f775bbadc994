/** One SRV record. https://www.rfc-editor.org/rfc/rfc2782 */
export interface SrvRecord {
	/** Host name; a dot at its end makes no difference. */
	host: string;
	port: number;
	/** The lowest comes first. */
	priority: number;
	/** Among equals, the heaviest comes first. */
	weight: number;
}

/** Looks up the SRV records of a name such as `_autodiscover._tcp.example.com`; none and a failure are the same to Autodiscover. */
export type ResolveSrv = (name: string) => Promise<readonly SrvRecord[]>;

/** A resolver tries silent name servers for half a minute and longer, which Autodiscover does not wait for. */
const LONGEST_LOOKUP_MS = 5_000;

/** In the order in which they are asked. */
export function inOrder(records: readonly SrvRecord[]): SrvRecord[] {
	return [...records].sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}

/** The records of a lookup; none where it fails, is given up or takes too long. */
export async function withinTime(lookup: Promise<readonly SrvRecord[]>, signal: AbortSignal | undefined, longestMs = LONGEST_LOOKUP_MS): Promise<readonly SrvRecord[]> {
	const limit = AbortSignal.timeout(longestMs);
	const given = signal === undefined ? limit : AbortSignal.any([limit, signal]);
	const givenUp = new Promise<readonly SrvRecord[]>((resolve) => {
		if (given.aborted) resolve([]);
		given.addEventListener('abort', () => resolve([]), { once: true });
	});
	return await Promise.race([lookup.catch(() => []), givenUp]);
}
