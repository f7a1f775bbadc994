import { describe, expect, it } from 'vitest';

import type { EmailRecord } from '../../../src/records/email.ts';
import { itIsLarge, rows } from '../../quick-look.mts';
import { appointment, email, task } from '../../sync/records.mts';
import { ANNA, BEN, type ConnectorBench, onlyEvent, PASSWORD, useBenches } from './connector-bench.mts';
import { told } from '../../usual-connector.mts';

const bench = useBenches();

async function deliver(office: ConnectorBench, ...subjects: string[]): Promise<void> {
	for (const subject of subjects) await office.control.deliver(ANNA, `From: Bert <bert@example.org>\nTo: ${ANNA}\nSubject: ${subject}\nMessage-ID: <${subject}@x>\n\nText of ${subject}\n`);
}

/** The one fault a pull ended with, without any secret. */
async function faultOf(office: ConnectorBench) {
	const { failedAccounts, outcomes, events } = await office.pull();
	expect(events).toEqual([]);
	expect(failedAccounts).toHaveLength(1);
	expect(JSON.stringify([outcomes, failedAccounts[0]!.fault.message, String(failedAccounts[0]!.fault.stack)])).not.toContain(PASSWORD);
	return failedAccounts[0]!.fault;
}

describe('a server that is not to be had', () => {
	it('connector-url: another page, another path, nobody there', async () => {
		const office = await bench();
		const settings = office.connector.settings;
		office.reopen({ ...settings, url: `${office.server.origin}/owa/` });
		expect(await faultOf(office)).toMatchObject({ reason: 'notTheService' });
		office.reopen({ ...settings, url: 'http://127.0.0.1:9/EWS/Exchange.asmx', timeoutMs: 2_000 });
		expect((await faultOf(office)).reason).toBe('unavailable');
		expect(await office.pushOne('email', { externalId: 'm1', record: email() })).toMatchObject({ outcome: 'failed', externalId: 'm1' });
		expect(() => office.reopen({ ...settings, url: `http://anna:${PASSWORD}@exchange.example.test/` })).not.toThrow(PASSWORD);
		office.reopen(settings);
		await deliver(office, 'Afterwards');
		expect(told(await office.pull())).toEqual(['created Afterwards']);
	});

	it('a certificate that is not trusted ends the connection before a password is sent; a given authority is trusted', async () => {
		const office = await bench({ server: { https: true } });
		expect(await faultOf(office)).toMatchObject({ reason: 'tls', retry: { can: false } });
		expect(office.requests()).toEqual([]);
		office.reopen({ ...office.connector.settings, tls: { ignoreCertificate: false, ca: office.server.certificate! } });
		await deliver(office, 'Trusted');
		expect(told(await office.pull())).toEqual(['created Trusted']);
		office.reopen({ ...office.connector.settings, tls: { ignoreCertificate: true } });
		await deliver(office, 'Ignored');
		expect(told(await office.pull())).toEqual(['created Ignored']);
	});

	it('a login page instead of an answer is told as such', async () => {
		const office = await bench();
		office.control.inject({ times: 100, do: { effect: 'http', status: 200, body: '<html><body><form action="/owa/auth.owa">Sign in</form></body></html>' } });
		expect((await faultOf(office)).reason).toBe('notTheService');
	});
});

describe('logon-limit', () => {
	const wrong = (office: ConnectorBench, password: string) => ({ ...office.connector.settings, authentication: { method: 'basic' as const, login: { user: ANNA, password }, loginByMailbox: {} } });

	it('logon-limit: after three refused logons the account pauses, and not one request more is sent; another password resumes at once', async () => {
		const office = await bench({ server: {} });
		const settings = office.connector.settings;
		for (let poll = 1; poll <= 3; poll++) {
			office.reopen(wrong(office, 'wrong'));
			expect((await faultOf(office)).reason).toBe('logonRefused');
			expect(office.requests().length).toBe(1);
		}
		for (let poll = 1; poll <= 3; poll++) {
			office.reopen(wrong(office, 'wrong'));
			const fault = await faultOf(office);
			expect([fault.reason, fault.code]).toEqual(['logonRefused', 'LogonLimit']);
			expect(fault.message).toContain('logon-limit');
			expect((await office.pushOne('email', { externalId: 'm1', record: email() })).outcome).toBe('failed');
		}
		expect(office.requests()).toEqual([]);
		office.advance(61 * 60_000);
		office.reopen(wrong(office, 'wrong'));
		expect((await faultOf(office)).reason).toBe('logonRefused');
		expect(office.requests().length).toBe(1);
		office.reopen(settings);
		await deliver(office, 'Right');
		expect(told(await office.pull())).toEqual(['created Right']);
	});

	it('logon-limit: parallel work with a wrong password counts once, and the other accounts go on', async () => {
		const office = await bench({ server: {}, accounts: [{ account: 'anna', mailbox: ANNA }, { account: 'ben', mailbox: BEN }] });
		office.reopen({ ...office.connector.settings, authentication: { method: 'basic', login: { user: ANNA, password: 'wrong too' }, loginByMailbox: { [BEN]: { user: BEN, password: PASSWORD } } } });
		await office.control.deliver(BEN, 'From: bert@example.org\nTo: ben@example.test\nSubject: For Ben\nMessage-ID: <ben@x>\n\nHi\n');
		const { events, failedAccounts } = await office.pull();
		expect(told({ events })).toEqual(['created For Ben']);
		expect(failedAccounts.map(({ account, fault }) => [account, fault.reason])).toEqual([['anna', 'logonRefused']]);
		expect(office.requests().filter(({ status }) => status === 401)).toHaveLength(1);
	});
});

describe('answers that go wrong', () => {
	it.each(rows([
		['an empty 500', { effect: 'http', status: 500 } as const],
		['a 503', { effect: 'http', status: 503 } as const],
		['a connection cut before the server acts', { effect: 'drop', when: 'before' } as const],
		['a connection cut in the middle of the answer', { effect: 'drop', when: 'during' } as const],
		['an answer that ends early', { effect: 'truncate' } as const],
		['a transient fault', { effect: 'fault', code: 'ErrorInternalServerTransientError' } as const],
	]))('%s: nothing is lost, nothing comes twice', async (_, effect) => {
		const office = await bench();
		await deliver(office, 'One', 'Two');
		office.control.inject({ operation: ['SyncFolderItems', 'GetItem', 'FindItem'], times: 2, do: effect });
		const seen: string[] = [];
		for (let poll = 0; poll < 4; poll++) seen.push(...told(await office.pull()));
		expect(seen.sort()).toEqual(['created One', 'created Two']);
	});

	it.each([
		['&#x1;', '&#x1;'],
		['&#11;', '&#11;'],
		['&#xFFFE;', '&#xFFFE;'],
		['&#xD800;', '&#xD800;'],
		['U+0001 as it is', '\u0001'],
		['U+000B as it is', '\u000b'],
		['U+FFFE as it is', '\ufffe'],
		['U+FFFF as it is', '\uffff'],
	])('characters that XML forbids cost neither the item nor the folder, and are left out: %s', async (_, reference) => {
		const office = await bench();
		await deliver(office, 'One', 'Two');
		office.control.inject({ operation: 'GetItem', times: 100, do: { effect: 'illegal-characters', elements: ['Subject', 'Body', 'DisplayName'], reference } });
		const { events } = await office.pull();
		expect(office.control.faults.struck).toBeGreaterThan(0);
		expect(told({ events }).sort()).toEqual(['created One', 'created Two']);
		expect(events.map(({ record }) => (record as EmailRecord).text?.trim()).sort()).toEqual(['Text of One', 'Text of Two']);
	});

	it.each(['\u0001', '&#x1;'])('a character that XML forbids between the elements of an answer costs nothing either (%j)', async (character) => {
		const office = await bench();
		await deliver(office, 'One');
		office.control.inject({ operation: ['SyncFolderItems', 'GetItem'], times: 100, do: { effect: 'rewrite', replace: '</t:Message>', by: `${character}</t:Message>` } });
		expect(told(await office.pull())).toEqual(['created One']);
		expect(office.control.faults.struck).toBeGreaterThan(0);
	});

	it('a subject with a forbidden character can be pushed', async () => {
		const office = await bench();
		expect(await office.pushOne('email', { externalId: 'm1', record: email({ subject: 'A\u0001B\u000bC', text: 'x\u0002y\ud800z' }) })).toMatchObject({ outcome: 'created' });
		expect(await office.pushOne('task', { externalId: 't1', record: task({ subject: 'A\u0001B', text: 'x\u0002y' }) })).toMatchObject({ outcome: 'created' });
		expect(await office.pushOne('appointment', { externalId: 'a1', record: appointment({ subject: 'A\u0001B', location: '\u0008', text: 'x\u0002y' }) })).toMatchObject({ outcome: 'created' });
		expect(told(await office.pull())).toEqual([]);
	});

	it('a mail that vanishes between the listing and the reading holds nothing up', async () => {
		const office = await bench();
		await deliver(office, 'Stays', 'Vanishes');
		office.control.inject({ operation: 'GetItem', do: { effect: 'item', code: 'ErrorItemNotFound', indexes: [1] } });
		const { events, outcomes } = await office.pull();
		expect([events.length, outcomes]).toEqual([1, []]);
	});

	it('ErrorItemCorrupt of one item: read without what is damaged, or left; the others come', async () => {
		const office = await bench();
		await deliver(office, 'One', 'Damaged', 'Three');
		office.control.inject({ operation: 'GetItem', times: 1, do: { effect: 'item', code: 'ErrorItemCorrupt', indexes: [1] } });
		const { events, outcomes } = await office.pull();
		expect(events).toHaveLength(3);
		expect(outcomes).toEqual([]);
	});

	it('a batch that the server stopped half way is finished', async () => {
		const office = await bench();
		await deliver(office, 'One', 'Two', 'Three');
		office.control.inject({ operation: 'GetItem', do: { effect: 'batch-stopped', from: 1 } });
		const seen: string[] = [];
		for (let poll = 0; poll < 3; poll++) seen.push(...told(await office.pull()));
		expect(seen.sort()).toEqual(['created One', 'created Three', 'created Two']);
		office.control.inject({ operation: 'CreateItem', do: { effect: 'batch-stopped', from: 1 } });
		const items = [1, 2, 3].map((n) => ({ externalId: `m${n}`, record: email({ key: `<${n}@y>`, subject: `No ${n}` }) }));
		expect((await office.push('email', items)).map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);
		expect(office.outlook().items('inbox')).toHaveLength(6);
	});

	it('a sync state the server has forgotten: nothing is lost, deletes of calendars and tasks come out exactly', async () => {
		const office = await bench();
		const [kept, gone] = await office.push('task', [1, 2].map((n) => ({ externalId: `t${n}`, record: task({ subject: `Task ${n}` }) })));
		await deliver(office, 'Old');
		await office.pull();
		await office.pull();
		office.advance(3_600_000);
		await office.pull();
		office.advance(3_600_000);
		office.control.tasks(ANNA).deletePermanently(gone!.exchangeId!);
		office.control.tasks(ANNA).edit(kept!.exchangeId!, { importance: 'High' });
		office.control.tasks(ANNA).create({ subject: 'New task' });
		await deliver(office, 'New');
		office.control.inject({ operation: 'SyncFolderItems', times: 4, containing: 'SyncState', do: { effect: 'item', code: 'ErrorInvalidSyncStateData' } });
		const seen: string[] = [];
		for (let poll = 0; poll < 6; poll++) seen.push(...told(await office.pull()));
		office.control.heal();
		for (let poll = 0; poll < 3; poll++) seen.push(...told(await office.pull()));
		expect(seen).toContain('created New');
		expect(seen).toContain('created New task');
		expect(seen).not.toContain('updated Old');
		expect(seen.filter((line) => line.includes('Task 1'))).toEqual(['updated Task 1']);
		expect(seen.filter((line) => line.startsWith('deleted'))).toEqual([`deleted ${gone!.exchangeId}`]);
		expect(seen.filter((line) => line === 'created New')).toHaveLength(1);
	});

	itIsLarge('an attachment of 30 MB crosses in both directions', async () => {
		const office = await bench({ server: {} });
		const content = Buffer.alloc(30 * 1024 * 1024, 'Exchange 0123456789 ');
		await office.pushOne('email', { externalId: 'm1', record: email(), attachments: [{ name: 'big.bin', contentType: 'application/octet-stream', inline: false, content }] });
		const other = office.another({ ...office.connector.settings, connectorId: 'other' });
		const { record, attachments } = onlyEvent(await other.pull(undefined, office.pullOptions({ withAttachments: true })));
		expect((record as EmailRecord).attachments).toMatchObject([{ name: 'big.bin', size: content.length }]);
		expect(attachments[0]?.content?.equals(content)).toBe(true);
		const small = onlyEvent(await other.pull(undefined, office.pullOptions({ withAttachments: true, maxAttachmentBytes: 1_000_000 })));
		expect([small.attachments, (small.record as EmailRecord).attachments.length]).toEqual([[], 1]);
	}, 120_000);
});

describe('throttling', () => {
	it.each([
		['in a SOAP fault', { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 600_000 } as const],
		['of a single item', { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: 600_000 } as const],
		['hidden in another error', { effect: 'item', code: 'ErrorServerBusy', backOffMilliseconds: 600_000, hiddenIn: 'ErrorInternalServerError' } as const],
		['as Retry-After', { effect: 'http', status: 503, headers: { 'retry-after': '600' } } as const],
	])('a long pause that the server asks for %s is kept by the whole account, and nothing is lost', async (_, effect) => {
		const office = await bench({ server: {} });
		await deliver(office, 'One');
		office.control.inject({ operation: 'SyncFolderItems', do: effect });
		const first = await office.pull({ budgetMs: 2_000 });
		expect(first.events).toEqual([]);
		const until = Date.parse(first.summary.pausedUntil[ANNA] ?? '');
		expect(until - office.now).toBeGreaterThan(500_000);
		expect(until - office.now).toBeLessThanOrEqual(660_000);
		office.requests();
		for (let poll = 0; poll < 3; poll++) expect((await office.pull()).events).toEqual([]);
		expect(office.requests()).toEqual([]);
	});

	it('a short pause is waited for within the poll', async () => {
		const office = await bench();
		await deliver(office, 'One');
		office.control.inject({ operation: 'SyncFolderItems', do: { effect: 'fault', code: 'ErrorServerBusy', backOffMilliseconds: 300 } });
		const started = performance.now();
		expect(told(await office.pull())).toEqual(['created One']);
		expect(performance.now() - started).toBeGreaterThanOrEqual(290);
	});
});

describe('exactly once', () => {
	it.each([
		['email', { externalId: 'x1', record: email() }, 'inbox'],
		['appointment', { externalId: 'x1', record: appointment() }, 'calendar'],
		['task', { externalId: 'x1', record: task() }, 'tasks'],
	] as const)('the answer to the creation of an %s is lost: there is one item, and it is known', async (kind, item, folder) => {
		const office = await bench();
		office.control.inject({ operation: 'CreateItem', do: { effect: 'drop', when: 'acted' } });
		const outcomes = await office.push(kind, [item]);
		expect(outcomes).toHaveLength(1);
		expect(office.outlook().items(folder)).toHaveLength(1);
		const again = await office.pushOne(kind, item);
		expect(['created', 'unchanged']).toContain(again.outcome);
		expect(again.exchangeId).toBe(office.outlook().items(folder)[0]?.id);
		expect(office.outlook().items(folder)).toHaveLength(1);
		expect(told(await office.pull())).toEqual([]);
	});

	it.each([
		['email', { record: email() }, 'inbox'],
		['appointment', { record: appointment() }, 'calendar'],
		['task', { record: task() }, 'tasks'],
	] as const)('two workers that push the same %s at once leave one item', async (kind, item, folder) => {
		const office = await bench();
		const other = office.another();
		const items = [1, 2, 3, 4, 5, 6].map((n) => ({ ...item, attachments: [], externalId: `x${n}`, record: { ...item.record, subject: `No ${n}` } }));
		// One after the other in single steps: whoever is the later looks after the earlier has looked already.
		office.control.inject({ operation: 'CreateItem', nth: 2, do: { effect: 'stall', milliseconds: 400 } });
		const outcomes = (await Promise.all([office.connector, other].map((connector) => connector.push(kind, items as never, office.pushOptions())))).flat(2);
		expect(outcomes.filter(({ outcome }) => outcome === 'failed' || outcome === 'conflict')).toEqual([]);
		const left = office.outlook().items(folder);
		expect(left.map(({ subject }) => subject).sort()).toEqual(items.map(({ record }) => record.subject));
		for (const again of await office.push(kind, items)) {
			expect(again.outcome).toBe('unchanged');
			expect(left.map(({ id }) => id)).toContain(again.exchangeId);
		}
		expect(told(await office.pull())).toEqual([]);
		expect(office.control.outbox()).toEqual([]);
	});

	it('an update whose answer is lost is made once, and is no conflict', async () => {
		const office = await bench();
		await office.pushOne('task', { externalId: 't1', record: task() });
		office.control.inject({ operation: 'UpdateItem', do: { effect: 'drop', when: 'acted' } });
		await office.pushOne('task', { externalId: 't1', record: task({ subject: 'Changed' }) });
		expect(await office.pushOne('task', { externalId: 't1', record: task({ subject: 'Changed' }) })).toMatchObject({ outcome: 'unchanged' });
		expect(told(await office.pull())).toEqual([]);
	});
});
