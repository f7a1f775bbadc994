/** Which requests a fault concerns; what is absent matches everything. */
export interface FaultMatch {
	/** Operation name or names. */
	operation?: string | readonly string[];
	/** Address of who logged on. */
	user?: string;
	/** Address of the mailbox acted for. */
	mailbox?: string;
	/** Only from the nth matching request on (1 = the next). */
	nth?: number;
	/** A text the request's XML must contain. */
	containing?: string;
	/** Strikes with this probability, from the seeded generator. */
	probability?: number;
	/** How often it strikes; 1 unless a probability is given, then without end. */
	times?: number;
}

/** What happens to the request. `acted`: the server does what was asked first, and the client does not learn of it. */
export type FaultEffect =
	| { effect: 'http'; status: number; headers?: Readonly<Record<string, string>>; body?: string; acted?: boolean }
	| { effect: 'redirect'; location: string; status?: number }
	/** A SOAP fault; `hiddenIn` names the code shown while the real one hides in MessageXml (InnerErrorResponseCode). */
	| { effect: 'fault'; code: string; text?: string; backOffMilliseconds?: number; hiddenIn?: string; acted?: boolean }
	/** Response messages of single parts: at these places, or those of items with these ids; without either all of them. */
	| { effect: 'item'; code: string; text?: string; indexes?: readonly number[]; ids?: readonly string[]; backOffMilliseconds?: number; hiddenIn?: string }
	/** The connection is cut: before the server acts, after it acted, or in the middle of the answer. */
	| { effect: 'drop'; when: 'before' | 'acted' | 'during' }
	/** Nothing moves for a while: before acting, or after the headers, or half way through the body. */
	| { effect: 'stall'; milliseconds: number; when?: 'before' | 'headers' | 'body' }
	/** A complete HTTP answer whose XML ends early, after this part of it (0 to 1, default one half). */
	| { effect: 'truncate'; after?: number }
	/** Characters XML 1.0 forbids, as numeric references in the texts of these elements (default Subject). */
	| { effect: 'illegal-characters'; elements?: readonly string[]; reference?: string }
	/** The last response messages are missing. */
	| { effect: 'fewer-responses'; missing?: number }
	/** The answer with a text replaced by another. */
	| { effect: 'rewrite'; replace: string; by: string }
	/** From this part of the request on the batch stops: ErrorBatchProcessingStopped, as a warning. */
	| { effect: 'batch-stopped'; from: number };

export interface Fault extends FaultMatch {
	do: FaultEffect;
	/** Shown in the request log. */
	name?: string;
}

/** What a fault is matched against. */
export interface FaultSubject {
	readonly operation: string;
	readonly user: string;
	readonly mailbox: string;
	readonly request: string;
}
