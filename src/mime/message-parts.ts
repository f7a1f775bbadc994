import { MailParser } from 'mailparser';
import type { AttachmentStream, MailParserOptions, MessageText } from 'mailparser';
import { visibleText } from '../text/plain-text';

/** A message as the parser takes it apart. */
export interface MessageParts {
	/** Its header: what the parser names of it. */
	header: Pick<MailParser, 'headers' | 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'replyTo'>;
	/** Text that stands for itself, each in its place; empty where the message has HTML alone. */
	text: string;
	html: string;
	attachments: MessageAttachment[];
}

/** A part that is no text, with its bytes. */
export interface MessageAttachment extends Pick<AttachmentStream, 'filename' | 'headers' | 'contentType' | 'contentDisposition' | 'cid' | 'related'> {
	content: Buffer;
}

/** The texts that HTML beside text is read as are together so many times as long as all HTML ... */
const LONGEST_TEXTS_FACTOR = 2;
/** ... and so many characters; what comes behind is in the HTML alone. */
const LONGEST_TEXTS_BESIDES = 64 * 1024;

/** A part of the message as the parser (3.14) keeps it; it names none of this in its types. */
interface Part {
	contentType: unknown;
	/** Of parts that are no attachments. */
	textContent?: unknown;
	children?: readonly Part[];
}

/** Takes a message apart. @throws whatever the parser gives up with */
export async function messageParts(mime: Buffer, options: MailParserOptions): Promise<MessageParts> {
	const parser = new MailParser({
		...options,
		// Its own conversion makes texts that are more than a hundred times as long as their HTML.
		skipHtmlToText: true,
		skipTextToHtml: true,
	});
	// What it gives up with leaves the attachment that is being read without an end.
	const givenUp = new Promise<never>((_resolve, reject) => parser.on('error', reject));
	parser.end(mime);
	return await Promise.race([partsOf(parser), givenUp]);
}

async function partsOf(parser: MailParser): Promise<MessageParts> {
	const attachments: MessageAttachment[] = [];
	let html = '';
	for await (const part of parser as AsyncIterable<AttachmentStream | MessageText>) {
		if (part.type === 'text') {
			html = typeof part.html === 'string' ? part.html : '';
			continue;
		}
		const content = await bytesOf(part.content);
		// It waits for this word before it goes on.
		part.release?.();
		attachments.push({ ...part, content });
	}
	const { tree } = parser as unknown as { tree: Part | false };
	return { header: parser, text: tree === false ? '' : textBeside(tree, html), html, attachments };
}

async function bytesOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of content) pieces.push(piece);
	return Buffer.concat(pieces);
}

/** The plain text of a message, and what HTML beside it says: the footer of a mailing list may be of another kind than what it stands under. */
function textBeside(tree: Part, html: string): string {
	const parts = textsIn(tree, false);
	if (!parts.some(({ isHtml }) => !isHtml)) return '';
	let left = LONGEST_TEXTS_FACTOR * html.length + LONGEST_TEXTS_BESIDES;
	return parts
		.map(({ isHtml, content }) => {
			if (!isHtml) return content;
			const text = left > 0 ? visibleText(content) : '';
			left -= text.length;
			return text;
		})
		.join('\n');
}

function textsIn({ contentType, textContent, children = [] }: Part, isAlternative: boolean): Array<{ isHtml: boolean; content: string }> {
	const content = typeof textContent === 'string' ? textContent : '';
	const own = content !== '' && (contentType === 'text/plain' || (contentType === 'text/html' && !isAlternative)) ? [{ isHtml: contentType === 'text/html', content }] : [];
	return [...own, ...children.flatMap((child) => textsIn(child, isAlternative || contentType === 'multipart/alternative'))];
}
