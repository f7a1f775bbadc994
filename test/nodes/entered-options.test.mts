import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { ExchangeAppointment } from '../../nodes/ExchangeAppointment/ExchangeAppointment.node.ts';
import { ExchangeEmail } from '../../nodes/ExchangeEmail/ExchangeEmail.node.ts';
import { ExchangeTask } from '../../nodes/ExchangeTask/ExchangeTask.node.ts';
import { basicCredential } from './harness/credentials.mts';
import { embeddedExchange, message, messageWithAttachment } from './harness/exchange.mts';
import { execute } from './harness/n8n-core.mts';

const server = embeddedExchange();
const outlook = () => server().control.outlook('anna@example.test');

async function run(nodeType: INodeType, parameters: IDataObject, items: IDataObject[] = [{}]): Promise<INodeExecutionData[]> {
	const [answers = []] = await execute({ nodeType, parameters, credentials: { exchangeEwsBasicApi: basicCredential(server().url) } }, items);
	return answers;
}

const email = (parameters: IDataObject, items?: IDataObject[]) => run(new ExchangeEmail(), parameters, items);
const appointment = (parameters: IDataObject, items?: IDataObject[]) => run(new ExchangeAppointment(), parameters, items);
const task = (parameters: IDataObject, items?: IDataObject[]) => run(new ExchangeTask(), parameters, items);

async function delivered(subject: string): Promise<string> {
	return outlook().idOf(await server().control.deliver('anna@example.test', message({ subject, id: subject.replaceAll(' ', '-') })));
}

/** As an expression gives it. */
const given = (value: unknown): string => `={{ ${JSON.stringify(value)} }}`;

describe('switches and choices as words', () => {
	it('filters of emails', async () => {
		const flagged = await delivered('Words: flagged');
		await delivered('Words: plain');
		outlook().edit(flagged, { isRead: true });
		await email({ operation: 'mark', marks: { flag: 'flagged' } }, [{ exchangeId: flagged }]);
		const subjects = async (filters: IDataObject) => (await email({ operation: 'getMany', filters: { subject: 'Words:', ...filters } })).map(({ json }) => json['subject']);
		for (const word of [true, 'true', 'TRUE', 'yes', '1', 1]) expect([word, await subjects({ flagged: given(word) })]).toEqual([word, ['Words: flagged']]);
		for (const word of ['false', 'no', 0]) expect([word, await subjects({ flagged: given(word) })]).toEqual([word, ['Words: plain']]);
		expect(await subjects({ readStatus: given('Unread') })).toEqual(['Words: plain']);
		expect(await subjects({ readStatus: given('READ') })).toEqual(['Words: flagged']);
		expect(await subjects({ hasAttachments: given('true') })).toEqual([]);
		for (const none of ['', ' ', null]) expect((await subjects({ flagged: given(none), readStatus: given(none), receivedAfter: given(none) })).sort()).toEqual(['Words: flagged', 'Words: plain']);
	});

	it('filters of tasks', async () => {
		await task({ operation: 'create', subject: 'Words: done', additionalFields: { status: 'completed' } });
		const subjects = async (word: string) => (await task({ operation: 'getMany', filters: { subject: 'Words:', taskStatus: given(word) } })).map(({ json }) => json['subject']);
		expect([await subjects('Completed'), await subjects('open')]).toEqual([['Words: done'], []]);
	});

	it('marks', async () => {
		const exchangeId = await delivered('To be marked');
		await email({ operation: 'mark', marks: { isRead: given('true'), importance: given('High'), flag: given('Not Flagged'), categories: given(['Red', 'Blue']) } }, [{ exchangeId }]);
		const [read] = await email({ operation: 'get' }, [{ exchangeId }]);
		expect(read?.json).toMatchObject({ isRead: true, importance: 'high', flag: { status: 'notFlagged' }, categories: ['Red', 'Blue'] });
	});

	it('options that say how an email is read', async () => {
		const mail = await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'File at a word', id: 'file-word', name: 'a.csv', content: 'x' }));
		const [read] = await email({ operation: 'get', options: { downloadAttachments: given('yes') } }, [{ exchangeId: outlook().idOf(mail) }]);
		expect(read?.binary?.['attachment_0']).toMatchObject({ fileName: 'a.csv' });
	});

	it('options of Get are those of each item, and items with equal ones share requests', async () => {
		const mail = await server().control.deliver('anna@example.test', messageWithAttachment({ subject: 'Read twice', id: 'read-twice', name: 'b.csv', content: 'x' }));
		const exchangeId = outlook().idOf(mail);
		const requests = async (files: boolean[]) => {
			server().control.clearRequests();
			const read = await email({ operation: 'get', options: { downloadAttachments: '={{ $json.file }}' } }, files.map((file) => ({ exchangeId, file })));
			expect(read.map(({ json, binary, pairedItem }) => [json['subject'], binary !== undefined, pairedItem])).toEqual(files.map((file, item) => ['Read twice', file, { item }]));
			return server().control.requests().filter(({ operation }) => operation === 'GetItem').length;
		};
		const alike = await requests([false, false, false, false]);
		expect(await requests([false, true, false, true, false])).toBe(2 * alike);
	});

	it('switches and choices that stand for themselves', async () => {
		await email({ operation: 'createDraft', subject: 'HTML at a word', format: given('HTML'), message: '<p>Bold</p>' });
		const [draft] = await email({ operation: 'getMany', folder: { __rl: true, mode: 'list', value: 'role:drafts' }, returnAll: given('true'), filters: { subject: 'HTML at a word' } });
		expect(draft?.json['html']).toContain('<p>Bold</p>');
		const [day] = await appointment({ operation: 'create', subject: 'Day at a word', start: '2026-08-01', end: '2026-08-02', allDay: given('true') });
		expect(day?.json).toMatchObject({ allDay: true, start: '2026-08-01' });
		await expect(appointment({ operation: 'create', subject: 'Refused', start: '2026-08-01', end: '2026-08-02', allDay: given('all') })).rejects.toThrow(/Field "All Day" is "all", but must be true or false/);
	});

	it('numbers, also as text; beyond their bounds the nearest counts', async () => {
		await Promise.all(['One', 'Two', 'Three'].map(async (name) => await delivered(`Counted: ${name}`)));
		const listed = async (limit: unknown) => (await email({ operation: 'getMany', limit: given(limit), filters: { subject: 'Counted:' } })).length;
		for (const [limit, length] of [['2', 2], [2.9, 2], [1e9, 3], [0, 1], ['', 3], [null, 3]] as const) expect([limit, await listed(limit)]).toEqual([limit, length]);
		const [answer] = await task({ operation: 'sync', options: { exportAttempts: given('4') } }, [{ externalId: 'words-2', subject: 'Attempts as text' }]);
		expect(answer?.json['outcome']).toBe('created');
	});

	it('choices of an appointment by the names that the panel shows', async () => {
		const [answer] = await appointment({ operation: 'create', subject: 'Away', start: '2026-08-03T09:00:00', end: '2026-08-03T10:00:00', additionalFields: { busyStatus: given('Out of Office'), sensitivity: given('PRIVATE') } });
		expect(answer?.json).toMatchObject({ busyStatus: 'oof', sensitivity: 'private' });
	});

	it('a choice or switch that is empty changes nothing in Update', async () => {
		const [made] = await task({ operation: 'create', subject: 'Important', additionalFields: { importance: 'high', sensitivity: 'private', status: 'deferred' } });
		const [day] = await appointment({ operation: 'create', subject: 'Whole day', start: '2026-08-04', end: '2026-08-05', allDay: true, additionalFields: { busyStatus: 'oof', importance: 'low' } });
		for (const none of ['', null]) {
			const [updated] = await task({ operation: 'update', updateFields: { subject: `Still ${none}`, importance: given(none), sensitivity: given(none), status: given(none) } }, [{ exchangeId: made?.json['exchangeId'] as string }]);
			expect(updated?.json).toMatchObject({ subject: `Still ${none}`, importance: 'high', sensitivity: 'private', status: 'deferred' });
			const [moved] = await appointment({ operation: 'update', updateFields: { subject: `Still ${none}`, allDay: given(none), busyStatus: given(none), importance: given(none) } }, [{ exchangeId: day?.json['exchangeId'] as string }]);
			expect(moved?.json).toMatchObject({ subject: `Still ${none}`, allDay: true, start: '2026-08-04', busyStatus: 'oof', importance: 'low' });
		}
	});

	it('deleting: where to, and whether also what Exchange has changed', async () => {
		await task({ operation: 'sync' }, [{ externalId: 'words-1', subject: 'Away at a word' }]);
		const [answer] = await task({ operation: 'delete', deleteMode: given('Permanently'), options: { evenIfChanged: given('yes') } }, [{ externalId: 'words-1' }]);
		expect(answer?.json['outcome']).toBe('deleted');
		expect(outlook().items('deleteditems').map(({ subject }) => subject)).not.toContain('Away at a word');
	});
});

describe('what cannot be taken is refused by its name, its value and what would be right', () => {
	const REFUSED: Array<[name: string, run: (options: IDataObject) => Promise<unknown>, options: IDataObject, message: RegExp]> = [
		['a switch', (filters) => email({ operation: 'getMany', filters }), { flagged: given('maybe') }, /Field "Flagged" is "maybe", but must be true or false/],
		['a choice', (filters) => email({ operation: 'getMany', filters }), { readStatus: given('seen') }, /Field "Read Status" is "seen", but must be one of Read, Unread/],
		['a text', (filters) => email({ operation: 'getMany', filters }), { subject: given({ contains: 'x' }) }, /Field "Subject" is \{"contains":"x"\}, but must be text/],
		['a number that is none', (filters) => email({ operation: 'getMany', filters }), { subject: '={{ Number("x") }}' }, /Field "Subject" is NaN, but must be text/],
		['a time', (filters) => email({ operation: 'getMany', filters }), { receivedAfter: given('yesterday') }, /Field "Received After" is "yesterday", but must be a date and time such as/],
		['another time', (filters) => task({ operation: 'getMany', filters }), { modifiedAfter: given('yesterday') }, /Field "Changed After" is "yesterday"/],
		['a filter of series', (filters) => appointment({ operation: 'getMany', view: 'masters', filters }), { category: given(['Red']) }, /Field "Category" is \["Red"\], but must be text/],
		['a recurrence rule', (additionalFields) => appointment({ operation: 'create', subject: 'Refused', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', additionalFields }), { rrule: given({ freq: 'weekly' }) }, /Field "Recurrence Rule" is \{"freq":"weekly"\}, but must be text such as FREQ=WEEKLY/],
		['a time zone', (additionalFields) => appointment({ operation: 'create', subject: 'Refused', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00', additionalFields }), { timeZone: given(['Europe/Zurich']) }, /Field "Time Zone" is \["Europe\/Zurich"\], but must be text such as Europe\/Zurich/],
		['options of reading', (options) => appointment({ operation: 'getMany', view: 'masters', options }), { stripMeetingMetadata: given('often') }, /Field "Strip Meeting Metadata" is "often", but must be true or false/],
		['a limit', (parameters) => email({ operation: 'getMany', ...parameters }), { limit: given('ten') }, /Field "Limit" is "ten", but must be a whole number/],
		['a limit that is none', (parameters) => email({ operation: 'getMany', ...parameters }), { limit: '={{ Number("x") }}' }, /Field "Limit" is NaN, but must be a whole number/],
		['an option of Sync that is a number', (options) => task({ operation: 'sync', options }), { exportAttempts: given([3]) }, /Field "Write Attempts" is \[3\], but must be a whole number/],
		['the binary fields to attach', (parameters) => email({ operation: 'createDraft', subject: 'Refused', message: 'x', ...parameters }), { attachmentFields: given({ file: 'data' }) }, /Field "Attachments" is \{"file":"data"\}, but must be names separated by commas, or a list of names/],
		['an account', (parameters) => email({ operation: 'getMany', ...parameters }), { account: given({ name: 'anna' }) }, /Field "Account" is \{"name":"anna"\}, but must be text/],
		['a folder', (parameters) => email({ operation: 'getMany', ...parameters }), { folder: { __rl: true, mode: 'path', value: given(['Inbox']) } }, /Field "Folder" is \["Inbox"\], but must be text/],
		['an item', (parameters) => email({ operation: 'get', ...parameters }), { exchangeId: given({ id: 7 }) }, /Field "Exchange ID" is \{"id":7\}, but must be text/],
		['options of Sync', (options) => task({ operation: 'sync', options }), { conflictPolicy: given('mine') }, /Field "On Conflict" is "mine", but must be one of Exchange Wins, Newer Wins, Other System Wins, Report/],
		['options of sending', (options) => email({ operation: 'createDraft', subject: 'Refused', message: 'x', options }), { readReceipt: given('perhaps') }, /Field "Read Receipt" is "perhaps", but must be true or false/],
	];

	it.each(REFUSED)('%s', async (_name, attempt, options, expected) => {
		await expect(attempt(options)).rejects.toThrow(expected);
		expect(outlook().items('calendar').map(({ subject }) => subject)).not.toContain('Refused');
		expect(outlook().items('drafts').map(({ subject }) => subject)).not.toContain('Refused');
	});

	const MARKS: Array<[marks: IDataObject, message: RegExp]> = [
		[{ isRead: given('seldom') }, /Field "Read" is "seldom", but must be true or false/],
		[{ flag: given('red') }, /Field "Flag" is "red", but must be one of Complete, Flagged, Not Flagged/],
		[{ importance: given(['high']) }, /Field "Importance" is \["high"\], but must be one of High, Low, Normal/],
		[{ isRead: true, categories: given({ name: 'Red' }) }, /Field "Categories" is \{"name":"Red"\}, but must be names separated by commas, or a list of names/],
	];

	it.each(MARKS)('the mark %j, and leaves the email as it is', async (marks, expected) => {
		const exchangeId = await delivered(`Unmarked ${JSON.stringify(marks)}`);
		outlook().edit(exchangeId, { categories: ['Kept'] });
		await expect(email({ operation: 'mark', marks }, [{ exchangeId }])).rejects.toThrow(expected);
		const [read] = await email({ operation: 'get' }, [{ exchangeId }]);
		expect(read?.json).toMatchObject({ isRead: false, categories: ['Kept'] });
	});

	it('a mark that an expression has not found is no mark: the categories stay', async () => {
		const exchangeId = await delivered('Categories not found');
		outlook().edit(exchangeId, { categories: ['Kept'] });
		await email({ operation: 'mark', marks: { isRead: true, categories: given(null) } }, [{ exchangeId }]);
		const [read] = await email({ operation: 'get' }, [{ exchangeId }]);
		expect(read?.json).toMatchObject({ isRead: true, categories: ['Kept'] });
	});

	it('of one item that Delete cannot read the others are deleted', async () => {
		await task({ operation: 'sync' }, [{ externalId: 'word-3', subject: 'Stays' }, { externalId: 'word-4', subject: 'Goes' }]);
		const answers = await task({ operation: 'delete', options: { changeKey: '={{ $json.version }}' } }, [{ externalId: 'word-3', version: { number: 7 } }, { externalId: 'word-4' }]);
		expect(answers.map(({ json }) => [json['outcome'], json['externalId'], json['message']])).toEqual([
			['failed', 'word-3', expect.stringMatching(/Field "Change Key of the Last Pull" is \{"number":7\}, but must be text/)],
			['deleted', 'word-4', expect.any(String)],
		]);
	});
});

describe('attendees', () => {
	const INVITATION: IDataObject = { operation: 'sendMeetingInvitation', subject: 'Talk', start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' };

	it('as a list are invited', async () => {
		const [answer] = await appointment({ ...INVITATION, attendees: given(['bob@example.test', { name: 'Carla', address: 'carla@example.org' }]) });
		expect(answer?.json['participants']).toMatchObject([{ address: 'bob@example.test' }, { address: 'carla@example.org' }]);
	});

	it.each([
		[{ people: 3 }, /Field "Attendees" is \{"people":3\}, but must be email addresses such as/],
		[7, /Field "Attendees" is 7, but must be email addresses such as/],
		[[], /nobody to invite/],
		['', /nobody to invite/],
	])('%j is refused', async (attendees, expected) => {
		await expect(appointment({ ...INVITATION, attendees: given(attendees) })).rejects.toThrow(expected);
	});
});
