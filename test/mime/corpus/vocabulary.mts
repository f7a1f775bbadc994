/** Words, names and phrases of the languages that mails really come in. */

export const PEOPLE: readonly string[] = [
	'Anna Schmidt', 'Jürgen Groß', 'Łukasz Żółć', 'José Ñandú', 'Дмитрий Иванов', '山田太郎', '王小明', '김철수', 'محمد علي', 'דוד כהן',
	'Doe, Jane', 'O\'Brien "Bob"', 'Dr. Müller (Vertrieb)', 'ACME; Sales', 'a@b confusing', '', 'Νίκος Παπαδόπουλος', 'Åsa Öberg', 'Back\\slash',
	'Very Long Display Name That Will Certainly Have To Be Folded Over More Than One Header Line In The Message', '🎉 Party 🎉',
];

export const LOCAL_PARTS: readonly string[] = ['anna', 'j.gross', 'lukasz+tag', 'info', "o'brien", 'sales-team', 'x_y_z', '1234567', 'first.last'];

export const DOMAINS: readonly string[] = ['example.com', 'mail.example.org', 'contoso.test', 'sub.domain.example.net', 'xn--mller-kva.example'];

export const SUBJECTS: readonly string[] = [
	'Quarterly report', 'Re: Angebot für Büromöbel', 'AW: WG: Rückfrage', 'Приглашение на встречу', '会議のお知らせ', '发票已开具', '회의 일정', 'دعوة', 'הזמנה',
	'=?utf-8?Q?looks encoded?=', 'with  two blanks', 'tab\there'.replace('\t', ' '), '50 % off — “today” only…', '🚀 Launch', 'x',
	'A subject that is much longer than the seventy-eight characters that fit into a single line of a header and so has to be folded several times',
	'Ein Betreff mit Umlauten äöüÄÖÜß, der länger ist als die achtundsiebzig Zeichen, die in eine Zeile passen, und gefaltet wird', 'semi;colon, comma: colon',
	'(comment?) <angle> "quote"', '= equals =', '?', 'Fwd: [EXTERNAL] Rechnung #4711/2026',
];

export const PARAGRAPHS: readonly string[] = [
	'Hello all,', 'Sehr geehrte Damen und Herren,', 'Здравствуйте, коллеги!', 'お世話になっております。', '您好，', '안녕하세요.', 'مرحبا،', 'שלום,',
	'please find attached the figures for the last quarter. They are not final; some numbers may still change before the board meeting next week in Zürich.',
	'anbei die gewünschten Unterlagen. Für Rückfragen stehe ich Ihnen gerne zur Verfügung – auch außerhalb der üblichen Bürozeiten (bis 20 Uhr).',
	'.', '..leading dots', 'From the beginning of a line', '-- ', '> quoted once', '>> quoted twice', '=3D is not an equals sign here = =', '--=_boundary-like line',
	'https://example.com/a?b=c&d=e%20f#frag', '\ttab-indented', '  two blanks in front', 'trailing blanks   ', 'emoji 👩‍👩‍👧‍👦 family and flags 🇨🇭🇪🇺', 'e\u0301 combined and é composed',
	'a'.repeat(200), 'ä'.repeat(120), 'word '.repeat(300).trimEnd(), '€ 1.234,56 – “quotes” ‘single’ … ™', 'non\u00a0breaking', 'Zeile mit Soft­Hyphen', 'MIME-Version: 1.0', '',
];

export const FILE_NAMES: readonly string[] = [
	'report.pdf', 'Bericht für März.docx', 'Отчёт.xlsx', '報告書.txt', '发票.pdf', 'photo 1.jpg', "it's.csv", 'archive.tar.gz', 'no extension', 'percent%20sign.txt', 'a;b=c.txt',
	'long name '.repeat(12).trim() + '.pdf', 'äöü'.repeat(20) + '.zip', '(brackets) [square] {curly}.bin', 'invoice=4711.xml', '=_utf-8_Q_x_=.txt', 'semi; name=x.txt', '🎉.png', 'a,b.csv',
];

export const FILE_TYPES: readonly string[] = [
	'application/pdf', 'application/octet-stream', 'image/png', 'image/jpeg', 'text/plain', 'text/csv', 'text/html', 'text/calendar', 'application/zip', 'application/ms-tnef', 'application/json',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'audio/wav', 'application/pgp-signature', 'message/delivery-status', 'application/x-unknown+weird',
];
