/** People of an email whom Exchange names in a way that no new email could: what reading hands out comes back all the same. */
import { describe, expect, it } from 'vitest';

import type { MailAddress } from '../../../src/records/common-fields.ts';
import type { EmailRecord } from '../../../src/records/email.ts';
import { told } from '../../usual-connector.mts';
import { type ConnectorBench, onlyEvent, useBenches } from './connector-bench.mts';

const bench = useBenches();

const BERT = { name: 'Bert', address: 'bert@example.org' };
const CAROL = { name: 'Carol', address: 'carol@example.test' };

const UNMAILABLE: ReadonlyArray<[string, MailAddress]> = [
	['an address that Exchange did not resolve', { name: 'Former Colleague', address: '/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=abc' }],
	['a name alone', { name: 'Undisclosed recipients', address: '' }],
	['an address without a domain', { name: '', address: 'MAILER-DAEMON' }],
	['a name that is too long for a new email', { name: 'x'.repeat(2_000), address: 'dora@example.test' }],
];

/** A mail that came in is pulled; what comes back of it says more. */
async function pulled(office: ConnectorBench, people: Partial<Pick<EmailRecord, 'from' | 'to' | 'cc'>>) {
	office.outlook().create({ subject: 'Hi', text: 'x', from: BERT, to: [CAROL], ...people });
	const { envelope, record } = onlyEvent(await office.pull());
	const { exchangeId, changeKey } = envelope;
	const back = (more: object) => ({ externalId: 'm1', exchangeId, changeKey, record: { ...record, ...more } });
	return { record: record as EmailRecord, back };
}

describe('people whom no new email could name', () => {
	it.each(UNMAILABLE)('%s is taken where the email is there: what else the record says is written', async (_what, person) => {
		const office = await bench();
		const { record, back } = await pulled(office, { to: [CAROL, person], cc: [person] });
		expect(record.to).toContainEqual(person);
		const outcome = await office.pushOne('email', back({ isRead: true, categories: ['Ours'], flag: { status: 'flagged' } }));
		expect([outcome.outcome, outcome.keptFields]).toEqual(['updated', undefined]);
		expect(office.outlook().items('inbox')).toMatchObject([{ isRead: true, categories: ['Ours'] }]);
		expect(told(await office.pull())).toEqual([]);
		// Known by its external id from now on.
		const { exchangeId: _exchangeId, changeKey: _changeKey, ...known } = back({ isRead: true, categories: ['Both'], flag: { status: 'flagged' } });
		expect(await office.pushOne('email', known)).toMatchObject({ outcome: 'updated' });
		expect(await office.pushOne('email', known)).toMatchObject({ outcome: 'unchanged' });
	});

	it('counts as the sender, too', async () => {
		const office = await bench();
		const from = { name: '', address: 'MAILER-DAEMON' };
		const { record, back } = await pulled(office, { from });
		expect(record.from).toEqual(from);
		expect(await office.pushOne('email', back({ isRead: true }))).toMatchObject({ outcome: 'updated' });
	});

	it('comes back unchanged', async () => {
		const office = await bench();
		const { back } = await pulled(office, { to: UNMAILABLE.map(([, person]) => person) });
		const outcome = await office.pushOne('email', back({}));
		expect([outcome.outcome, outcome.keptFields]).toEqual(['unchanged', undefined]);
	});

	it('is named as kept only where the record names other people than Exchange', async () => {
		const office = await bench();
		const { back } = await pulled(office, {});
		expect(await office.pushOne('email', back({ isRead: true, to: [UNMAILABLE[0]![1]] }))).toMatchObject({ outcome: 'updated', keptFields: ['to'] });
	});

	it.each(UNMAILABLE)('%s is refused where a new email would be created', async (_what, person) => {
		const office = await bench();
		const { record, back } = await pulled(office, { to: [person] });
		const refusal = { outcome: 'failed', code: 'InvalidRecord', externalId: 'm2', subject: 'Hi', message: expect.stringMatching(/^Email "Hi" .+ cannot be created: Field "to" is \{"name":.+, but must be .+\.$/) };
		expect(await office.pushOne('email', { externalId: 'm2', record })).toMatchObject(refusal);
		expect(office.outlook().items('inbox')).toHaveLength(1);
		office.outlook().remove(back({}).exchangeId!, 'hard');
		// Gone meanwhile: it is not created anew either.
		expect(await office.pushOne('email', back({ isRead: true }))).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
	});

	it('as a person types them they are refused in any case', async () => {
		const office = await bench();
		const { back } = await pulled(office, {});
		for (const to of ['MAILER-DAEMON', ['MAILER-DAEMON'], [{ name: 'Undisclosed' }]])
			expect(await office.pushOne('email', back({ isRead: true, to }))).toMatchObject({ outcome: 'failed', code: 'InvalidRecord', message: expect.stringContaining('cannot be taken: Field "to" is ') });
	});
});
