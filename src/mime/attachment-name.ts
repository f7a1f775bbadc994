import { nfc } from '../text/normal-form';

/** Longest name in UTF-8 bytes; the limit of ext4, NTFS (in characters) and n8n's file nodes. */
const LONGEST_NAME = 255;
const LONGEST_EXTENSION = 32;

/** Names Windows keeps for devices, with whatever extension (https://learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const DEVICE_NAME = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|\s*$)/i;

/** What no Windows file name may hold; the colon also hides alternate data streams. */
const RESERVED_CHARACTERS = /[<>:"/\\|?*]/g;

/** C0, DEL and C1 controls, line separators, and everything that turns the reading direction (`gpj.exe` shown as `exe.jpg`). */
const INVISIBLE_CHARACTERS = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const EXTENSION_BY_TYPE: ReadonlyMap<string, string> = new Map(Object.entries({
	'application/gzip': '.gz',
	'application/ics': '.ics',
	'application/json': '.json',
	'application/ms-tnef': '.dat',
	'application/msword': '.doc',
	'application/pdf': '.pdf',
	'application/pgp-encrypted': '.asc',
	'application/pgp-signature': '.asc',
	'application/pkcs7-mime': '.p7m',
	'application/pkcs7-signature': '.p7s',
	'application/rtf': '.rtf',
	'application/vnd.ms-excel': '.xls',
	'application/vnd.ms-outlook': '.msg',
	'application/vnd.ms-powerpoint': '.ppt',
	'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
	'application/x-pkcs7-mime': '.p7m',
	'application/x-pkcs7-signature': '.p7s',
	'application/xml': '.xml',
	'application/zip': '.zip',
	'audio/mpeg': '.mp3',
	'audio/wav': '.wav',
	'image/bmp': '.bmp',
	'image/gif': '.gif',
	'image/jpeg': '.jpg',
	'image/png': '.png',
	'image/svg+xml': '.svg',
	'image/tiff': '.tiff',
	'image/webp': '.webp',
	'message/delivery-status': '.txt',
	'message/disposition-notification': '.txt',
	'message/rfc822': '.eml',
	'text/calendar': '.ics',
	'text/csv': '.csv',
	'text/html': '.html',
	'text/plain': '.txt',
	'text/rfc822-headers': '.txt',
	'text/vcard': '.vcf',
	'text/xml': '.xml',
	'video/mp4': '.mp4',
}));

const STEM_BY_TYPE: ReadonlyMap<string, string> = new Map(Object.entries({
	'application/ics': 'invite',
	'application/ms-tnef': 'winmail',
	'application/pkcs7-mime': 'smime',
	'application/pkcs7-signature': 'smime',
	'application/x-pkcs7-mime': 'smime',
	'application/x-pkcs7-signature': 'smime',
	'message/rfc822': 'message',
	'text/calendar': 'invite',
}));

/**
 * A file name that can be written into any folder of Windows, Linux and macOS without leaving it or meaning something else: the last part of a path, without
 * reserved and control characters, without marks that turn the reading direction, not a device name, at most 255 bytes of UTF-8 with its extension kept.
 *
 * @param name What the mail says; missing or empty: a name by content type, such as `message.eml` or `attachment.bin`.
 * @param contentType MIME type, lower case.
 */
export function safeAttachmentName(name: string | undefined, contentType: string): string {
	const lastPart = (name ?? '').replace(INVISIBLE_CHARACTERS, '').split(/[/\\]/).at(-1) ?? '';
	let safe = nfc(lastPart.replace(/\p{Surrogate}/gu, '_'))
		.replace(RESERVED_CHARACTERS, '_')
		.replace(/\s+/g, ' ')
		.replace(/^ +/, '')
		// Windows drops blanks and dots at the end, and a name of dots alone is a folder. From the first of a run only: tried from each of them, the expression is quadratic in their number.
		.replace(/(?<![ .])[ .]+$/, '');
	if (/^\.*$/.test(safe)) safe = defaultName(contentType);
	if (DEVICE_NAME.test(safe)) safe = `_${safe}`;
	return shortened(safe, LONGEST_NAME);
}

/** {@link safeAttachmentName} for all attachments of one mail, each name only once: the second `a.txt` is `a (2).txt`. Case does not make names differ. */
export function safeAttachmentNames(attachments: ReadonlyArray<{ name: string | undefined; contentType: string }>): string[] {
	const taken = new Set<string>();
	const lastNumber = new Map<string, number>();
	return attachments.map(({ name, contentType }) => {
		const wanted = safeAttachmentName(name, contentType);
		const { stem, extension } = split(wanted);
		let unique = wanted;
		let number = lastNumber.get(wanted.toLowerCase()) ?? 1;
		while (taken.has(unique.toLowerCase())) {
			const suffix = ` (${++number})${extension}`;
			unique = `${cutBytes(stem, LONGEST_NAME - Buffer.byteLength(suffix))}${suffix}`;
		}
		lastNumber.set(wanted.toLowerCase(), number);
		taken.add(unique.toLowerCase());
		return unique;
	});
}

function defaultName(contentType: string): string {
	return `${STEM_BY_TYPE.get(contentType) ?? 'attachment'}${EXTENSION_BY_TYPE.get(contentType) ?? '.bin'}`;
}

function shortened(name: string, bytes: number): string {
	if (Buffer.byteLength(name) <= bytes) return name;
	const { stem, extension } = split(name);
	return `${cutBytes(stem, bytes - Buffer.byteLength(extension))}${extension}`;
}

function split(name: string): { stem: string; extension: string } {
	const dot = name.lastIndexOf('.');
	if (dot < 1 || Buffer.byteLength(name) - dot < 2 || Buffer.byteLength(name.slice(dot)) > LONGEST_EXTENSION) return { stem: name, extension: '' };
	return { stem: name.slice(0, dot), extension: name.slice(dot) };
}

function cutBytes(text: string, bytes: number): string {
	let result = '';
	let length = 0;
	for (const character of text) {
		length += Buffer.byteLength(character);
		if (length > bytes) break;
		result += character;
	}
	return result.trimEnd();
}
