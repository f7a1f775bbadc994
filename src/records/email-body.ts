import type { EmailRecord } from './email';

/** The HTML of an email; undefined where it has none or nothing but blanks: then the text beside it is the body. */
export function htmlBodyOf({ html }: Pick<EmailRecord, 'html'>): string | undefined {
	return html === undefined || html.trim() === '' ? undefined : html;
}
