import { htmlText } from './html-text';
import { lfText } from './line-endings';
import { nfc } from './normal-form';

/** Longest HTML that is converted, in characters; what is beyond is left out. */
const LONGEST_HTML = 2 * 1024 * 1024;

/**
 * What a reader sees of HTML, as plain text; see {@link htmlText}. As {@link normalisedText} has it, with at most one empty line between two others.
 * At most about three times as long as the HTML that is converted, and 64 KiB: {@link htmlText} leaves out what comes behind twice its length; never throws.
 */
export function visibleText(html: string): string {
	const written = htmlText(html.length > LONGEST_HTML ? html.slice(0, LONGEST_HTML) : html);
	const text = written.isNormal ? withoutEmptyLinesAround(written.text) : normalisedText(written.text);
	return text.includes('\n\n\n') ? text.replace(/\n{3,}/g, '\n\n') : text;
}

/**
 * Text as it is compared and hashed, whatever way it went: line feeds only, non-breaking blanks as blanks, no blanks at the end of a line, no blank
 * lines at the beginning and end, Unicode NFC.
 */
export function normalisedText(text: string): string {
	// One character is looked for many times as fast as a class of characters.
	const blanks = lfText(text).replace(/\u00a0/g, ' ').replace(/\u202f/g, ' ');
	const lines = BLANK_AT_END_OF_LINE.test(blanks) ? blanks.split('\n').map(withoutBlanksAtEnd).join('\n') : blanks;
	return withoutEmptyLinesAround(nfc(lines));
}

const BLANK_AT_END_OF_LINE = /[ \t\v\f](?:\n|$)/;

function withoutEmptyLinesAround(text: string): string {
	let from = 0;
	let to = text.length;
	while (from < to && text.charCodeAt(from) === LF) from++;
	while (to > from && text.charCodeAt(to - 1) === LF) to--;
	return to - from === text.length ? text : text.slice(from, to);
}

const LF = 0x0a;

/** By hand: an expression that looks for blanks before the end is quadratic in their number. */
function withoutBlanksAtEnd(line: string): string {
	let end = line.length;
	while (end > 0 && BLANKS.has(line.charCodeAt(end - 1))) end--;
	return end === line.length ? line : line.slice(0, end);
}

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0b, 0x0c]);
