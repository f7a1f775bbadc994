/** Takes what {@link readHtml} finds, in the order of the document. */
export interface HtmlSink {
	/** Text between tags, from where to where it stands in the document: character references not decoded, white space kept. */
	text(html: string, from: number, to: number): void;
	/** A start tag: its name in lower case, and from where to where its attributes stand in the document; see {@link attributeOf}. */
	open(name: string, html: string, from: number, to: number): void;
	/** An end tag: its name in lower case. */
	close(name: string): void;
}

/** Elements whose content is no markup, and nothing that a reader sees. https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments */
const UNSEEN_RAW_TEXT: ReadonlySet<string> = new Set(['iframe', 'noembed', 'noframes', 'script', 'style', 'template', 'title', 'xmp']);

const GREATER = 0x3e;
const SLASH = 0x2f;
const EXCLAMATION = 0x21;
const QUESTION = 0x3f;
const EQUALS = 0x3d;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;

/**
 * Splits HTML into text and tags as the tokeniser of the HTML standard does, whatever is wrong with it: comments, declarations and what scripts and
 * styles contain are left out, a tag that the document ends in is dropped. In one pass, in time proportional to its length, without a tree: mails
 * are converted by the thousand on an event loop that others share.
 *
 * https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */
export function readHtml(html: string, sink: HtmlSink): void {
	let from = 0;
	let at = 0;
	for (;;) {
		const bracket = html.indexOf('<', at);
		if (bracket < 0) break;
		const kind = kindOf(html, bracket);
		if (kind === 'text') {
			at = bracket + 1;
			continue;
		}
		if (bracket > from) sink.text(html, from, bracket);
		from = at = kind === 'comment' ? endOfComment(html, bracket) : readTag(html, bracket, kind, sink);
	}
	if (from < html.length) sink.text(html, from, html.length);
}

function kindOf(html: string, bracket: number): 'start' | 'end' | 'comment' | 'text' {
	const next = html.charCodeAt(bracket + 1);
	if (isLetter(next)) return 'start';
	if (next === EXCLAMATION || next === QUESTION) return 'comment';
	if (next !== SLASH || bracket + 2 >= html.length) return 'text';
	return isLetter(html.charCodeAt(bracket + 2)) ? 'end' : 'comment';
}

/** Hands the tag on; returns where reading goes on. */
function readTag(html: string, bracket: number, kind: 'start' | 'end', sink: HtmlSink): number {
	const nameAt = bracket + (kind === 'start' ? 1 : 2);
	let nameEnd = nameAt;
	while (nameEnd < html.length && !endsName(html.charCodeAt(nameEnd))) nameEnd++;
	const end = endOfTag(html, nameEnd);
	if (end === html.length) return end;
	const name = nameBetween(html, nameAt, nameEnd);
	if (kind === 'end') {
		sink.close(name);
		return end + 1;
	}
	if (UNSEEN_RAW_TEXT.has(name)) return endOfRawText(html, end + 1, name);
	sink.open(name, html, nameEnd, end);
	return end + 1;
}

/** Names that were read before, at a place that their first and last characters and their length give: a mail has hundreds of tags and a handful of names, and a text for each tag would be garbage. */
const SEEN_NAMES: string[] = Array.from({ length: 1024 }, () => '');
/** V8 copies so short a part of a text, so that it does not keep all of it. */
const LONGEST_SEEN_NAME = 7;

function nameBetween(html: string, from: number, to: number): string {
	const length = to - from;
	if (length > LONGEST_SEEN_NAME) return html.slice(from, to).toLowerCase();
	const place = ((html.charCodeAt(from) * 31 + html.charCodeAt(to - 1)) * 8 + length) % SEEN_NAMES.length;
	const seen = SEEN_NAMES[place] ?? '';
	if (seen.length === length && html.startsWith(seen, from)) return seen;
	const name = html.slice(from, to).toLowerCase();
	SEEN_NAMES[place] = name;
	return name;
}

/** The `>` that ends a tag, not one inside a quoted value; the length of the document where there is none. */
function endOfTag(html: string, from: number): number {
	let at = from;
	while (at < html.length) {
		const code = html.charCodeAt(at++);
		if (code === GREATER) return at - 1;
		if (code !== EQUALS) continue;
		while (isSpace(html.charCodeAt(at))) at++;
		const first = html.charCodeAt(at);
		if (first === DOUBLE_QUOTE || first === SINGLE_QUOTE) {
			const closing = html.indexOf(first === DOUBLE_QUOTE ? '"' : "'", at + 1);
			if (closing < 0) return html.length;
			at = closing + 1;
		} else {
			while (at < html.length && html.charCodeAt(at) !== GREATER && !isSpace(html.charCodeAt(at))) at++;
		}
	}
	return html.length;
}

function endOfComment(html: string, bracket: number): number {
	if (!html.startsWith('<!--', bracket)) return after(html, '>', bracket + 2);
	if (html.startsWith('>', bracket + 4)) return bracket + 5;
	if (html.startsWith('->', bracket + 4)) return bracket + 6;
	COMMENT_END.lastIndex = bracket + 4;
	return COMMENT_END.test(html) ? COMMENT_END.lastIndex : html.length;
}

const COMMENT_END = /--!?>/g;

function after(html: string, mark: string, from: number): number {
	const found = html.indexOf(mark, from);
	return found < 0 ? html.length : found + mark.length;
}

function endOfRawText(html: string, from: number, name: string): number {
	const closing = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
	closing.lastIndex = from;
	return closing.test(html) ? Math.min(html.length, endOfTag(html, closing.lastIndex) + 1) : html.length;
}

/**
 * The value of an attribute in the text between a tag's name and its end, references not decoded; undefined where it is missing.
 *
 * @param name in lower case
 */
export function attributeOf(attributes: string, name: string): string | undefined {
	for (const [, key = '', double, single, bare] of attributes.matchAll(ATTRIBUTE)) {
		if (key.toLowerCase() === name) return double ?? single ?? bare ?? '';
	}
	return undefined;
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g;

function isLetter(code: number): boolean {
	const lower = code | 0x20;
	return lower >= 0x61 && lower <= 0x7a;
}

function isSpace(code: number): boolean {
	return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);
}

function endsName(code: number): boolean {
	return code === GREATER || code === SLASH || isSpace(code);
}
