/**
 * `npm run kills -- --kills 50 [--durable] [--aimed] [--seed N]`: a real n8n is killed with SIGKILL again and again while the Exchange Trigger brings emails. Without
 * `--aimed` at random moments; with it between n8n's storing the cursor and its creating the execution. Ends with a table, and with 0 if nothing was lost,
 * nothing stands twice in the other system, and with durable cursors each email was in exactly one execution.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killSeries } from './series.mts';
import type { SeriesResult } from './series.mts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '50' }, durable: { type: 'boolean', default: false }, aimed: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } } });
const { durable, aimed } = values;
const kills = Number(values.kills);
const seed = Number(values.seed);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) throw new RangeError('--kills and --seed are whole numbers, --kills at least 1');

const folder = await mkdtemp(join(tmpdir(), 'exchange-kills-'));
const began = Date.now();
const seconds = (): string => ((Date.now() - began) / 1000).toFixed(0).padStart(5);
try {
	const result = await killSeries({ kills, durable, aimed, seed, folder, say: (line) => console.log(`${seconds()} s  ${line}`) });
	const broken = brokenPromises(result);
	console.log(`\nDurable cursors ${durable ? 'on' : 'off'}, kills ${aimed ? 'aimed at the window between cursor and execution' : 'at random moments'}, seed ${seed}, ${seconds().trim()} s\n`);
	for (const [what, figure] of table(result)) console.log(`${what.padEnd(66)} ${String(figure).padStart(6)}`);
	console.log(broken.length === 0 ? '\nNothing lost, nothing twice in the other system.' : `\n${broken.join('\n')}`);
	process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
	await rm(folder, { recursive: true, force: true });
}

function table(result: SeriesResult): Array<[string, number]> {
	return [
		['kills (SIGKILL)', result.kills],
		...(aimed
			? ([
					['kills with a batch between cursor and execution', result.inWindow],
					['  of these, cursor stored by itself already', result.cursorStored],
					['emails that n8n had no execution for when it died', result.withheld],
					['  of these, handed over by a later poll', result.withheldArrived],
				] satisfies Array<[string, number]>)
			: ([
					['kills before n8n was ready again', result.whileStarting],
					['starts that n8n ended itself, and that were made again', result.gaveUp],
				] satisfies Array<[string, number]>)),
		['emails delivered', result.delivered],
		['executions that the trigger started', result.executions],
		['  of these, cut off, shown as crashed and run again', result.crashed],
		['  of these, ended otherwise than well', result.ended.length],
		['emails in no execution', result.inNone.length],
		['emails in more than one execution', result.inSeveral.length],
		['emails missing in the other system', result.missingRows.length],
		['emails twice in the other system', result.doubleRows.length],
	];
}

function brokenPromises(result: SeriesResult): string[] {
	const some = (keys: readonly string[]): string => `${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ' …' : ''}`;
	return [
		result.kills < kills ? `Only ${result.kills} kills` : '',
		aimed && result.inWindow < kills ? `Only ${result.inWindow} kills hit the window` : '',
		aimed && !durable && result.cursorStored < kills ? `Only ${result.cursorStored} kills found the cursor stored` : '',
		result.ended.length > 0 ? `Executions that did not end well: ${some(result.ended)}` : '',
		result.inNone.length > 0 ? `LOST, in no execution: ${some(result.inNone)}` : '',
		result.missingRows.length > 0 ? `LOST, missing in the other system: ${some(result.missingRows)}` : '',
		result.doubleRows.length > 0 ? `TWICE in the other system: ${some(result.doubleRows)}` : '',
		durable && result.inSeveral.length > 0 ? `TWICE, in more than one execution: ${some(result.inSeveral)}` : '',
	].filter((line) => line !== '');
}
