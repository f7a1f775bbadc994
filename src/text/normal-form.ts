/** More marks on one letter nobody writes: the Stream-Safe Text Format has 30 at most. https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format */
const LONG_RUN_OF_MARKS = /(\p{M}{31,})/u;

/** Latin letters are in Unicode NFC already, and so are the quotation marks, dashes and currency signs of most texts. https://www.unicode.org/reports/tr15/ */
const MAY_CHANGE = /[\u0300-\u2001\u2126-\uffff]/;

/**
 * A text in Unicode NFC, in time proportional to its length: a run of more than 30 marks stays as it is. To bring it into its order takes time with the square of its length; a mail
 * of 600 KB that was nothing else held the event loop for half a minute.
 */
export function nfc(text: string): string {
	if (!MAY_CHANGE.test(text)) return text;
	if (!LONG_RUN_OF_MARKS.test(text)) return text.normalize('NFC');
	return text
		.split(LONG_RUN_OF_MARKS)
		.map((part, index) => (index % 2 === 1 ? part : part.normalize('NFC')))
		.join('');
}
