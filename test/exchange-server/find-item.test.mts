import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningExchange } from './startExchange.mts';
import { folderId } from './store/ids.mts';
import { startExchange } from './startExchange.mts';
import { findRequest, TestClient } from './testClient.mts';

const ANNA = 'anna@example.test';
const SET = 'c11ff724-aa03-4555-9952-8fa248a11c3e';
let server: RunningExchange;
let client: TestClient;

beforeAll(async () => {
	server = await startExchange({ users: [{ address: ANNA, password: 'secret', name: 'Anna Berg' }], now: new Date('2026-03-02T08:00:00Z') });
	client = new TestClient(server);
	const outlook = server.control.outlook(ANNA);
	outlook.create({ subject: 'Alpha', from: { name: 'Clara Weiß', address: 'clara@kunde.example' }, received: '2026-01-01T10:00:00Z', isRead: true, importance: 'High', categories: ['Kunde', 'Wichtig'] });
	outlook.create({ subject: 'beta', from: { name: 'Bob', address: 'bob@kunde.example' }, received: '2026-01-02T10:00:00Z', text: 'x'.repeat(9_000) });
	outlook.create({ subject: 'Gamma Überraschung', from: { name: 'Bob', address: 'bob@kunde.example' }, received: '2026-01-03T10:00:00Z', attachments: [{ name: 'a', content: 'a' }] });
	const stamped = outlook.create({ subject: 'delta', received: '2026-01-04T10:00:00Z' });
	stamped.extended[`set:${SET}:name:Stamp`] = { type: 'String', value: `k1:${'s'.repeat(400)}` };
	stamped.extended[`set:${SET}:name:Rank`] = { type: 'Integer', value: '12' };
	outlook.create({ folder: 'sentitems', subject: 'sent', received: '2026-01-05T10:00:00Z' });
	outlook.createFolder('Many');
	for (let index = 0; index < 1_100; index += 1) outlook.create({ folder: 'Many', subject: `m${index}` });
});
afterAll(async () => {
	await server.close();
});

const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
const stamp = (name: string, type: string): string => `<t:ExtendedFieldURI PropertySetId="${SET}" PropertyName="${name}" PropertyType="${type}"/>`;
const constant = (value: string): string => `<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant>`;
const compare = (operator: string, path: string, value: string): string => `<t:${operator}>${path}${constant(value)}</t:${operator}>`;
const contains = (path: string, value: string, mode = 'Substring', comparison = 'IgnoreCase'): string => `<t:Contains ContainmentMode="${mode}" ContainmentComparison="${comparison}">${path}<t:Constant Value="${value}"/></t:Contains>`;

async function matching(restriction: string): Promise<string[]> {
	return (await client.find({ restriction })).subjects.sort();
}

describe('FindItem restrictions', () => {
	it.each([
		['IsEqualTo on text ignores case', compare('IsEqualTo', field('item:Subject'), 'ALPHA'), ['Alpha']],
		['IsNotEqualTo', compare('IsNotEqualTo', field('item:Importance'), 'High'), ['Gamma Überraschung', 'beta', 'delta']],
		['IsEqualTo on a boolean', compare('IsEqualTo', field('message:IsRead'), 'true'), ['Alpha']],
		['IsGreaterThan on an instant', compare('IsGreaterThan', field('item:DateTimeReceived'), '2026-01-02T10:00:00Z'), ['Gamma Überraschung', 'delta']],
		['IsGreaterThanOrEqualTo', compare('IsGreaterThanOrEqualTo', field('item:DateTimeReceived'), '2026-01-03T10:00:00Z'), ['Gamma Überraschung', 'delta']],
		['IsLessThan', compare('IsLessThan', field('item:DateTimeReceived'), '2026-01-02T10:00:00Z'), ['Alpha']],
		['IsLessThanOrEqualTo', compare('IsLessThanOrEqualTo', field('item:DateTimeReceived'), '2026-01-02T10:00:00Z'), ['Alpha', 'beta']],
		['a number', compare('IsGreaterThan', field('item:Size'), '8000'), ['beta']],
		['categories, any of them', compare('IsEqualTo', field('item:Categories'), 'wichtig'), ['Alpha']],
		['And', `<t:And>${compare('IsEqualTo', field('message:IsRead'), 'false')}${contains(field('message:From'), 'bob')}</t:And>`, ['Gamma Überraschung', 'beta']],
		['Or', `<t:Or>${compare('IsEqualTo', field('item:Subject'), 'beta')}${compare('IsEqualTo', field('item:Subject'), 'delta')}</t:Or>`, ['beta', 'delta']],
		['Not', `<t:Not>${compare('IsEqualTo', field('item:HasAttachments'), 'false')}</t:Not>`, ['Gamma Überraschung']],
		['Contains Prefixed', contains(field('item:Subject'), 'gam', 'Prefixed'), ['Gamma Überraschung']],
		['Contains FullString', contains(field('item:Subject'), 'gam', 'FullString'), []],
		['Contains exactly', contains(field('item:Subject'), 'gamma', 'Substring', 'Exact'), []],
		['Contains without accents', contains(field('item:Subject'), 'uberrasch', 'Substring', 'Loose'), ['Gamma Überraschung']],
		['Contains PrefixOnWords', contains(field('item:Subject'), 'überr', 'PrefixOnWords'), ['Gamma Überraschung']],
		['Exists on an extended property', `<t:Exists>${stamp('Stamp', 'String')}</t:Exists>`, ['delta']],
		['a prefix of an extended property', contains(stamp('Stamp', 'String'), 'k1:', 'Prefixed', 'Exact'), ['delta']],
		['an extended number', compare('IsGreaterThan', stamp('Rank', 'Integer'), '9'), ['delta']],
		['Excludes', `<t:Excludes><t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Bitmask Value="0x10"/></t:Excludes>`, ['Alpha', 'beta', 'delta']],
	])('%s', async (_, restriction, expected) => {
		expect(await matching(restriction)).toEqual([...expected].sort());
	});

	it('refuses Exists on IsDraft and a query on the body\'s structure', async () => {
		expect(await client.code(findRequest({ restriction: `<t:Exists>${field('item:IsDraft')}</t:Exists>` }))).toBe('ErrorInvalidPropertyForExists');
		expect(await client.code(findRequest({ restriction: `<t:Exists>${field('item:Attachments')}</t:Exists>` }))).toBe('ErrorUnsupportedPathForQuery');
	});
});

describe('FindItem', () => {
	it('sorts, and without a sort order gives the newest first', async () => {
		expect((await client.find({})).subjects).toEqual(['delta', 'Gamma Überraschung', 'beta', 'Alpha']);
		const order = `<t:FieldOrder Order="Ascending">${field('message:From')}</t:FieldOrder><t:FieldOrder Order="Descending">${field('item:Subject')}</t:FieldOrder>`;
		expect((await client.find({ sort: order })).subjects).toEqual(['delta', 'Gamma Überraschung', 'beta', 'Alpha']);
	});

	it('pages by index and counts', async () => {
		const view = (offset: number): string => `<m:IndexedPageItemView MaxEntriesReturned="3" Offset="${offset}" BasePoint="Beginning"/>`;
		const first = await client.find({ view: view(0) });
		expect(first.subjects).toHaveLength(3);
		expect(first.root.attributes).toMatchObject({ IndexedPagingOffset: '3', TotalItemsInView: '4', IncludesLastItemInRange: 'false' });
		const second = await client.find({ view: view(3) });
		expect(second.subjects).toEqual(['Alpha']);
		expect(second.root.attributes.IncludesLastItemInRange).toBe('true');
	});

	it('answers for each of several folders', async () => {
		const { messages } = await client.send(findRequest({ folder: 'inbox,sentitems' }));
		expect(messages.map(({ element }) => element.children.find(({ name }) => name === 'RootFolder')?.attributes.TotalItemsInView)).toEqual(['4', '1']);
	});

	it('returns at most 1,000 rows, and 250 with a restriction', async () => {
		const many = server.control.outlook(ANNA).folder('Many');
		const request = (restriction: string): string => findRequest({ restriction }).replace('<t:DistinguishedFolderId Id="inbox"/>', `<t:FolderId Id="${folderId(server.control.outlook(ANNA).mailbox.guid, many.number)}"/>`);
		const count = async (restriction: string): Promise<number> => ((await client.send(request(restriction))).text.match(/<t:Message>/g) ?? []).length;
		expect(await count('')).toBe(1_000);
		expect(await count(compare('IsNotEqualTo', field('item:Subject'), 'nothing'))).toBe(250);
	});

	it('cuts strings of a table at 255 characters and knows only names of senders; GetItem gives all', async () => {
		const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field('message:From')}${stamp('Stamp', 'String')}</t:AdditionalProperties>`;
		const { text } = await client.send(findRequest({ shape }));
		expect(/<t:Value>(k1:s+)</.exec(text)?.[1]).toHaveLength(255);
		expect(text).toContain('<t:From><t:Mailbox><t:Name>Clara Weiß</t:Name></t:Mailbox></t:From>');
		const [first] = server.control.outlook(ANNA).items('inbox').filter(({ subject }) => subject === 'delta');
		const got = await client.send(`<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${first!.id}"/></m:ItemIds></m:GetItem>`);
		expect(/<t:Value>(k1:s+)</.exec(got.text)?.[1]).toHaveLength(403);
	});
});
