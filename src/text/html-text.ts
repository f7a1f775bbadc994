import { decodeHTML } from 'entities';
import { attributeOf, type HtmlSink, readHtml } from './html-tokens';
import { listMark } from './list-mark';

/**
 * What an element does to the text around it, by its name: a number of line breaks that it asks for before and after itself (2 leaves an empty line), or what
 * {@link TextWriter} does with it; others do nothing. https://html.spec.whatwg.org/multipage/rendering.html
 */
type Effect = number | 'br' | 'hr' | 'cell' | 'a' | 'ul' | 'ol' | 'li' | 'blockquote' | 'pre';

const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
	...'address article aside caption center dd details dialog div dl dt fieldset footer form header legend main nav option section summary table tr'
		.split(' ')
		.map((name): [string, number] => [name, 1]),
	...'figure h1 h2 h3 h4 h5 h6 p'.split(' ').map((name): [string, number] => [name, 2]),
	...(['br', 'hr', 'a', 'ul', 'ol', 'li', 'blockquote', 'pre'] as const).map((name): [string, Effect] => [name, name]),
	['td', 'cell'],
	['th', 'cell'],
]);

/** More never stand between two lines. */
const MOST_BREAKS = 2;

/** Elements that change how lines begin or break, as they nest; deeper ones are read as if they were not there. */
const DEEPEST = 32;

const RULE = '-'.repeat(40);

/** Rules and what lines begin with, `> ` and the indentation of list items, make a text longer than its HTML; no mail that somebody wrote comes near this many times its length ... */
const LONGEST_TEXT_FACTOR = 2;
/** ... and so many characters. */
const LONGEST_TEXT_BESIDES = 64 * 1024;

type Container =
	| { name: 'ul' }
	| { name: 'ol'; type: string; next: number }
	| { name: 'li'; mark: string; marked: boolean }
	| { name: 'blockquote' }
	| { name: 'pre' };

/** See {@link htmlText}. */
export interface HtmlText {
	readonly text: string;
	/** It is known to be as `normalisedText` has it, but for empty lines around it: to look at it once more takes as long as to write it. */
	readonly isNormal: boolean;
}

/**
 * What a reader sees of HTML, as lines of text: runs of white space as one blank (but not in `pre`), non-breaking blanks as blanks, an empty line around paragraphs and headings, a
 * blank between the cells of a table and a line for each row, list marks, `> ` in front of what is quoted, links as `text [url]` where text and url differ,
 * images left out, nothing wrapped. Any input gives a text, in time proportional to its length; what would make it longer than {@link LONGEST_TEXT_FACTOR} times
 * the HTML and {@link LONGEST_TEXT_BESIDES} is left out behind the text that reaches it.
 */
export function htmlText(html: string): HtmlText {
	const writer = new TextWriter(html.includes(NON_BREAKING), LONGEST_TEXT_FACTOR * html.length + LONGEST_TEXT_BESIDES);
	readHtml(html, writer);
	return writer.finish();
}

class TextWriter implements HtmlSink {
	#text = '';
	#requiredBreaks = 0;
	#ownBreaks = 0;
	#blank = false;
	readonly #containers: Container[] = [];
	/** Containers that were opened beyond {@link DEEPEST}. */
	#beyond = 0;
	/** Fewest containers that were open since the last text: an empty line belongs to these. */
	#shallowest = 0;
	#preformatted = 0;
	#link: { href: string; text: string } | undefined;
	/** Non-breaking blanks stand in the document as they are, not as references alone. */
	readonly #hasNonBreaking: boolean;
	/** Nothing is written behind so many characters. */
	readonly #longest: number;
	/** The text that is written has non-breaking blanks. */
	#isNonBreaking = false;
	#isNormal = true;

	constructor(hasNonBreaking: boolean, longest: number) {
		this.#hasNonBreaking = hasNonBreaking;
		this.#longest = longest;
	}

	text(html: string, from: number, to: number): void {
		if (this.#preformatted > 0) {
			this.#writePreformatted(this.#decoded(html.slice(from, to)));
			return;
		}
		// Half of what stands between tags is a line break: not worth a text of its own.
		const first = behindWhiteSpace(html, from, to);
		if (first > from) this.#blank = true;
		if (first === to) return;
		const end = beforeWhiteSpace(html, first, to);
		this.#writeFlowing(this.#decoded(html.slice(first, end)));
		if (end < to) this.#blank = true;
	}

	open(name: string, html: string, from: number, to: number): void {
		const effect = EFFECTS.get(name);
		switch (effect) {
			case undefined:
				return;
			case 'br':
				this.#ownBreaks++;
				this.#blank = false;
				return;
			case 'hr':
				this.#break(2);
				this.#write(RULE);
				this.#break(2);
				return;
			case 'cell':
				this.#blank = true;
				return;
			case 'a':
				this.#endLink();
				this.#startLink(html.slice(from, to));
				return;
			case 'ul':
				this.#break(this.#isInListItem() ? 1 : 2);
				this.#push({ name: effect });
				return;
			case 'ol':
				this.#break(this.#isInListItem() ? 1 : 2);
				this.#push(numberedList(html.slice(from, to)));
				return;
			case 'li':
				this.#openItem();
				return;
			case 'blockquote':
			case 'pre':
				this.#break(2);
				this.#push({ name: effect });
				return;
			default:
				this.#break(effect);
		}
	}

	close(name: string): void {
		const effect = EFFECTS.get(name);
		switch (effect) {
			case undefined:
				return;
			case 'a':
				this.#endLink();
				return;
			case 'cell':
				this.#blank = true;
				return;
			case 'ul':
			case 'ol':
				this.#pop(effect);
				this.#break(this.#isInListItem() ? 1 : 2);
				return;
			case 'li':
				this.#pop(effect);
				this.#break(1);
				return;
			case 'blockquote':
			case 'pre':
				this.#pop(effect);
				this.#break(2);
				return;
			case 'hr':
				this.#break(2);
				return;
			case 'br':
				return;
			default:
				this.#break(effect);
		}
	}

	finish(): HtmlText {
		this.#endLink();
		return { text: this.#text, isNormal: this.#isNormal };
	}

	#decoded(raw: string): string {
		const text = raw.includes('&') ? decodeHTML(raw) : raw;
		this.#isNonBreaking = (this.#hasNonBreaking || text !== raw) && text.includes(NON_BREAKING);
		return text;
	}

	#writeFlowing(text: string): void {
		const isUnusual = this.#noteUnusual(text);
		const collapsed = isUnusual ? text.replace(WHITE_SPACE, ' ') : text;
		const from = collapsed.startsWith(' ') ? 1 : 0;
		const to = collapsed.length > 1 && collapsed.endsWith(' ') ? collapsed.length - 1 : collapsed.length;
		if (from === 1) this.#blank = true;
		if (to <= from) return;
		this.#write(collapsed.slice(from, to));
		this.#blank = to < collapsed.length;
	}

	#noteUnusual(text: string): boolean {
		const isUnusual = UNUSUAL.test(text);
		if (isUnusual) this.#isNormal = false;
		return isUnusual;
	}

	#writePreformatted(text: string): void {
		for (const [index, line] of text.replace(/\r\n?/g, '\n').split('\n').entries()) {
			if (index > 0) this.#ownBreaks++;
			if (line !== '') this.#write(line);
		}
	}

	/** Writes behind the line breaks or the blank that are due. */
	#write(unbroken: string): void {
		if (this.#text.length > this.#longest) return;
		// Here, where it is a word, and not in the end, where all of the text would be copied once more.
		const text = this.#isNonBreaking ? unbroken.replaceAll(NON_BREAKING, ' ') : unbroken;
		// Else only a non-breaking blank may have stood at its end.
		if (text.endsWith(' ')) this.#isNormal = false;
		const breaks = Math.min(MOST_BREAKS, this.#requiredBreaks + this.#ownBreaks);
		const hadBlank = this.#blank;
		if (this.#text === '') this.#text = this.#lineStart(this.#containers.length);
		else if (breaks > 0) this.#text += (breaks > 1 ? `\n${this.#lineStart(this.#shallowest)}` : '') + `\n${this.#lineStart(this.#containers.length)}`;
		else if (this.#blank) this.#text += ' ';
		this.#text += text;
		if (this.#link !== undefined) this.#link.text += breaks > 0 || hadBlank ? ` ${text}` : text;
		this.#requiredBreaks = 0;
		this.#ownBreaks = 0;
		this.#blank = false;
		this.#shallowest = this.#containers.length;
	}

	#lineStart(depth: number): string {
		if (depth === 0) return '';
		let start = '';
		for (const container of this.#containers.slice(0, depth)) {
			if (container.name === 'blockquote') start += '> ';
			if (container.name !== 'li') continue;
			// An empty line between two items does not use up the mark of the second.
			const useMark = !container.marked && depth === this.#containers.length;
			start += useMark ? container.mark : ' '.repeat(container.mark.length);
			container.marked ||= useMark;
		}
		return start;
	}

	#break(breaks: number): void {
		this.#requiredBreaks = Math.max(this.#requiredBreaks, breaks);
		this.#blank = false;
	}

	#openItem(): void {
		const item = this.#containers.findLastIndex(({ name }) => name === 'li');
		const list = this.#containers.findLastIndex(({ name }) => name === 'ul' || name === 'ol');
		// The end tag of an item may be left out.
		if (item > list) this.#pop('li');
		this.#break(1);
		const owner = this.#containers[list];
		const mark = owner?.name === 'ol' ? ` ${listMark(owner.type, owner.next++)}. ` : ' * ';
		// A list in a list is indented by its item already.
		const isNested = this.#containers.slice(0, Math.max(0, list)).some(({ name }) => name === 'li');
		this.#push({ name: 'li', mark: isNested ? mark.trimStart() : mark, marked: false });
	}

	#isInListItem(): boolean {
		return this.#containers.some(({ name }) => name === 'li');
	}

	#push(container: Container): void {
		this.#isNormal = false;
		if (this.#containers.length >= DEEPEST) {
			this.#beyond++;
			return;
		}
		this.#containers.push(container);
		if (container.name === 'pre') this.#preformatted++;
	}

	#pop(name: Container['name']): void {
		if (this.#beyond > 0) {
			this.#beyond--;
			return;
		}
		const from = this.#containers.findLastIndex((container) => container.name === name);
		if (from < 0) return;
		for (const container of this.#containers.splice(from)) if (container.name === 'pre') this.#preformatted--;
		this.#shallowest = Math.min(this.#shallowest, this.#containers.length);
	}

	#startLink(attributes: string): void {
		const href = decodeHTML(attributeOf(attributes, 'href') ?? '').trim().replace(/^mailto:/i, '');
		if (href === '' || href.startsWith('#')) return;
		this.#link = { href, text: '' };
	}

	#endLink(): void {
		if (this.#link === undefined) return;
		const { href } = this.#link;
		const text = this.#link.text.trim();
		this.#link = undefined;
		if (text === href) return;
		this.#noteUnusual(href);
		if (text !== '') this.#blank = true;
		this.#write(text === '' ? href : `[${href}]`);
	}
}

function numberedList(attributes: string): Container {
	const start = Number.parseInt(attributeOf(attributes, 'start') ?? '1', 10);
	// Numbers have 32 bits in browsers, and are ignored beyond; letters for a number without end would have none either.
	return { name: 'ol', type: attributeOf(attributes, 'type') ?? '1', next: (start | 0) === start ? start || 1 : 1 };
}

const NON_BREAKING = '\u00a0';

/** White space of HTML, and the zero-width space, which tells no reader anything. */
const WHITE_SPACE = /[ \t\n\r\f\u200b]+/g;
/** What is to be collapsed, and what makes a text other than `normalisedText` has it: blanks that may end a line, what Unicode NFC may change. */
const UNUSUAL = /[\u0300-\u2001\u2126-\uffff\t\n\v\f\r\u200b\u202f]| {2}/;

function isWhiteSpace(code: number): boolean {
	return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0x0c || code === 0x200b;
}

function behindWhiteSpace(text: string, from: number, to: number): number {
	let at = from;
	while (at < to && isWhiteSpace(text.charCodeAt(at))) at++;
	return at;
}

function beforeWhiteSpace(text: string, from: number, to: number): number {
	let at = to;
	while (at > from && isWhiteSpace(text.charCodeAt(at - 1))) at--;
	return at;
}
