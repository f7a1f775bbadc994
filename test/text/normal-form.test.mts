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

	it.each<[string, string]>([
		['one code unit each', '\u0301\u0323'],
		['two code units each', '\u{1d165}\u{1d16e}'],
		['that become two', '\u0344'],
	])('leaves more than 30 marks as they are, wherever they stand, and 30 not: %s', (_what, pair) => {
		const marks = (count: number): string => Array.from({ length: count }, (_, index) => [...pair][index % [...pair].length]).join('');
		for (let before = 1; before < 70; before++) {
			const front = `e\u0301${'x'.repeat(before)}`;
			const most = `${front}${marks(30)}o\u0308`;
			expect(nfc(most)).toBe(most.normalize('NFC'));
			expect(nfc(`${front}${marks(31)}o\u0308`)).toBe(`\u00e9${'x'.repeat(before)}${marks(31)}\u00f6`);
			expect(nfc(`${'😀'.repeat(before)}${marks(31)}o\u0308`)).toBe(`${'😀'.repeat(before)}${marks(31)}\u00f6`);
		}
	});

	it('takes a run of any length, and Chinese about as fast as Unicode itself', () => {
		for (const run of ['\u0301'.repeat(10_000_000), '\u{1d165}'.repeat(5_000_000)]) {
			const { result, cpu } = cpuTime(() => nfc(`a${run}`));
			expect(result.length).toBe(run.length + 1);
			expect(cpu).toBeLessThan(3_000);
		}
		const chinese = Array.from({ length: 2_000_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join('');
		const { result, cpu } = cpuTime(() => nfc(chinese));
		expect(result === chinese).toBe(true);
		expect(cpu).toBeLessThan(500);
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
