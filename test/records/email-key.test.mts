import { describe, expect, it } from 'vitest';
import { derivedEmailKey, emailKey, isDerivedEmailKey, normalisedMessageId } from '../../src/records/email-key.ts';

const CONTENT = { sentAt: '2026-03-02T08:00:00Z', from: { name: 'A', address: 'a@example.com' }, subject: 'Hello', text: 'line one\nline two' };

describe('email key', () => {
	it.each([
		['<a@b>', '<a@b>'],
		['  <a@b>\r\n', '<a@b>'],
		['a@b', '<a@b>'],
		['<a@b> (comment)', '<a@b>'],
		['<a@b> <c@d>', '<a@b>'],
		['<a @ b>', '<a@b>'],
		['<no-at>', '<no-at>'],
		['<Case@Kept>', '<Case@Kept>'],
		['', undefined],
		['<>', undefined],
		['no id', undefined],
		[undefined, undefined],
		[`<${'x'.repeat(2000)}@b>`, undefined],
		['<a\u0000@b>', undefined],
	])('Message-ID %j → %j', (value, id) => {
		expect(normalisedMessageId(value)).toBe(id);
	});

	it('is the Message-ID where there is one, else derived', () => {
		expect(emailKey(' <a@b> ', CONTENT)).toBe('<a@b>');
		expect(emailKey(undefined, CONTENT)).toBe(derivedEmailKey(CONTENT));
	});

	it('derived: the same mail has the same key on every way', () => {
		const same = { sentAt: '2026-03-02T08:00:00.400+00:00', from: { name: 'other name', address: ' A@Example.com' }, subject: ' Hello ', text: 'line one\r\nline  two\r\n\r\n' };
		expect(derivedEmailKey(same)).toBe(derivedEmailKey(CONTENT));
		// Stored keys must stay what they are: this one is written down.
		expect(derivedEmailKey(CONTENT)).toBe('<sha256-6ed1818b2e0ef931e489d7db65d335171462c192ada40b3dd60d86f664431ad9@derived.invalid>');
		expect(isDerivedEmailKey(derivedEmailKey(CONTENT))).toBe(true);
		expect(isDerivedEmailKey('<a@b>')).toBe(false);
	});

	it('derived: another mail has another key', () => {
		const keys = [
			CONTENT,
			{ ...CONTENT, sentAt: '2026-03-02T08:00:01Z' },
			{ ...CONTENT, sentAt: undefined },
			{ ...CONTENT, from: { name: 'A', address: 'b@example.com' } },
			{ ...CONTENT, from: undefined },
			{ ...CONTENT, subject: 'Hello line one' },
			{ ...CONTENT, text: 'line one' },
			{ ...CONTENT, subject: 'x', text: 'Hello' },
		].map(derivedEmailKey);
		expect(new Set(keys).size).toBe(keys.length);
	});
});
