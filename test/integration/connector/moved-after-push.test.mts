/** Items that push has written and a user moves: into a folder that is new, later than it was watched, or right after their first write. Told as created, then deleted, never as deleted alone. */
import { describe, expect, it } from 'vitest';

import { appointment, email } from '../../sync/records.mts';
import { CALENDAR, INBOX, told } from '../../usual-connector.mts';
import { ANNA, type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();
const MINUTE = 60_000;

/** What some polls, six minutes apart, tell. */
async function polls(office: ConnectorBench, count: number, more: Parameters<ConnectorBench['pull']>[0]): Promise<string[]> {
	const all: string[] = [];
	for (let poll = 0; poll < count; poll++) {
		office.advance(6 * MINUTE);
		all.push(...told(await office.pull(more)).map((event) => event.replace(/^deleted .*/, 'deleted')));
	}
	return all;
}

describe('a pushed item that is moved', () => {
	it.each(['appointment', 'email'] as const)('into a new subfolder of a watched folder: %s', async (kind) => {
		const office = await bench();
		const watched = { watches: [{ ...(kind === 'email' ? INBOX : CALENDAR), includeSubfolders: true }] };
		const top = office.outlook().folder(kind === 'email' ? 'inbox' : 'calendar').displayName;
		await polls(office, 1, watched);
		const { exchangeId = '' } = await office.pushOne(kind, { externalId: 'a1', record: kind === 'email' ? email({ subject: 'Pushed' }) : appointment({ subject: 'Pushed' }) });
		expect(await polls(office, 3, watched)).toEqual([]);
		office.advance(48 * 60 * MINUTE);
		office.outlook().createFolder(`${top}/Team`);
		office.outlook().move(exchangeId, `${top}/Team`);
		expect(await polls(office, 5, watched)).toEqual(['created Pushed', 'deleted']);
	});

	it('into a folder that is watched later, from its beginning', async () => {
		const office = await bench();
		const top = office.outlook().folder('calendar').displayName;
		office.outlook().createFolder(`${top}/Private`);
		const [alone, withSubfolders] = [false, true].map((includeSubfolders) => ({ watches: [{ ...CALENDAR, includeSubfolders }] }));
		await polls(office, 1, alone);
		const { exchangeId = '' } = await office.pushOne('appointment', { externalId: 'a1', record: appointment({ subject: 'Pushed' }) });
		expect(await polls(office, 2, alone)).toEqual([]);
		office.outlook().move(exchangeId, `${top}/Private`);
		expect(await polls(office, 2, alone)).toEqual(['deleted']);
		expect(await polls(office, 3, withSubfolders)).toEqual(['created Pushed']);
	});

	it('right after its first write, which was an update of what came from Exchange', async () => {
		const office = await bench();
		const watched = { watches: [{ ...INBOX, includeSubfolders: true }] };
		const top = office.outlook().folder('inbox').displayName;
		office.outlook().createFolder(`${top}/Projects`);
		await polls(office, 1, watched);
		await office.control.deliver(ANNA, 'From: b@example.org\r\nTo: a@example.test\r\nSubject: Offer\r\nMessage-ID: <offer@x>\r\n\r\nText\r\n');
		office.advance(6 * MINUTE);
		const { envelope, record } = onlyEvent(await office.pull(watched));
		office.advance(MINUTE);
		expect(await office.pushOne('email', { externalId: 'case-7', exchangeId: envelope.exchangeId, changeKey: envelope.changeKey, record: { ...record, subject: '[#7] Offer' } })).toMatchObject({ outcome: 'updated' });
		office.advance(20_000);
		office.outlook().move(envelope.exchangeId, `${top}/Projects`);
		expect(await polls(office, 5, watched)).toEqual(['created [#7] Offer', 'deleted']);
	});
});
