/** What a client process is to do; it stands on its command line as JSON. */
export interface Job {
	task: Task;
	url: string;
	/** Path of the built package's index.js. */
	dist: string;
	/** How many mails, appointments, mailboxes or bytes. */
	size: number;
	/** Of the incremental poll: how many mails are changed before it. */
	changes?: number;
	/** Requests in flight, for the floor. */
	concurrency?: number;
	/** Record the requests for the floor. */
	record?: boolean;
	/** Do it without measuring: prepares a mailbox. */
	unmeasured?: boolean;
}

/** What the connector and its peers can do. */
export type Task = 'firstSync' | 'incrementalPoll' | 'idlePoll' | 'pushAppointments' | 'pullSeries' | 'largeAttachment' | 'replay' | 'listNodes' | 'firstRequest';

/** What one does of a {@link Job} with `measure` around the part that counts. */
export type Client = (job: Job, measure: Measure) => Promise<void>;

/** Runs the part that counts: between `begin` and `end` at the server. */
export type Measure = (work: () => Promise<number>) => Promise<void>;
