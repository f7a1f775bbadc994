import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';
import { RecordError } from '../../src/records/record-error.ts';

const CONTEXT = { timeZone: 'Europe/Zurich', now: Date.UTC(2026, 2, 2, 12) };

function email(input: Record<string, unknown>) {
	return checkedRecord('email', input, CONTEXT);
}

function refusal(input: Record<string, unknown>): RecordError {
	try {
		email(input);
	} catch (error) {
		if (error instanceof RecordError) return error;
		throw error;
	}
	throw new Error('it was taken');
}

describe('an email as builders send it', () => {
	it('is complete when nothing is given', () => {
		expect(email({})).toEqual({
			kind: 'email',
			key: '',
			subject: '',
			to: [],
			cc: [],
			bcc: [],
			replyTo: [],
			isRead: false,
			importance: 'normal',
			sensitivity: 'normal',
			categories: [],
			flag: { status: 'notFlagged' },
			readReceipt: false,
			attachments: [],
			encryption: 'none',
			signature: 'none',
		});
	});

	it('takes null for every field as absent', () => {
		const fields = ['key', 'subject', 'from', 'sender', 'to', 'cc', 'bcc', 'replyTo', 'sentAt', 'receivedAt', 'text', 'html', 'isRead', 'importance', 'sensitivity', 'categories', 'flag', 'readReceipt', 'attachments', 'encryption', 'signature', 'signer', 'archived', 'isDraft', 'mime'];
		expect(email(Object.fromEntries(fields.map((field) => [field, null])))).toEqual(email({}));
	});

	it('does not share lists between records', () => {
		const first = email({});
		first.to.push({ name: '', address: 'a@x.example' });
		first.categories.push('Red');
		expect(email({}).to).toEqual([]);
		expect(email({}).categories).toEqual([]);
	});

	it.each<[string, unknown, Array<{ name: string; address: string }>]>([
		['text with a name', 'Anna <a@x.example>', [{ name: 'Anna', address: 'a@x.example' }]],
		['a list with commas', 'a@x.example, b@y.example', [{ name: '', address: 'a@x.example' }, { name: '', address: 'b@y.example' }]],
		['a list with semicolons', 'a@x.example; b@y.example', [{ name: '', address: 'a@x.example' }, { name: '', address: 'b@y.example' }]],
		['a name with a comma', '"Muster, Anna" <a@x.example>', [{ name: 'Muster, Anna', address: 'a@x.example' }]],
		['an object', { name: 'Anna', address: 'a@x.example' }, [{ name: 'Anna', address: 'a@x.example' }]],
		['an object without name', { address: 'a@x.example' }, [{ name: '', address: 'a@x.example' }]],
		['an array of both', ['Anna <a@x.example>', { name: 'B', address: 'b@y.example' }, null], [{ name: 'Anna', address: 'a@x.example' }, { name: 'B', address: 'b@y.example' }]],
		['Microsoft Graph’s objects', [{ emailAddress: { name: 'Anna', address: 'a@x.example' } }], [{ name: 'Anna', address: 'a@x.example' }]],
		['the IMAP trigger’s object', { value: [{ name: 'Anna', address: 'a@x.example' }], text: 'Anna <a@x.example>' }, [{ name: 'Anna', address: 'a@x.example' }]],
		['an international address', 'jürg@zürich.example', [{ name: '', address: 'jürg@zürich.example' }]],
		['an empty text', '', []],
	])('takes addresses as %s', (_form, to, expected) => {
		expect(email({ to }).to).toEqual(expected);
	});

	it.each([['no address'], ['a@'], ['@x.example'], [{ address: 'a b@x.example' }], [{ name: 'Anna' }], [{ email: 'a@x.example' }], [42], ['a@x..example'], [['a@x.example', 'broken']]])('refuses %j as addresses', (to) => {
		expect(refusal({ to }).field).toBe('to');
	});

	it('names the one address that is wrong', () => {
		expect(refusal({ cc: ['a@x.example', 'broken'] })).toMatchObject({ field: 'cc', value: '"broken"' });
	});

	it('takes people as reading names them where the email is one that Exchange has, and only in the form that reading has', () => {
		const stored = (to: unknown) => checkedRecord('email', { to, from: to }, { ...CONTEXT, addresses: 'asStored' });
		const people = [{ name: 'Former Colleague', address: '/o=ExchangeLabs/cn=Recipients/cn=abc' }, { name: 'Undisclosed', address: '' }, { name: '', address: 'MAILER-DAEMON' }, { name: 'x'.repeat(1_001), address: 'a@x.example' }];
		for (const person of people) {
			expect(stored([person])).toMatchObject({ from: person, to: [person] });
			expect(refusal({ to: [person] }).field).toBe('to');
		}
		expect(stored('Anna <a@x.example>').to).toEqual([{ name: 'Anna', address: 'a@x.example' }]);
		for (const to of ['MAILER-DAEMON', ['MAILER-DAEMON'], { name: 'Anna' }, { address: 'a@' }, 42, { name: '', address: 'x'.repeat(32_769) }]) expect(() => stored(to)).toThrow(RecordError);
	});

	it('refuses several senders', () => {
		expect(refusal({ from: 'a@x.example, b@x.example' })).toMatchObject({ field: 'from', expected: 'one email address' });
	});

	it.each([
		['<a@b>', '<a@b>'],
		[' a@b ', '<a@b>'],
		['<a@b> (comment)', '<a@b>'],
		['', ''],
	])('normalises the Message-ID %j', (key, expected) => {
		expect(email({ key }).key).toBe(expected);
	});

	it('takes categories as text and as array, each once', () => {
		expect(email({ categories: 'Red, Blue;red ,, ' }).categories).toEqual(['Red', 'Blue']);
		expect(email({ categories: ['Red', 'A, B', null, 7] }).categories).toEqual(['Red', 'A, B', '7']);
	});

	it.each([[true], ['true'], ['TRUE'], [1], ['1'], ['yes']])('takes %j as true', (isRead) => {
		expect(email({ isRead }).isRead).toBe(true);
	});

	it.each([[false], ['false'], [0], ['0'], [''], ['no']])('takes %j as false', (isRead) => {
		expect(email({ isRead }).isRead).toBe(false);
	});

	it('refuses other truth values', () => {
		expect(refusal({ isRead: 'perhaps' })).toMatchObject({ field: 'isRead', value: '"perhaps"', expected: 'true or false' });
	});

	it('takes values of lists in any case and refuses unknown ones', () => {
		expect(email({ importance: 'High', sensitivity: 'PRIVATE' })).toMatchObject({ importance: 'high', sensitivity: 'private' });
		expect(refusal({ importance: 'urgent' })).toMatchObject({ field: 'importance', expected: 'one of low, normal, high' });
	});

	it.each<[unknown, unknown]>([
		[true, { status: 'flagged' }],
		['complete', { status: 'complete' }],
		[{ status: 'flagged', dueDate: '2026-03-05' }, { status: 'flagged', dueDate: '2026-03-05' }],
		[{ status: 'notFlagged', dueDate: '2026-03-05' }, { status: 'notFlagged' }],
		[{}, { status: 'notFlagged' }],
	])('takes the flag %j', (flag, expected) => {
		expect(email({ flag }).flag).toEqual(expected);
	});

	it('names a field within a field', () => {
		expect(refusal({ flag: { status: 'flagged', dueDate: 'soon' } })).toMatchObject({ field: 'flag.dueDate', value: '"soon"' });
		expect(refusal({ attachments: [{ name: 'a' }, { name: 'b', size: -1 }] })).toMatchObject({ field: 'attachments.1.size', value: '-1' });
		expect(refusal({ attachments: 'a.pdf' }).field).toBe('attachments');
	});

	it('completes attachments', () => {
		expect(email({ attachments: [{ name: 'a.pdf', contentType: 'Application/PDF; name=a.pdf', contentId: '<c1>' }] }).attachments).toEqual([
			{ name: 'a.pdf', contentType: 'application/pdf', size: 0, type: 'file', inline: false, contentId: 'c1' },
		]);
	});

	it('takes attachments as reading gives them, however long what the sender called them is', () => {
		const sent = { name: 'a.png', contentType: `image/${'x'.repeat(300)}`, size: 1, type: 'file', inline: true, contentId: 'c'.repeat(2_000) };
		expect(email({ attachments: [sent] }).attachments).toEqual([sent]);
	});

	it('keeps a subject on one line and takes out what XML cannot carry', () => {
		expect(email({ subject: 'Two\r\nlines\u0000', text: 'a\u0001\nb\ud800' })).toMatchObject({ subject: 'Two lines', text: 'a\nb\ufffd' });
	});

	it('refuses what is too long', () => {
		expect(refusal({ subject: 'x'.repeat(32_769) })).toMatchObject({ field: 'subject', expected: 'text of at most 32768 characters' });
		expect(refusal({ subject: 'x'.repeat(32_769) }).message.length).toBeLessThan(300);
		expect(refusal({ categories: ['x'.repeat(256)] }).field).toBe('categories');
		expect(email({ subject: 'x'.repeat(32_768) }).subject).toHaveLength(32_768);
	});

	it('refuses objects as text', () => {
		expect(refusal({ subject: { a: 1 } })).toMatchObject({ field: 'subject', expected: 'text' });
	});

	it('takes the envelope of a pulled event without a word', () => {
		const envelope = { event: 'updated', connector: 'c', account: 'crm', mailbox: 'a@x.example', folder: 'Inbox', folderId: 'F', exchangeId: 'I', changeKey: 'K', externalId: 7, permanent: false };
		expect(email({ ...envelope, subject: 'S' })).toEqual(email({ subject: 'S' }));
	});

	it('refuses a record of another kind, but not a field of that name', () => {
		expect(refusal({ kind: 'task' }).field).toBe('kind');
		expect(email({ kind: 'newsletter' }).kind).toBe('email');
	});

	it('refuses MIME that is no base64', () => {
		expect(refusal({ mime: 'From: a@x.example' }).field).toBe('mime');
		expect(email({ mime: 'RnJvbTog\nYQ==' }).mime).toBe('RnJvbTogYQ==');
	});
});
