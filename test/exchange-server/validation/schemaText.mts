/** Long base64 says nothing to a schema and costs time: its beginning and its end stay. */
const LONG_BASE64 = 4_096;
const ENDS = 400;
/** Elements of type base64Binary that can be long. */
const BASE64_ELEMENTS = ['t:Content', 't:MimeContent'];
/** Plain strings to the schema, other ones in every test. */
const OPAQUE_ATTRIBUTES = /\b(Id|ChangeKey|RootItemId|RootItemChangeKey|OccurrenceId|RecurringMasterId)="[A-Za-z0-9+/=]{16,}"/g;
const OPAQUE_ELEMENTS = /(<m:SyncState>)[A-Za-z0-9+/=]{16,}(<\/m:SyncState>)/g;
/** What Exchange writes for characters XML forbids; a parser would stop there and see nothing of the rest. */
const ILLEGAL_REFERENCES = /&#x(?:[0-8BCEF]|1[0-9A-F]|D[89A-F][0-9A-F]{2}|FFF[EF]);/g;

/** As long as the whole in its last group of four, so that it is base64 only where the whole is. */
function shortened(base64: string): string {
	// Looked for first: a copy of a large text costs much, a look at it little.
	const text = /\s/.test(base64) ? base64.replaceAll(/\s/g, '') : base64;
	return text.slice(0, ENDS) + text.slice(text.length - ENDS - (text.length % 4));
}

/** With string searches instead of an expression: a match of 40 MB is too long for one. */
function withShortBase64(xml: string, element: string): string {
	let result = '';
	let from = 0;
	for (;;) {
		const open = xml.indexOf(`<${element}`, from);
		const begin = open < 0 ? -1 : xml.indexOf('>', open) + 1;
		const end = begin <= 0 ? -1 : xml.indexOf('<', begin);
		if (end < 0) return result + xml.slice(from);
		const content = end - begin > LONG_BASE64 ? shortened(xml.slice(begin, end)) : xml.slice(begin, end);
		result += xml.slice(from, begin) + content;
		from = end;
	}
}

/** The text that stands for a request or an answer before the schema: as short as can be, and as like to others as can be. */
export function schemaText(xml: string): string {
	let text = xml;
	if (text.length > LONG_BASE64) for (const element of BASE64_ELEMENTS) text = withShortBase64(text, element);
	return text
		.replaceAll(OPAQUE_ATTRIBUTES, '$1="AAAA"')
		.replaceAll(OPAQUE_ELEMENTS, '$1AAAA$2')
		.replaceAll(ILLEGAL_REFERENCES, '?');
}
