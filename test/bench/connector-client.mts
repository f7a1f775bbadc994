/** The product as its nodes use it: the built package, one connector, polls of 500 events whose cursor goes through JSON. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import type { Connector, ConnectorSettings, Cursor, PullOptions, PullResult, PushOptions, StoreAttachment } from '../../index.ts';
import { appointment } from '../sync/records.mts';
import { CALENDAR, INBOX, INBOX_AND_SENT_ITEMS, TASKS as TASK_FOLDER, USUAL_PULL, USUAL_PUSH, usualSettings } from '../usual-connector.mts';
import { IDLE_MAILBOXES, mailboxNumber, order, OWNER, PASSWORD, SERVICE } from './bench-server.mts';
import type { Client, Job, Measure } from './job.mts';

const require = createRequire(import.meta.url);

export const run: Client = async (job, measure) => {
	// In n8n it is there already.
	createRequire(job.dist)('n8n-workflow');
	const { openConnector } = require(job.dist) as typeof import('../../index.ts');
	const connector = openConnector(settings(job.url, job.task === 'idlePoll' ? Math.min(job.size, IDLE_MAILBOXES) : 0));
	// The library is loaded and the connection made: what a first request costs has a scenario of its own.
	if (job.task !== 'idlePoll') await (await connector.mailbox()).folders();
	await TASKS[job.task]?.(connector, job, measure);
	await connector.close();
};

const TASKS: Partial<Record<Job['task'], (connector: Connector, job: Job, measure: Measure) => Promise<void>>> = {
	firstSync: async (connector, _job, measure) => measure(async () => await new Poller(connector, MAILS).drain()),
	incrementalPoll: async (connector, job, measure) => {
		const poller = new Poller(connector, MAILS);
		await poller.drain();
		if (job.changes !== undefined && job.changes > 0) await order(job.url, 'touch-mails', { count: job.changes });
		await measure(async () => await poller.drain());
	},
	idlePoll: async (connector, _job, measure) => {
		const poller = new Poller(connector, { ...EVERYTHING, firstRun: { from: 'now' } });
		await poller.drain();
		await measure(async () => {
			const { events, failedAccounts, summary } = await poller.poll();
			if (events.length > 0 || failedAccounts.length > 0 || summary.moreToCome) throw new Error('the poll was not idle');
			return connector.accounts.length;
		});
	},
	pushAppointments: async (connector, job, measure) => {
		const items = Array.from({ length: job.size }, (_, n) => ({
			externalId: `a${n}`,
			attachments: [],
			record: { ...appointment({ key: `uid-${n}`, subject: `Appointment ${n}`, text: `Agenda of appointment ${n}\n`.repeat(5), start: hour(n), end: hour(n + 1) }) },
		}));
		await measure(async () => {
			const outcomes = await connector.push('appointment', items, PUSH);
			const done = outcomes.flat().filter(({ outcome }) => outcome === 'created' || outcome === 'unchanged').length;
			if (done !== job.size) throw new Error(`${job.size - done} appointments were not pushed: ${JSON.stringify(outcomes.flat().find(({ outcome }) => outcome !== 'created' && outcome !== 'unchanged'))}`);
			return done;
		});
	},
	pullSeries: async (connector, job, measure) => {
		const series = Array.from({ length: job.size }, (_, n) => ({ externalId: `s${n}`, attachments: [], record: { ...appointment({ key: `series-${n}`, subject: `Series ${n}`, recurrence: { rrule: 'FREQ=DAILY;COUNT=25', exceptions: [], deleted: [] } }) } }));
		const created = await connector.push('appointment', series, PUSH);
		const poller = new Poller(connector, APPOINTMENTS);
		await poller.drain();
		await order(job.url, 'edit-occurrences', { ids: created.map(([outcome]) => outcome?.exchangeId) });
		await measure(async () => {
			const events = await poller.drain();
			if (events !== job.size) throw new Error(`${events} series were pulled`);
			return events * 10;
		});
	},
	largeAttachment: async (connector, job, measure) => {
		const folder = mkdtempSync(join(tmpdir(), 'bench-'));
		try {
			const poller = new Poller(connector, { ...MAILS, storeAttachment: fileStore(folder) });
			await measure(async () => {
				const { events, outcomes } = await poller.poll();
				const bytes = statSync(join(folder, events[0]?.attachments[0]?.stored?.key ?? 'nothing')).size;
				if (bytes !== job.size) throw new Error(`The attachment did not come: ${outcomes[0]?.message}`);
				return 1;
			});
		} finally {
			rmSync(folder, { recursive: true });
		}
	},
};

/** Stores as n8n does with its binary data on disk: the stream, written to a file that gets its name when it is whole. */
function fileStore(folder: string): StoreAttachment {
	return async (_attachment, content) => {
		const key = randomUUID();
		const begun = join(folder, `${key}.tmp`);
		await writeFile(begun, Buffer.isBuffer(content) ? content : Readable.from(content));
		await rename(begun, join(folder, key));
		return { key, inMemory: false };
	};
}

/** Lets attachments go once they are there, as the peers do: to write them down is n8n's. Those of these mails are small, so they come as a whole. */
const letGo: StoreAttachment = async (_attachment, content) => {
	if (!Buffer.isBuffer(content)) throw new Error('a small attachment was handed on while it arrived');
	return { key: '', inMemory: false };
};

const MAILS: Partial<PullOptions> = { watches: [INBOX], withAttachments: true, storeAttachment: letGo };
const APPOINTMENTS: Partial<PullOptions> = { watches: [CALENDAR] };
const EVERYTHING: Partial<PullOptions> = { watches: [INBOX_AND_SENT_ITEMS, CALENDAR, TASK_FOLDER] };
const PUSH: PushOptions = { ...USUAL_PUSH, now: Date.now };

/** Polls as the trigger does; events are looked at and let go. */
class Poller {
	#cursor: Cursor | undefined;
	readonly #connector: Connector;
	readonly #options: PullOptions;

	constructor(connector: Connector, more: Partial<PullOptions>) {
		this.#connector = connector;
		this.#options = { ...USUAL_PULL, watches: [], budgetMs: 600_000, processToken: 'bench', now: Date.now, ...more };
	}

	async poll(): Promise<PullResult> {
		const result = await this.#connector.pull(this.#cursor, this.#options);
		this.#cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
		const [failed] = result.failedAccounts;
		if (failed !== undefined) throw failed.fault;
		return result;
	}

	/** Polls until there is no more; how many events came. */
	async drain(): Promise<number> {
		for (let came = 0; ; ) {
			const { events, moreToCome } = await this.#countedPoll();
			came += events;
			if (!moreToCome) return came;
		}
	}

	/** A function of its own: one that waits for the next poll would keep the events of the last one. */
	async #countedPoll(): Promise<{ events: number; moreToCome: boolean }> {
		const { events, summary } = await this.poll();
		return { events: events.length, moreToCome: summary.moreToCome };
	}
}

function settings(url: string, mailboxes: number): ConnectorSettings {
	return usualSettings(url, { user: mailboxes > 0 ? SERVICE : OWNER, password: PASSWORD }, {
		access: mailboxes > 0 ? 'impersonation' : 'own',
		accounts: Array.from({ length: mailboxes }, (_, n) => ({ account: `account ${n}`, mailbox: mailboxNumber(n) })),
		timeoutMs: 120_000,
	});
}

function hour(n: number): string {
	return new Date(Date.parse('2026-03-02T06:00:00Z') + n * 3_600_000).toISOString().replace('.000', '');
}
