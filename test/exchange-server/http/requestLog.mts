/** One request as the log keeps it. */
export interface LoggedRequest {
	/** Counts from 1. */
	readonly number: number;
	readonly time: Date;
	/** Address of who logged on; undefined before a logon. */
	user?: string;
	/** The mailbox it acted for, where that is another one (impersonation). */
	mailbox?: string;
	/** Local name of the request element; undefined where it never came to that. */
	operation?: string;
	/** How many items, ids or changes it carried. */
	parts?: number;
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	bytesIn: number;
	bytesOut: number;
	/** HTTP status, 0 while it runs or where the connection was cut. */
	status: number;
	milliseconds: number;
	/** Response codes other than NoError, in order. */
	errors: string[];
	/** What was done to it on purpose. */
	fault?: string;
	request?: string;
	response?: string;
}

const SECRETS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** The requests served, the newest at the end; texts are kept up to a bound in all, the entries themselves up to a count. */
export class RequestLog {
	private entries: LoggedRequest[] = [];
	private count = 0;
	private textBytes = 0;
	private readonly maxEntries: number;
	private readonly maxTextBytes: number;

	constructor(maxEntries = 20_000, maxTextBytes = 32 * 1024 * 1024) {
		this.maxEntries = maxEntries;
		this.maxTextBytes = maxTextBytes;
	}

	begin(time: Date, method: string, path: string, headers: LoggedRequest['headers']): LoggedRequest {
		this.count += 1;
		const kept = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRETS.has(name) ? String(value).split(' ')[0] : value]));
		const entry: LoggedRequest = { number: this.count, time, method, path, headers: kept, bytesIn: 0, bytesOut: 0, status: 0, milliseconds: 0, errors: [] };
		this.entries.push(entry);
		if (this.entries.length > this.maxEntries) this.entries.splice(0, this.entries.length - this.maxEntries);
		return entry;
	}

	/** Keeps the texts of a request, dropping the oldest texts where there are too many. */
	keepTexts(entry: LoggedRequest, request: string | undefined, response: string | undefined): void {
		if (this.maxTextBytes === 0) return;
		if (request !== undefined) entry.request = request;
		if (response !== undefined) entry.response = response;
		this.textBytes += (request?.length ?? 0) + (response?.length ?? 0);
		for (const old of this.entries) {
			if (this.textBytes <= this.maxTextBytes) break;
			this.textBytes -= (old.request?.length ?? 0) + (old.response?.length ?? 0);
			delete old.request;
			delete old.response;
		}
	}

	/** A copy of what is there. */
	all(): LoggedRequest[] {
		return [...this.entries];
	}

	/** How many there were since the last clear. */
	total(): number {
		return this.entries.length;
	}

	clear(): void {
		this.entries = [];
		this.textBytes = 0;
	}
}
