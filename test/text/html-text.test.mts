import fc from 'fast-check';
import { convert } from 'html-to-text';
import { describe, expect, it } from 'vitest';
import { htmlText } from '../../src/text/html-text.ts';
import { attributeOf, readHtml } from '../../src/text/html-tokens.ts';
import { listMark } from '../../src/text/list-mark.ts';
import { runs } from '../quick-look.mts';

describe('htmlText', () => {
	it.each([
		['runs of white space are one blank', ' a \r\n\t b\u200b c ', 'a b c'],
		['blanks between inline elements stay, once', '<b>a </b> <i> b</i>c', 'a bc'],
		['divisions are lines, paragraphs have an empty line around them', '<div>a</div><div>b</div><p>c</p>d', 'a\nb\n\nc\n\nd'],
		['an empty line that somebody typed', '<div>a</div><div><br></div><div>b</div>', 'a\n\nb'],
		['rows are lines, cells words', '<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>', 'a b\nc d'],
		['lists, end tags left out', '<ul><li>a<li>b</ul>c', ' * a\n * b\n\nc'],
		['numbered lists', '<ol type="A" start="27"><li>a</li><li>b</li></ol>', ' AA. a\n AB. b'],
		['a number that no browser takes is none', '<ol start="2147483648"><li>a</ol><ol start="-2147483649"><li>b</ol><ol start="-2147483648"><li>c</ol>', ' 1. a\n\n 1. b\n\n -2147483648. c'],
		['a number without end has no letters', `<ol type="a" start="${'9'.repeat(400)}"><li>a</ol>`, ' a. a'],
		['an empty item takes nothing from the next', '<ol><li></li><li>b</li></ol>', ' 2. b'],
		['lists in lists', '<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>', ' * a\n   1. b\n   2. c\n * d'],
		['lines of an item stand below each other', '<ul><li>a<br>b</li></ul>', ' * a\n   b'],
		['quotes', 'a<blockquote><p>b</p><p>c</p><blockquote>d</blockquote></blockquote>e', 'a\n\n> b\n> \n> c\n> \n> > d\n\ne'],
		['preformatted text', '<pre>a  b\n\n  c</pre>d', 'a  b\n\n  c\n\nd'],
		['links say where they go', 'x <a href="https://e.example/?a=1&amp;b=2">there</a>, y', 'x there [https://e.example/?a=1&b=2], y'],
		['links that say it already', '<p><a href="mailto:a@b.example">a@b.example</a></p>', 'a@b.example'],
		['links that are not closed', '<a href="u">x<a href="v">y', 'x [u]y [v]'],
		['links without text', '<a href="u"><img alt="x"></a>', 'u'],
		['a rule', 'a<hr>b', `a\n\n${'-'.repeat(40)}\n\nb`],
		['references', '&lt;&#8364;&euro;&nbsp;\u00a0&unknown;&amp;lt;', '<€€  &unknown;&lt;'],
		['what scripts and styles say is not seen', '<style>a > b {}</style>x<SCRIPT>"</p>" < 1</script >y<title>t</title>', 'xy'],
		['comments, conditional ones and declarations', '<!DOCTYPE html><!--[if mso]><p>a</p><![endif]-->b<![if !mso]>c<![endif]><?xml version="1.0"?>d<!-->e<!--->f', 'bcdef'],
		['brackets that are no tags', 'a < b > c <3 </ d> e', 'a < b > c <3 e'],
		['a bracket in a value', '<a title="x > y" href=\'u\'>z</a>', 'z [u]'],
		['quotes in a value without quotes', '<p class=a"b>x</p>', 'x'],
		['a tag that the document ends in', 'a<p class="b', 'a'],
		['a script that the document ends in', 'a<script>b', 'a'],
	])('%s', (_what, html, text) => {
		expect(htmlText(html).text).toBe(text);
	});

	it('nesting without end changes nothing but the time that it takes', () => {
		expect(htmlText(`${'<ul><li>'.repeat(50_000)}x${'</li></ul>'.repeat(50_000)}<p>y</p>`).text).toMatch(/x\n\ny$/);
		expect(htmlText(`${'<blockquote>'.repeat(100)}x${'</blockquote>'.repeat(100)}y`).text).toMatch(/^(?:> ){32}x\n\ny$/);
	});

	const word = fc.constantFrom('alpha', 'beta', 'gamma', '5&nbsp;€', '&lt;b&gt;', 'fa&ccedil;ade', 'a&amp;b');
	const inline = fc.letrec<{ inline: string; block: string }>((tie) => ({
		inline: fc.oneof(
			{ maxDepth: 3 },
			word,
			fc.tuple(fc.constantFrom('b', 'i', 'span', 'font', 'u'), tie('inline')).map(([name, inner]) => `<${name} class="x">${inner}</${name}>`),
			fc.tuple(tie('inline'), tie('inline')).map((both) => both.join(' ')),
			word.map((inner) => `<a href="https://e.example/"><b>${inner}</b></a>`),
		),
		block: fc.oneof(
			{ maxDepth: 3 },
			tie('inline').map((inner) => `<p>${inner}</p>`),
			fc.tuple(fc.constantFrom('div', 'p', 'h2', 'blockquote', 'section'), fc.array(tie('block'), { minLength: 1, maxLength: 3 })).map(([name, inner]) => `<${name === 'p' ? 'div' : name}>\r\n${inner.join('\r\n')}</${name === 'p' ? 'div' : name}>`),
			fc.tuple(fc.constantFrom('ul', 'ol'), fc.array(tie('inline'), { minLength: 1, maxLength: 3 })).map(([name, items]) => `<${name}>${items.map((item) => `<li>${item}</li>`).join('\n')}</${name}>`),
			tie('inline').map((inner) => `${inner}<br>${inner}`),
		),
	}));

	it('says the same as html-to-text, line by line', () => {
		const options = {
			wordwrap: false as const,
			selectors: [
				{ selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
				...['h1', 'h2'].map((selector) => ({ selector, options: { uppercase: false } })),
			],
		};
		const lines = (text: string): string[] => text.split('\n').map((line) => line.replace(/^[\s>]+/, '').replace(/\s+/g, ' ').trim()).filter((line) => line !== '');
		fc.assert(
			fc.property(fc.array(inline.block, { minLength: 1, maxLength: 5 }), (blocks) => {
				const html = `<html><head><title>t</title></head><body>${blocks.join('\n')}</body></html>`;
				expect(lines(htmlText(html).text)).toEqual(lines(convert(html, options)));
			}),
			{ numRuns: runs(300) },
		);
	});

	it('text comes back as it was, whatever it says', () => {
		const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
		fc.assert(
			fc.property(fc.array(fc.stringMatching(/^[!-~äöü€]+$/u), { minLength: 1 }), (words) => {
				expect(htmlText(`<p>${words.map(escaped).join('</b> <b>')}</p>`).text).toBe(words.join(' '));
			}),
		);
	});
});

describe('readHtml', () => {
	it('tells tags with their attributes, in order', () => {
		const seen: string[] = [];
		readHtml('<P Class=a>x</P\n><br/>', { text: (html, from, to) => seen.push(html.slice(from, to)), open: (name, html, from, to) => seen.push(`<${name}|${html.slice(from, to)}>`), close: (name) => seen.push(`</${name}>`) });
		expect(seen).toEqual(['<p| Class=a>', 'x', '</p>', '<br|/>']);
	});

	it.each([
		[' href="a b" title=x', 'href', 'a b'],
		[" HREF = 'a\"b'", 'href', 'a"b'],
		[' data-href="x" href=y', 'href', 'y'],
		[' checked href', 'href', ''],
		[' title="href=1"', 'href', undefined],
	])('%j: %s is %j', (attributes, name, value) => {
		expect(attributeOf(attributes, name)).toBe(value);
	});
});

describe('listMark', () => {
	it.each([
		['1', 12, '12'],
		['a', 1, 'a'],
		['a', 26, 'z'],
		['a', 702, 'zz'],
		['A', 28, 'AB'],
		['i', 1994, 'mcmxciv'],
		['I', 4, 'IV'],
		['i', 4000, '4000'],
		['a', 0, '0'],
		['x', 3, '3'],
	])('%s, number %d: %s', (type, number, mark) => {
		expect(listMark(type, number)).toBe(mark);
	});
});
