import { DEMO_CHANGING_SERIES } from '../exchange-server/calendar/demo-calendar.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { findDataTable, readRows } from '../n8n-harness/data-tables.mts';
import type { RestClient } from '../n8n-harness/rest-client.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import type { Census, DemoKind } from './census.mts';
import { ARRIVALS } from './figures.mts';

/**
 * What a user does in Outlook while the sync is at work, and what the rules have to make of it: a series gets another pattern (it is left out from
 * then on), an email is deleted (its row is marked) and restored from the bin (it does not come back).
 *
 * @returns what is expected from now on
 */
export async function playScenes(running: RunningExchange, client: RestClient, mailbox: string, before: Record<DemoKind, Census>): Promise<Record<DemoKind, Census>> {
	const calendar = running.control.calendar(mailbox);
	const [series] = calendar.find(DEMO_CHANGING_SERIES);
	if (series === undefined) throw new Error(`The calendar has no series ${DEMO_CHANGING_SERIES}`);
	calendar.changePattern(series, { pattern: { kind: 'Daily', interval: 3 } });

	const outlook = running.control.outlook(mailbox);
	const email = outlook.items('inbox').find(({ kind, isDraft, itemClass, messageId }) => kind === 'Message' && !isDraft && itemClass === 'IPM.Note' && messageId !== undefined);
	if (email === undefined) throw new Error('The Inbox has no email to delete');
	const binned = outlook.remove(email.id);
	await waitUntil(async () => await isMarkedDeleted(client, email.messageId), { what: `the delete of ${email.subject}`, timeoutMs: 90_000, everyMs: 1000 });
	if (binned !== undefined) outlook.restore(binned);
	return {
		...before,
		email: withRule(before.email, 'restore-not-synced'),
		appointment: withRule(before.appointment, 'series-pattern-changed'),
	};
}

async function isMarkedDeleted(client: RestClient, messageId: string | undefined): Promise<boolean> {
	const table = await findDataTable(client, ARRIVALS.email);
	if (table === undefined) return false;
	return (await readRows(client, table)).some((row) => row['messageId'] === messageId && row['deleted'] === true);
}

/** One item more that a rule leaves out; what had arrived before stays in the other system. */
function withRule(census: Census, rule: string): Census {
	return { ...census, excluded: { ...census.excluded, [rule]: (census.excluded[rule] ?? 0) + 1 } };
}
