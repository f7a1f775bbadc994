import { describe, expect, it } from 'vitest';

import type { EmailFlag, EmailRecord } from '../../../src/records/email.ts';
import { email } from '../../sync/records.mts';
import { told } from '../../usual-connector.mts';
import { type ConnectorBench, NOW, onlyRecord, useBenches } from './connector-bench.mts';

const bench = useBenches();
const TODAY = new Date(NOW).toISOString().slice(0, 10);

/** The flag as Exchange has it. */
async function flagOf(office: ConnectorBench): Promise<EmailFlag> {
	const other = office.another({ ...office.connector.settings, name: 'Other', connectorId: 'other' });
	return (onlyRecord(await other.pull(undefined, office.pullOptions())) as EmailRecord).flag;
}

async function pushed(office: ConnectorBench, more: object): Promise<string> {
	const { outcome, message } = await office.pushOne('email', { externalId: 'm1', record: { ...email(), ...more } });
	return outcome === 'failed' ? message : outcome;
}

describe('flags of emails', () => {
	it.each(['with a push in between', 'at once'])('the day of completion is what the record says, and a change of it is a change (%s)', async (when) => {
		const office = await bench();
		await office.pull();
		await pushed(office, when === 'at once' ? { flag: { status: 'complete', completeDate: '2026-02-20' } } : {});
		expect(await pushed(office, { flag: { status: 'complete', completeDate: '2026-02-20' } })).toBe(when === 'at once' ? 'unchanged' : 'updated');
		expect(await pushed(office, { flag: { status: 'complete', completeDate: '2026-02-19' } })).toBe('updated');
		expect(await flagOf(office)).toEqual({ status: 'complete', completeDate: '2026-02-19' });
		expect(told(await office.pull())).toEqual([]);
	});

	it('a record that says no day of completion leaves the one that Exchange has', async () => {
		const office = await bench();
		await office.pull();
		await pushed(office, { flag: 'complete' });
		expect(await flagOf(office)).toEqual({ status: 'complete', completeDate: TODAY });
		expect(told(await office.pull())).toEqual([]);
		office.advance(3 * 86_400_000);
		expect(await pushed(office, { flag: 'complete', categories: ['Red'] })).toBe('updated');
		expect(await flagOf(office)).toEqual({ status: 'complete', completeDate: TODAY });
		expect(told(await office.pull())).toEqual([]);
		expect(await pushed(office, { flag: 'complete', categories: ['Red'] })).toBe('unchanged');
	});

	it.each(['startDate', 'dueDate'])('a flag with one day alone (%s) gets it as the other, too: EWS takes both or none', async (field) => {
		const office = await bench();
		await office.pull();
		expect(await pushed(office, { flag: { status: 'flagged', [field]: '2026-03-06' } })).toBe('created');
		expect(await flagOf(office)).toEqual({ status: 'flagged', startDate: '2026-03-06', dueDate: '2026-03-06' });
		expect(told(await office.pull())).toEqual([]);
		expect(await pushed(office, { flag: { status: 'flagged', [field]: '2026-03-07' } })).toBe('updated');
		expect(await flagOf(office)).toEqual({ status: 'flagged', startDate: '2026-03-07', dueDate: '2026-03-07' });
		expect(await pushed(office, { flag: 'flagged' })).toBe('updated');
		expect(await flagOf(office)).toEqual({ status: 'flagged' });
		expect(told(await office.pull())).toEqual([]);
	});

	it("the day that a record leaves open stays as Exchange's user has set it", async () => {
		const office = await bench();
		await pushed(office, { flag: { status: 'flagged', startDate: '2026-03-02', dueDate: '2026-03-06' } });
		expect(await pushed(office, { flag: { status: 'flagged', dueDate: '2026-03-06' }, isRead: true })).toBe('updated');
		expect(await flagOf(office)).toEqual({ status: 'flagged', startDate: '2026-03-02', dueDate: '2026-03-06' });
	});
});
