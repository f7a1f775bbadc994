import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** A Basic credential for one mailbox of the embedded Exchange. */
export function basicCredential(url: string, changes: ICredentialDataDecryptedObject = {}): ICredentialDataDecryptedObject {
	return {
		active: true,
		url,
		authentication: 'basic',
		domain: '',
		user: 'anna@example.test',
		password: 'secret-of-anna',
		access: 'own',
		accounts: {},
		mailboxLogins: '{}',
		connectorId: 'n8n',
		timeZone: 'Europe/Zurich',
		...changes,
	};
}
