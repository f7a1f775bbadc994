import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { ConnectorSettings } from '../../../src/connector/connector-settings';
import { keyedRows, secretOf } from './credential-values';
import { SettingsError } from './settings-error';

/** The certificates of an S/MIME credential (rule `smime-pull`). @throws SettingsError that names the field or the key, never a value */
export function smimeCertificates(data: ICredentialDataDecryptedObject): ConnectorSettings['smimeCertificates'] {
	const certificates: ConnectorSettings['smimeCertificates'] = [];
	const first = secretOf(data, 'certificate');
	if (first.trim() !== '') certificates.push({ pkcs12: base64(first, 'Certificate (PKCS #12, Base64)'), password: secretOf(data, 'password') });
	for (const { key, row } of keyedRows(data, 'otherFiles', 'More Certificates')) {
		certificates.push({ pkcs12: base64(row['pkcs12'] ?? '', `More Certificates → ${key} → pkcs12`), password: row['password'] ?? '' });
	}
	return certificates;
}

function base64(text: string, field: string): string {
	// A data URL or line breaks are what copying a file brings along.
	const bare = text.replace(/^data:[^,]*,/, '').replace(/\s+/g, '');
	if (bare === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) {
		throw new SettingsError(field, 'is not Base64 text', 'the content of the .p12 or .pfx file as Base64', 'smime-pull');
	}
	return bare;
}
