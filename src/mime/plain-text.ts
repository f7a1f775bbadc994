import { compile } from 'html-to-text';
import { lfText } from './line-endings';

/** Longest HTML that is converted, in characters; what is beyond is left out. */
const LONGEST_HTML = 2 * 1024 * 1024;

/** Deepest nesting that is followed; browsers flatten at 512. Deeper markup is shown as an ellipsis. */
const DEEPEST_NESTING = 256;

/** Nesting at which the HTML parser itself gets slow (it is quadratic) and a recursive walk overflows; such HTML is stripped of its tags instead. */
const NESTING_TO_STRIP = 1000;

let converter: ReturnType<typeof compile> | undefined;

/** Made once: to make it takes longer than to convert a mail of 20 KB. */
function newConverter(): ReturnType<typeof compile> {
	return compile({
		wordwrap: false,
		limits: { maxInputLength: LONGEST_HTML, maxDepth: DEEPEST_NESTING, ellipsis: '…' },
		selectors: [
			{ selector: 'img', format: 'skip' },
			{ selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
			...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
		],
	});
}

/**
 * What a reader sees of HTML, as plain text: paragraphs and line breaks kept, links as `text [url]` where the text is not the url, list marks, tables as
 * lines of cells, images left out, nothing wrapped. Bounded in length and depth; never throws.
 */
export function visibleText(html: string): string {
	const bounded = html.length > LONGEST_HTML ? html.slice(0, LONGEST_HTML) : html;
	if (nestsDeeperThan(bounded, NESTING_TO_STRIP)) return tidied(strippedOfTags(bounded));
	try {
		converter ??= newConverter();
		return tidied(converter(bounded));
	} catch {
		return tidied(strippedOfTags(bounded));
	}
}

/**
 * Text as it is compared and hashed, whatever way it went: line feeds only, non-breaking blanks as blanks, no blanks at the end of a line, no blank
 * lines at the beginning and end, Unicode NFC.
 */
export function normalisedText(text: string): string {
	return lfText(text)
		.replace(/[\u00a0\u202f]/g, ' ')
		.split('\n')
		.map((line) => line.replace(/[ \t\v\f]+$/, ''))
		.join('\n')
		.replace(/^\n+|\n+$/g, '')
		.normalize('NFC');
}

function tidied(text: string): string {
	return normalisedText(text).replace(/\n{3,}/g, '\n\n');
}

function nestsDeeperThan(html: string, limit: number): boolean {
	let depth = 0;
	for (const [tag] of html.matchAll(/<(?:\/?[a-z][a-z0-9]*|!--)/gi)) {
		if (tag === '<!--' || VOID_OR_IMPLIED.has(tag.slice(tag.startsWith('</') ? 2 : 1).toLowerCase())) continue;
		depth = tag.startsWith('</') ? Math.max(0, depth - 1) : depth + 1;
		if (depth > limit) return true;
	}
	return false;
}

/** Elements without content, and those a sibling closes: an unclosed run of them does not nest. */
const VOID_OR_IMPLIED: ReadonlySet<string> = new Set(
	'area base br col embed hr img input link meta param source track wbr p li dt dd option tr td th thead tbody tfoot'.split(' '),
);

function strippedOfTags(html: string): string {
	let text = '';
	let from = 0;
	for (;;) {
		const open = html.indexOf('<', from);
		text += html.slice(from, open < 0 ? html.length : open);
		if (open < 0) return text;
		const close = html.indexOf('>', open);
		if (close < 0) return text;
		if (/^<(?:br|\/?(?:p|div|tr|li|h[1-6]))\b/i.test(html.slice(open, open + 8))) text += '\n';
		from = close + 1;
	}
}
