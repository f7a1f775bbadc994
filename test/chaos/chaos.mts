/**
 * `npm run chaos -- --seed N --minutes M`: a whole two-way sync under random faults and kills. Users change both sides, the server misbehaves, is put back to a
 * backup once, processes are killed; then everything heals, and both sides must come to rest with what was made and not deleted, each once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { seededRandom } from '../exchange-server/faults/faultScript.mts';
import type { LoggedRequest } from '../exchange-server/http/requestLog.mts';
import { startExchange } from '../exchange-server/startExchange.mts';
import { restoreBackup } from './backup.mts';
import { badDays, LATE_CREATES, REFUSED_IN_A_ROW, Strikes, SYNC_STATE_LOST, THROTTLED_UNTOLD } from './bad-days.mts';
import { LostMails, storedFolder, type StoredFolder } from './lost-mails.mts';
import { Oracle } from './oracle.mts';
import { OtherSystem } from './other-system.mts';
import { PauseWatch } from './pauses.mts';
import { printReport } from './report.mts';
import { grown } from './resources.mts';
import { ANNA, PASSWORD, runOptions, SETTLE_MS, STEADY } from './settings.mts';
import { ServerLog } from './server-log.mts';
import { folderIdOf, thingsInExchange, thingsInOtherSystem } from './sides.mts';
import { watchStalls } from '../stalls.mts';
import { Users } from './users.mts';
import { Workers } from './workers.mts';

/** What the restore undoes: long enough for users and workers to do something, short enough that most of what there is must come through untouched. */
const BACKUP_AGE_MS = 4_000;
/** The claims of a killed process alone last a minute. */
const LONGEST_WAY_TO_REST_MS = 150_000;
/** A write that was never finished is left alone for a while; what it was shows only then. */
const QUIET_MS = SETTLE_MS + 2_000;

const options = runOptions(LATE_CREATES);
const random = seededRandom(options.seed);
const folder = mkdtempSync(join(tmpdir(), 'exchange-chaos-'));
const server = await startExchange({ users: [{ address: ANNA, password: PASSWORD, name: 'Anna' }, { address: STEADY, password: PASSWORD, mayImpersonate: true }], controlApi: false });
const other = new OtherSystem(join(folder, 'other.sqlite'));
const oracle = new Oracle();
const days = badDays(options.lateCreates);
const strikes = new Strikes(days);
const pauseWatch = new PauseWatch(STEADY, [...days, THROTTLED_UNTOLD]);
const log = new ServerLog(server.control);
const lostMails = new LostMails();
let requests = 0;
let healed = false;
server.control.faults.seed(options.seed);
watchStalls((stall) => pauseWatch.stoodStill(stall));
const workers = new Workers(server.url, join(folder, 'other.sqlite'), options, (stall) => pauseWatch.stoodStill(stall));
const users = new Users(server, other, oracle, random, options.seed);
console.log(`chaos: seed ${options.seed}, ${options.minutes} minutes, ${options.durable ? 'durable' : 'default'} cursor`);

/** Whether the cursor that the other system lives on loses the sync state of the mails, by a bad day or by the backup: not the steady worker's, and not another folder's. */
function losesSyncState({ errors, user, request = '' }: LoggedRequest): boolean {
	return errors.includes(SYNC_STATE_LOST) && user === ANNA && request.includes(folderIdOf(server, 'email'));
}

function storedMails(): StoredFolder {
	return storedFolder(other.fact('cursor'), ANNA, folderIdOf(server, 'email'));
}

function readLog(): number {
	for (const request of log.ended()) {
		requests++;
		if (!healed) strikes.note(request);
		if (losesSyncState(request)) lostMails.lost(storedMails());
		pauseWatch.note(request);
	}
	if (lostMails.isOpen) {
		for (const { subject, deleted } of other.rows()) if (deleted === 0) oracle.syncStateLost(subject);
		lostMails.look(storedMails());
	}
	return log.underWay;
}

async function comeToRest(): Promise<boolean> {
	other.setFact('quietSince', '');
	for (const end = Date.now() + LONGEST_WAY_TO_REST_MS; Date.now() < end; await wait(200)) {
		readLog();
		const dirty = other.rows().some((row) => row.dirty === 1);
		const since = Number(other.fact('quietSince') || Number.POSITIVE_INFINITY);
		if (!dirty && Date.now() - since >= QUIET_MS) return true;
	}
	console.error('dirty rows:', other.rows().filter((row) => row.dirty === 1).map((row) => row.rowId));
	return false;
}

/** What came of a create after the last push of its record goes with the next. */
async function comeToRestOnceMore(): Promise<boolean> {
	other.pushAllAgain();
	return await comeToRest();
}

await workers.allAtWork();
server.control.inject(...days);
const begun = Date.now();
const lasts = options.minutes * 60_000;
/** What happens once in a run, and after which part of it. */
const once: Array<{ after: number; happens: () => void | Promise<void> }> = [
	{ after: 0.25, happens: () => server.control.inject(REFUSED_IN_A_ROW) },
	{ after: 0.5, happens: () => server.control.backup() },
	{ after: 0.5 + BACKUP_AGE_MS / lasts, happens: () => restoreBackup(server, oracle, days, readLog) },
	{ after: 0.75, happens: () => server.control.inject(THROTTLED_UNTOLD) },
];
let nextKill = begun + 4_000;
while (Date.now() < begun + lasts) {
	users.act();
	readLog();
	const due = once[0];
	if (due !== undefined && Date.now() >= begun + due.after * lasts) await once.shift()?.happens();
	if (Date.now() > nextKill) {
		workers.killOne(random);
		nextKill = Date.now() + 4_000 + random() * 12_000;
	}
	await wait(20 + random() * 150);
}

readLog();
server.control.heal();
healed = true;
other.setFact('healed', 'yes');
const rested = (await comeToRest()) && (await comeToRestOnceMore());
await workers.askSteady();
workers.stop();
readLog();
const pauses = pauseWatch.judged();
/** What must not be nought, or the run was no proof of anything. */
const mustHaveBeen = { kills: workers.kills, events: other.counts()['pull: events'] ?? 0, 'deletes by users of Exchange': other.counts()['user of Exchange: deletes'] ?? 0, 'pauses of the steady worker': pauses.pauses.length, 'things that must be on both sides': oracle.counts()['must be on both sides'] };
const failures = [
	...Object.entries(mustHaveBeen).flatMap(([what, count]) => (count === 0 ? [`the run proves little: there were no ${what}`] : [])),
	...(rested ? [] : ['it did not come to rest']),
	...oracle.differences(thingsInExchange(server), thingsInOtherSystem(other.rows())),
	...pauses.violations,
	...strikes.dead(),
	...(workers.steadyEnded ? ['the steady worker ended'] : []),
	...workers.ended,
	...grown(workers.resources, options.minutes),
	...(await server.control.schemaViolations()).map(({ where, operation, message }) => `against Microsoft's schema: ${where} ${operation ?? ''}: ${message}`),
	...server.exchange.outbox.map((sent) => `was sent to somebody: ${JSON.stringify(sent).slice(0, 200)}`),
];
printReport({ options, actions: users.actions, requests, workers, strikes, oracle, other, lostMails, pauses, failures });
other.close();
await server.close();
rmSync(folder, { recursive: true, force: true });
process.exit(failures.length === 0 ? 0 : 1);
