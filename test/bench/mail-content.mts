/** Prepared content: a few bodies and one attachment that all mails share, so that the server's memory stays small and its answers cheap. */

const SENTENCES = [
	'Thank you for your order; the goods leave our warehouse in Zürich tomorrow morning.',
	'The minutes of the last meeting are attached, please send corrections until Friday.',
	'As discussed on the phone, we have extended the offer by three weeks & lowered the price.',
	'Could you tell us who is responsible for the façade, and when the scaffolding will be removed?',
	'Our office is closed between the holidays; in urgent cases call the number below.',
];

/** HTML as Outlook writes it, about `bytes` long. */
function html(bytes: number, seed: number): string {
	const head = '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n<style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;} --></style>\r\n</head>\r\n<body lang="DE-CH">\r\n';
	const foot = '</body>\r\n</html>\r\n';
	let text = head;
	for (let n = seed; text.length + foot.length < bytes; n++) {
		text += `<p class="MsoNormal"><span lang="EN-GB" style="mso-fareast-language:EN-US">${SENTENCES[n % SENTENCES.length]} (${seed}.${n})<o:p></o:p></span></p>\r\n`;
		if (n % 7 === 0) text += '<table border="1" cellpadding="0"><tbody><tr><td style="padding:.75pt"><p>Item</p></td><td><p>12&nbsp;&#8364;</p></td></tr></tbody></table>\r\n';
	}
	return text + foot;
}

/** Bodies of 5 to 35 KB, 20 KB on average. */
export const BODIES: readonly string[] = Array.from({ length: 31 }, (_, n) => html((5 + n) * 1_000, n));

/** Bytes that do not shrink when they are compressed, always the same. */
export function noise(bytes: number): Buffer {
	const content = Buffer.allocUnsafe(bytes);
	let state = 0x9e3779b9;
	for (let at = 0; at < bytes; at++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		content[at] = state & 0xff;
	}
	return content;
}

/** What every tenth mail carries. */
export const ATTACHMENT_BYTES = 100_000;
