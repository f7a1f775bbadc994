/**
 * Most combining marks in a row that are normalised: what the Stream-Safe Text Format allows, far above what any language writes
 * (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
 */
const MOST_MARKS = 30;

/** Latin letters are in Unicode NFC already, and so are the quotation marks, dashes and currency signs of most texts. https://www.unicode.org/reports/tr15/ */
const MAY_CHANGE_IN_NFC = /[\u0300-\u2001\u2126-\uffff]/;

/** All characters with a combining class are marks, whatever Unicode will add (https://www.unicode.org/policies/stability_policy.html). */
const MARK = /^\p{M}/u;
const MORE_MARKS_THAN_NORMALISED = new RegExp(`^\\p{M}{${MOST_MARKS + 1}}`, 'u');

/**
 * A text in Unicode NFC, in time proportional to its length: a run of more than {@link MOST_MARKS} marks stays as it is, all else is as
 * `String.prototype.normalize` has it. To bring a run into its order takes time with the square of its length; a mail of 600 KB that was nothing else held
 * the event loop for half a minute. What has been normalised stays as it is when it is normalised again.
 */
export function nfc(text: string): string {
	if (!MAY_CHANGE_IN_NFC.test(text)) return text;
	let result = '';
	let done = 0;
	// No longer run fits between two of the places that are looked at.
	for (let at = MOST_MARKS; at < text.length; at += MOST_MARKS + 1) {
		const start = startOfMarks(text, at, done);
		if (!MORE_MARKS_THAN_NORMALISED.test(text.slice(start, start + 2 * (MOST_MARKS + 1)))) continue;
		const end = endOfMarks(text, start);
		result += text.slice(done, start).normalize('NFC') + text.slice(start, end);
		done = end;
		at = end;
	}
	return done === 0 ? text.normalize('NFC') : result + text.slice(done).normalize('NFC');
}

/** Where the marks begin that stand in a row up to the place; the place itself where none stands there. */
function startOfMarks(text: string, place: number, from: number): number {
	let start = characterAt(text, place);
	while (start > from && isMarkAt(text, start)) {
		const before = characterAt(text, start - 1);
		if (before < from || !isMarkAt(text, before)) break;
		start = before;
	}
	return start;
}

/** By a search that goes from one character to the next: an expression that takes all marks at once remembers each of them. */
function endOfMarks(text: string, start: number): number {
	const other = /\P{M}/gu;
	other.lastIndex = start;
	return other.exec(text)?.index ?? text.length;
}

function isMarkAt(text: string, place: number): boolean {
	const code = text.codePointAt(place) ?? 0;
	return code >= FIRST_MARK && MARK.test(String.fromCodePoint(code));
}

const FIRST_MARK = 0x300;

/** Where the character begins of which a half or the whole stands at the place. */
function characterAt(text: string, place: number): number {
	return (text.codePointAt(place - 1) ?? 0) > 0xffff ? place - 1 : place;
}
