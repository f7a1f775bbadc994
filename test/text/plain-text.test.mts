import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlText } from '../../src/text/html-text.ts';
import { normalisedText, visibleText } from '../../src/text/plain-text.ts';
import { cpuTime } from '../cpu-time.mts';
import { runs } from '../quick-look.mts';

describe('visibleText', () => {
	it.each([
		['<p>One</p><p>Two</p>', 'One\n\nTwo'],
		['a<br>b', 'a\nb'],
		['<ul><li>x</li><li>y</li></ul>', ' * x\n * y'],
		['<h1>Big</h1>small', 'Big\n\nsmall'],
		['<a href="https://e.example/">https://e.example/</a>', 'https://e.example/'],
		['<a href="mailto:a@b.example">a@b.example</a>', 'a@b.example'],
		['<a href="#top">up</a>', 'up'],
		['<img src="cid:x" alt="logo">text', 'text'],
		['<style>p{}</style><script>alert(1)</script>&lt;b&gt; &amp; &euro;&nbsp;5', '<b> & € 5'],
		['<!-- hidden -->seen', 'seen'],
		['', ''],
		['<div', ''],
	])('%j → %j', (html, text) => {
		expect(visibleText(html)).toBe(text);
	});

	it('does not wrap', () => {
		expect(visibleText(`<p>${'word '.repeat(100)}</p>`)).toBe('word '.repeat(100).trimEnd());
	});

	it.each([
		['nested elements', '<div>'.repeat(200_000) + 'x'],
		['open brackets', '<'.repeat(500_000)],
		['unclosed cells', '<table>' + '<tr><td>x'.repeat(20_000)],
		['entities', '&amp'.repeat(200_000)],
		['attributes', `<p ${'a="'.repeat(200_000)}>x</p>`],
		['huge', '<p>word</p>'.repeat(600_000)],
	])('bounded: %s', { timeout: 20_000 }, (_name, html) => {
		const { result, cpu } = cpuTime(() => visibleText(html));
		expect(typeof result).toBe('string');
		expect(cpu).toBeLessThan(5000);
	});

	it.each([
		['numbers of list items that no browser takes', `${'<ol start=99999999999999999999><li>'.repeat(15)}<pre>${'x\n'.repeat(100_000)}`],
		['the widest numbers of list items', `${'<ol start=-2147483648><li>'.repeat(16)}<pre>${'x\n'.repeat(100_000)}`],
		['Roman numbers', `${'<ol type=i start=3888><li>'.repeat(16)}${'x<br>'.repeat(100_000)}`],
		['quotes in quotes', `${'<blockquote>'.repeat(32)}<pre>${'x\n\n'.repeat(100_000)}`],
		['rules', `${'<blockquote>'.repeat(32)}${'<hr>'.repeat(100_000)}`],
	])('no text is many times as long as its HTML: %s', { timeout: 20_000 }, (_name, html) => {
		const { result, cpu } = cpuTime(() => visibleText(html));
		expect(result.length).toBeGreaterThan(html.length / 10);
		expect(result.length).toBeLessThan(3 * html.length + 64 * 1024);
		expect(cpu).toBeLessThan(1000);
	});

	it('a quote of quotes of short lines, as mails have it, is whole', () => {
		const html = `${'<blockquote>'.repeat(8)}${'<div>yes</div>'.repeat(2000)}${'</blockquote>'.repeat(8)}<p>end</p>`;
		expect(visibleText(html)).toBe(`${`${'> '.repeat(8)}yes\n`.repeat(2000)}\nend`);
	});

	it('is as texts are compared, whatever the HTML says', () => {
		const tag = fc.constantFrom('<p>', '</p>', '<br>', '<b>', '</b>', '<div>', '<td>', '<li>', '<ul>', '</ul>', '<blockquote>', '</blockquote>', '<pre>', '</pre>', '<hr>', '<a href="e\u0301\u00a0">', '<a href="#x">', '</a>');
		const text = fc.constantFrom('word', ' ', '\n', '\r\n', '\t', '\v', '\f', '&nbsp;', '\u00a0', '&#x202f;', '\u200b', 'e&#x301;', '\u0301', '&#13;', '&#10;', '&#32;', '&amp;', '€', '\u1100\u1161', '&#x2003;');
		fc.assert(
			fc.property(fc.array(fc.oneof(tag, text), { maxLength: 20 }), (pieces) => {
				const html = pieces.join('');
				expect(visibleText(html)).toBe(normalisedText(htmlText(html).text).replace(/\n{3,}/g, '\n\n'));
			}),
			{ numRuns: runs(1000) },
		);
	});

	it('never throws', () => {
		const piece = fc.constantFrom('<', '>', '<p>', '</p>', '<!--', '-->', '&', '"', '<a href="', 'text', '<![CDATA[', '<script>', '\u0000');
		fc.assert(fc.property(fc.array(piece), (pieces) => void visibleText(pieces.join(''))));
	});
});

describe('normalisedText', () => {
	it('makes texts equal that only went different ways', () => {
		expect(normalisedText('\r\na\u00a0b  \r\n\r\nc\t\n\n\n')).toBe('a b\n\nc');
		expect(normalisedText('e\u0301')).toBe('é');
		expect(normalisedText(' \n')).toBe('');
	});

	it('is Unicode NFC, whatever characters there are', () => {
		const wrong: string[] = [];
		for (let code = 0x21; code <= 0xffff; code++) {
			if (code === 0xa0 || code === 0x202f || (code >= 0xd800 && code <= 0xdfff)) continue;
			for (const text of [`x${String.fromCharCode(code)}y`, `${String.fromCharCode(code)}\u0301`]) if (normalisedText(text) !== text.normalize('NFC')) wrong.push(code.toString(16));
		}
		expect(wrong).toEqual([]);
	});

	it('keeps what means something: blanks in front, empty lines inside', () => {
		expect(normalisedText('  x\n\n\ny')).toBe('  x\n\n\ny');
	});

	it('is idempotent and does not care about line endings', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('a', ' ', '\n', '\r\n', '\u00a0', 'e\u0301', '\t', '\r')), (pieces) => {
				const text = pieces.join('');
				const once = normalisedText(text);
				expect(normalisedText(once)).toBe(once);
				expect(normalisedText(text.replace(/\r\n?|\n/g, '\r\n'))).toBe(once);
			}),
		);
	});
});
