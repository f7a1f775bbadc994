import { SettingsError } from './settings-error';

/**
 * PEM text (RFC 7468) with its line breaks: an input field of one line turns them into blanks, and a copied JSON value into `\n`.
 *
 * @throws SettingsError that does not show the text
 */
export function pemText(text: string, field: string, label: 'CERTIFICATE' | 'PRIVATE KEY'): string {
	const blocks = [...text.replaceAll('\\n', '\n').matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)];
	const fitting = blocks.filter(([, name]) => name !== undefined && name.endsWith(label));
	if (fitting.length === 0) throw new SettingsError(field, 'holds no PEM block', `PEM text that begins with -----BEGIN ${label}-----`);
	return fitting
		.map(([, name, body]) => {
			const lines = (body ?? '').replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
			return `-----BEGIN ${name}-----\n${lines.join('\n')}\n-----END ${name}-----\n`;
		})
		.join('');
}
