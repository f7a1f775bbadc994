import { htmlToText } from 'html-to-text';
import type { Body, DetachedItem } from '../store/item.mts';
import { escapeText } from '../xml/write.mts';

const asText = new WeakMap<Body, { of: string; text: string }>();

/** The body as plain text, converted once. */
export function plainText(body: Body): string {
	if (body.type === 'Text') return body.content;
	const known = asText.get(body);
	if (known && known.of === body.content) return known.text;
	const text = htmlToText(body.content, { wordwrap: false, selectors: [{ selector: 'img', format: 'skip' }, { selector: 'a', options: { hideLinkHrefIfSameAsText: true } }] }).replace(/\r?\n/g, '\r\n');
	asText.set(body, { of: body.content, text });
	return text;
}

/** The body as HTML; Exchange wraps plain text as here. */
export function html(body: Body): string {
	if (body.type === 'HTML') return body.content;
	const lines = escapeText(body.content.replace(/\r\n?/g, '\n')).replace(/\n/g, '<br>\r\n');
	return `<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n<div><font size="2"><span style="font-size:11pt;"><div class="PlainText">${lines}</div></span></font></div>\r\n</body>\r\n</html>\r\n`;
}

/** HTML as Exchange gives it back however it was written: a whole document that names its charset, lines ended by CRLF. */
export function asExchangeWritesHtml(content: string): string {
	const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
	const lines = content.replace(/\r?\n/g, '\r\n');
	if (!/<html[\s>]/i.test(lines)) return `<html>\r\n<head>\r\n${meta}\r\n</head>\r\n<body>\r\n${lines}\r\n</body>\r\n</html>\r\n`;
	if (/<meta[^>]+charset/i.test(lines)) return lines;
	if (/<head[\s>]/i.test(lines)) return lines.replace(/<head[^>]*>/i, `$&\r\n${meta}`);
	return lines.replace(/<html[^>]*>/i, `$&<head>\r\n${meta}\r\n</head>`);
}

/** The body in the form a request wants. */
export function bodyAs(item: DetachedItem, wanted: 'Best' | 'HTML' | 'Text'): Body {
	const body = item.body ?? { type: 'Text', content: '' };
	if (wanted === 'Best' || wanted === body.type) return body;
	return wanted === 'Text' ? { type: 'Text', content: plainText(body) } : { type: 'HTML', content: html(body) };
}
