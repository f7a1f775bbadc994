import { lfText } from '../../text/line-endings';

/**
 * Characters that XML 1.0 cannot carry, on the way in and on the way out.
 *
 * Exchange writes what users pasted into a subject as numeric references that no XML parser takes (`&#x1;`, `&#x1F;`, halves of surrogate pairs);
 * what we send must not contain them in any form. https://www.w3.org/TR/xml/#charsets
 */

// eslint's no-control-regex speaks of regular expression literals; the characters themselves are the subject of this file.
const FORBIDDEN = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff';
const LONE_SURROGATE = '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';
const FORBIDDEN_RAW = new RegExp(`[${FORBIDDEN}]|${LONE_SURROGATE}`, 'g');
const FORBIDDEN_IN_ANSWER = new RegExp(`[${FORBIDDEN}]`);
const ALL_FORBIDDEN_IN_ANSWER = new RegExp(`[${FORBIDDEN}]`, 'g');
const MARKUP = /[&<>"\r]/g;
const SECTION_START = '<![CDATA[';
const SECTION_END = ']]>';
const REFERENCE = /&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));/g;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

/** Text as it may stand in an element or an attribute: markup escaped, what XML cannot carry left out. A CR survives as `&#xD;`. */
export function escapeXmlText(text: string): string {
	return text.replace(FORBIDDEN_RAW, '').replace(MARKUP, (character) => ESCAPES[character] ?? character);
}

/** As {@link escapeXmlText}, and line breaks and tabs of an attribute's value are kept, which a parser would otherwise turn into spaces. */
export function escapeXmlAttribute(text: string): string {
	return escapeXmlText(text).replaceAll('\n', '&#xA;').replaceAll('\t', '&#x9;');
}

/** An answer without the characters and references that XML 1.0 forbids; text in CDATA sections keeps its ampersands. */
export function withoutForbiddenCharacters(xml: string): string {
	// Halves of surrogate pairs cannot come out of UTF-8, so they are not looked for.
	const cleaned = withoutForbiddenRaw(xml);
	if (!cleaned.includes('&#')) return cleaned;
	let result = '';
	let from = 0;
	for (;;) {
		const section = cleaned.indexOf(SECTION_START, from);
		// Where a section has no end, none behind it has: to look for it from each of them is quadratic in their number.
		const end = section < 0 ? -1 : cleaned.indexOf(SECTION_END, section + SECTION_START.length);
		if (end < 0) return result + withLegalReferences(cleaned.slice(from));
		const behind = end + SECTION_END.length;
		result += withLegalReferences(cleaned.slice(from, section)) + cleaned.slice(section, behind);
		from = behind;
	}
}

/**
 * What the text of an element says: references resolved, line ends as XML reads them (https://www.w3.org/TR/xml/#sec-line-ends), forbidden characters left out.
 * For text between two tags, without sections. Undefined where a parser has to say what is wrong with it.
 */
export function elementTextOf(raw: string): string | undefined {
	const cleaned = withoutForbiddenRaw(raw);
	// What stands between a carriage return and a line feed may be a reference that is left out.
	const text = cleaned.includes('\r') ? lfText(withLegalReferences(cleaned)) : cleaned;
	if (text.includes(']]>')) return undefined;
	if (!text.includes('&')) return text;
	// One by one, because the engine replaces a fixed text many times as fast as a pattern; `&amp;` last, so that what it gives is not read again.
	const resolved = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&#xD;', '\r').replaceAll('&#xA;', '\n');
	if (OTHER_REFERENCE.test(resolved)) return elementTextWithAnyReference(text);
	return resolved.replaceAll('&amp;', '&');
}

const OTHER_REFERENCE = /&(?!amp;)/;

function elementTextWithAnyReference(text: string): string | undefined {
	const legal = text.includes('&#') ? withLegalReferences(text) : text;
	// What was left out may have stood in the middle of one.
	if (NO_REFERENCE.test(legal) || legal.includes(SECTION_END)) return undefined;
	return legal.replace(ANY_REFERENCE, (_reference, hex: string | undefined, name: string) => (hex === undefined ? (NAMED[name] ?? '') : String.fromCodePoint(parseInt(hex, 16))));
}

const RUN_OF_REFERENCES = /(?:&#(?:[xX][0-9a-fA-F]{1,8}|[0-9]{1,10});)+/g;
/** References as {@link legalReferences} writes them, and those that XML itself knows. */
const ANY_REFERENCE = /&(?:#x([0-9a-f]+)|(amp|apos|gt|lt|quot));/g;
const NO_REFERENCE = /&(?!(?:#x[0-9a-f]+|amp|apos|gt|lt|quot);)/;
const NAMED: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

function withoutForbiddenRaw(xml: string): string {
	return FORBIDDEN_IN_ANSWER.test(xml) ? xml.replace(ALL_FORBIDDEN_IN_ANSWER, '') : xml;
}

function withLegalReferences(text: string): string {
	return text.replace(RUN_OF_REFERENCES, legalReferences);
}

/** A run of references at once, because servers were seen to write an emoji as two references, one for each half of its surrogate pair. */
function legalReferences(run: string): string {
	const units = [...run.matchAll(REFERENCE)].map(([, hex, decimal]) => (hex === undefined ? Number(decimal) : parseInt(hex, 16)));
	let result = '';
	for (let index = 0; index < units.length; index++) {
		const unit = units[index] ?? 0;
		const next = units[index + 1] ?? 0;
		if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) {
			result += `&#x${(0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00)).toString(16)};`;
			index++;
		} else if (isXmlCharacter(unit)) {
			result += `&#x${unit.toString(16)};`;
		}
	}
	return result;
}

function isXmlCharacter(code: number): boolean {
	if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
	return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
