import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalLine, canonicalText, collapsed } from '../../src/records/canonical-fields.ts';
import { emailKey } from '../../src/records/email-key.ts';
import { safeAttachmentName } from '../../src/mime/attachment-name.ts';
import { nfc } from '../../src/text/normal-form.ts';
import { visibleText } from '../../src/text/plain-text.ts';
import { cpuTime } from '../cpu-time.mts';
import { email } from '../sync/records.mts';

describe('nfc', () => {
	it('is what Unicode says of texts as people write them', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('e\u0301', 'a\u0323\u0301', '\u1e9b\u0323', '\u1112\u1161\u11ab', '\u0344', '“x”', '\u0915\u094d\u0937')), { maxLength: 20 }), (parts) => {
				const text = parts.join('');
				fc.pre(!/\p{M}{31}/u.test(text));
				expect(nfc(text)).toBe(text.normalize('NFC'));
			}),
		);
	});

	it('of a text in it is the same text', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'e\u0301', ' ', '\u1112\u1161'), fc.constantFrom('\u0301\u0323', '\u0344', '\u0327'), fc.nat(60)), { maxLength: 6 }), (runs) => {
				const once = nfc(runs.map(([base, mark, count]) => base + mark.repeat(count)).join(''));
				expect(nfc(once)).toBe(once);
			}),
		);
	});

	it('leaves a run of marks that nobody writes as it is, and nothing else', () => {
		const run = '\u0301\u0323'.repeat(40);
		expect(nfc(`e\u0301a${run}e\u0301`)).toBe(`\u00e9a${run}\u00e9`);
	});

	const marks = `a${'\u0301\u0323'.repeat(150_000)}`;
	it.each([
		['the text of HTML', () => visibleText(`<p>${marks}</p>`)],
		['content that is hashed', () => [canonicalLine(marks), canonicalText(marks), collapsed(marks)].join('')],
		['the key of a mail without Message-ID', () => emailKey(undefined, email({ subject: marks, text: marks }))],
		['the name of an attachment', () => safeAttachmentName(marks, 'text/plain')],
	])('takes no longer for many marks: %s', (_what, made) => {
		const { result, cpu } = cpuTime(made);
		expect(result).not.toBe('');
		expect(cpu).toBeLessThan(2_000);
	});
});
