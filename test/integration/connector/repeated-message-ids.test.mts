import { describe, expect, it } from 'vitest';

import { isDerivedEmailKey } from '../../../src/records/email-key.ts';
import { email } from '../../sync/records.mts';
import { ANNA, type ConnectorBench, onlyRecord, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

function mail(subject: string, ...headers: string[]): string {
	return ['From: Bert <bert@example.org>', `To: ${ANNA}`, `Subject: ${subject}`, 'Date: Sun, 1 Mar 2026 10:00:00 +0000', ...headers, '', `Text of ${subject}`, ''].join('\r\n');
}

async function keysBySubject(office: ConnectorBench): Promise<Record<string, string>> {
	return Object.fromEntries((await office.pull()).events.map(({ record }) => [record?.subject ?? '', record?.key ?? '']));
}

describe('Message-IDs that are missing or repeated', () => {
	it('two mails with one Message-ID have two keys, also after one of them was changed, moved and read', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Direct', 'Message-ID: <one@x>'));
		const list = await office.control.deliver(ANNA, mail('List', 'Message-ID: <one@x>'));
		const keys = await keysBySubject(office);
		expect(keys['Direct']).toBe('<one@x>');
		expect(isDerivedEmailKey(keys['List'] ?? '')).toBe(true);
		office.outlook().edit(list, { categories: ['Red'] });
		expect(await keysBySubject(office)).toEqual({ List: keys['List'] });
		const moved = office.outlook().move(office.outlook().idOf(list), 'sentitems');
		expect(await keysBySubject(office)).toMatchObject({ List: keys['List'] });
		office.outlook().edit(moved, { isRead: true });
		expect(await keysBySubject(office)).toEqual({ List: keys['List'] });
	});

	it('the own copy in Sent Items and the one that came in are two mails', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('To myself', 'Message-ID: <self@x>'), 'sentitems');
		await office.control.deliver(ANNA, mail('To myself', 'Message-ID: <self@x>'));
		const keys = (await office.pull()).events.map(({ record }) => record?.key ?? '');
		expect(keys.filter((key) => key === '<self@x>')).toHaveLength(1);
		expect(new Set(keys).size).toBe(2);
	});

	it('deleting one of the two names that one, and a later arrival under the same Message-ID is new, not restored', async () => {
		const office = await bench();
		const direct = await office.control.deliver(ANNA, mail('Direct', 'Message-ID: <one@x>'));
		const id = office.outlook().idOf(direct);
		await office.pull();
		office.outlook().remove(id);
		expect((await office.pull()).events.map(({ envelope }) => [envelope.event, envelope.exchangeId])).toEqual([['deleted', id]]);
		await office.control.deliver(ANNA, mail('List', 'Message-ID: <one@x>'));
		expect(told(await office.pull())).toEqual(['created List']);
	});

	it('without a Message-ID the key comes from the content and is the same each time; a second mail with the same content has another', async () => {
		const office = await bench();
		const first = await office.control.deliver(ANNA, mail('No id'));
		const { key } = onlyRecord(await office.pull());
		expect(isDerivedEmailKey(key)).toBe(true);
		office.outlook().edit(first, { isRead: true });
		expect(onlyRecord(await office.pull()).key).toBe(key);
		await office.control.deliver(ANNA, mail('No id'));
		const second = onlyRecord(await office.pull()).key;
		expect(isDerivedEmailKey(second) && second !== key).toBe(true);
	});

	it('pushed records with one Message-ID become two items, each of which is found again', async () => {
		const office = await bench();
		const items = ['Direct', 'List'].map((subject) => ({ externalId: subject, record: email({ key: '<one@x>', subject }) }));
		expect((await office.push('email', items)).map(({ outcome }) => outcome)).toEqual(['created', 'created']);
		expect((await office.push('email', items)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
		await office.push('email', items.map((item) => ({ ...item, record: { ...item.record, categories: [item.externalId] } })));
		expect(office.outlook().items('inbox').map(({ subject, categories }) => [subject, ...categories])).toEqual([['Direct', 'Direct'], ['List', 'List']]);
		expect(told(await office.pull())).toEqual([]);
	});

	it('what was pulled under a derived key is written back into the same mail', async () => {
		const office = await bench();
		await office.control.deliver(ANNA, mail('Direct', 'Message-ID: <one@x>'));
		await office.control.deliver(ANNA, mail('List', 'Message-ID: <one@x>'));
		const list = (await office.pull()).events.find(({ record }) => record?.subject === 'List')!;
		const { exchangeId, changeKey } = list.envelope;
		expect(await office.pushOne('email', { externalId: 'row-2', exchangeId, changeKey, record: { ...list.record, categories: ['Red'] } })).toMatchObject({ outcome: 'updated', exchangeId });
		expect(office.outlook().items('inbox').map(({ subject, categories, messageId }) => [subject, messageId, ...categories])).toEqual([['Direct', '<one@x>'], ['List', '<one@x>', 'Red']]);
		expect(told(await office.pull())).toEqual([]);
	});
});
