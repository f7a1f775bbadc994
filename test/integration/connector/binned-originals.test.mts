import { describe, expect, it } from 'vitest';

import type { RecordKind } from '../../../src/records/common-fields.ts';
import { formatStamp, parseStamp } from '../../../src/sync/stamp.ts';
import { appointment, email, task } from '../../sync/records.mts';
import { type ConnectorBench, useBenches } from './connector-bench.mts';

const bench = useBenches();

const KINDS: ReadonlyArray<[RecordKind, string, (subject: string) => object]> = [
	['email', 'inbox', (subject) => email({ subject })],
	['appointment', 'calendar', (subject) => appointment({ subject })],
	['task', 'tasks', (subject) => task({ subject })],
];

/** A pushed item that its user has copied and then deleted, into the bin. */
async function copiedAndBinned(office: ConnectorBench, kind: RecordKind, folder: string, record: object): Promise<{ original: string; copy: string }> {
	const { exchangeId } = await office.pushOne(kind, { externalId: 'x1', record });
	office.advance(60_000);
	const copy = office.outlook().copy(exchangeId!, folder);
	office.advance(60_000);
	const binned = office.outlook().remove(exchangeId!);
	return { original: office.outlook().idOf(binned!), copy: office.outlook().idOf(copy) };
}

describe("a user's copy whose original lies in Deleted Items", () => {
	it.each(KINDS)('restore-not-synced: push leaves the copy alone (%s)', async (kind, folder, record) => {
		const office = await bench();
		await copiedAndBinned(office, kind, folder, record('As it was'));
		for (const subject of ['Changed', 'As it was']) expect(await office.pushOne(kind, { externalId: 'x1', record: record(subject) })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
		expect(office.outlook().items(folder).map((item) => item.subject)).toEqual(['As it was']);
		expect(office.outlook().items('deleteditems').map((item) => item.subject)).toEqual(['As it was']);
	});

	it.each(KINDS)('Delete leaves the copy alone, and deletes for good only what lies in Deleted Items (%s)', async (kind, folder, record) => {
		const office = await bench();
		const { original, copy } = await copiedAndBinned(office, kind, folder, record('As it was'));
		expect(await office.delete(kind, [{ externalId: 'x1' }])).toMatchObject([{ outcome: 'unchanged', exchangeId: original }]);
		expect(await office.delete(kind, [{ externalId: 'x1' }], { mode: 'permanently' })).toMatchObject([{ outcome: 'deleted', exchangeId: original }]);
		expect(office.outlook().items(folder).map(({ id }) => id)).toEqual([copy]);
		expect(office.outlook().items('deleteditems')).toEqual([]);
	});

	it('what lies in a folder below Deleted Items counts as well', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('task', { externalId: 'x1', record: task() });
		office.advance(60_000);
		office.outlook().copy(exchangeId!, 'tasks');
		const below = 'Deleted Items/Done';
		office.outlook().createFolder(below);
		office.outlook().move(exchangeId!, below);
		expect(await office.pushOne('task', { externalId: 'x1', record: task({ subject: 'Changed' }) })).toMatchObject({ outcome: 'skipped', rule: 'restore-not-synced' });
	});

	it('an original beside copies that lie in Deleted Items is the original still', async () => {
		const office = await bench();
		const { exchangeId } = await office.pushOne('task', { externalId: 'x1', record: task() });
		office.advance(60_000);
		office.outlook().remove(office.outlook().copy(exchangeId!, 'tasks'));
		expect(await office.pushOne('task', { externalId: 'x1', record: task({ subject: 'Changed' }) })).toMatchObject({ outcome: 'updated', exchangeId });
		expect(await office.delete('task', [{ externalId: 'x1' }])).toMatchObject([{ outcome: 'deleted', exchangeId }]);
	});

	it('another item that push created for the record takes the place of one in Deleted Items, and no copy of that one passes for it', async () => {
		const office = await bench();
		const { copy } = await copiedAndBinned(office, 'task', 'tasks', task());
		office.advance(60_000);
		// As a late create makes it: the same record, with a nonce of its own.
		const late = await lateCreate(office, copy);
		expect(await office.pushOne('task', { externalId: 'x1', record: task({ subject: 'Changed' }) })).toMatchObject({ outcome: 'updated', exchangeId: late });
		expect(office.outlook().items('tasks').map(({ id, subject }) => [id, subject]).sort()).toEqual([[copy, 'Write the report'], [late, 'Changed']].sort());
	});

	it.each(KINDS)('pull tells the copy as an item of its own, also where both came between two polls (%s)', async (kind, folder, record) => {
		const office = await bench();
		await office.pull();
		const { exchangeId } = await office.pushOne(kind, { externalId: 'x1', record: record('As it was') });
		await office.pull();
		office.advance(60_000);
		const copy = office.outlook().idOf(office.outlook().copy(exchangeId!, folder));
		office.advance(60_000);
		office.outlook().remove(exchangeId!);
		const { events } = await office.pull();
		expect(events.map(({ envelope }) => [envelope.event, envelope.exchangeId, envelope.externalId])).toEqual([['created', copy, undefined], ['deleted', exchangeId, undefined]]);
	});

	it('costs no request more than before', async () => {
		const office = await bench();
		const mailbox = { GetFolder: 1, FindFolder: 1 };
		await office.pushOne('task', { externalId: 'known', record: task() });
		office.operations();
		await office.pushOne('task', { externalId: 'new', record: task() });
		expect(office.operations()).toEqual({ ...mailbox, CreateItem: 1, FindItem: 2, GetItem: 1 });
		await office.pushOne('task', { externalId: 'known', record: task() });
		expect(office.operations()).toEqual({ ...mailbox, FindItem: 1 });
		await office.delete('task', [{ externalId: 'known' }]);
		expect(office.operations()).toEqual({ ...mailbox, FindItem: 1, GetItem: 1, DeleteItem: 1 });
	});
});

async function lateCreate(office: ConnectorBench, like: string): Promise<string> {
	const mailbox = await office.mailbox();
	const [read] = await mailbox.read('task', [like], { body: 'text', timeZone: 'Europe/Zurich' });
	const stamp = parseStamp(read?.ok === true ? read.value.stamp : undefined);
	const { id: folderId } = await mailbox.folder({ by: 'role', role: 'tasks' });
	const [created] = await mailbox.create('task', [{ record: task(), folderId, stamp: formatStamp({ ...stamp!, nonce: 'another1' }) }]);
	if (created?.ok !== true) throw new Error('not created');
	return created.value.id;
}
