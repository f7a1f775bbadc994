import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

import type { AccountDiagnosis, Diagnosis } from '../../src/connector/diagnosis';
import { storedAccessToken } from './access-token';
import { openConnection } from './connection';
import { adviceOf } from './errors/node-error';
import { isFault } from './errors/fault-shape';
import type { ConnectorCredentialType } from './parameters/connector-credentials';
import { isConnectorCredentialType } from './parameters/connector-credentials';
import { settingsFromCredential } from './settings/settings-from-credential';
import { smimeCertificates } from './settings/smime-certificates';

/**
 * Tests a connector credential by logging on to every account once. Not a declarative test: n8n sends such a request again after a 401, which
 * brings an account closer to its lock-out. What it says reaches the browser, so it holds no secret.
 */
export async function testConnector(this: ICredentialTestFunctions, credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>): Promise<INodeCredentialTestResult> {
	try {
		const type = credentialTypeOf(credential);
		const data = credential.data ?? {};
		const settings = settingsFromCredential({
			type,
			name: credential.name,
			identity: credential.id,
			data,
			workflowTimeZone: 'UTC',
			accessToken: async () => storedAccessToken(data),
		});
		// An inactive connector is tested too: an administrator sets it up first and switches it on afterwards.
		const connector = await openConnection({ ...settings, active: true });
		try {
			return verdictOn(await connector.diagnose());
		} finally {
			await connector.close();
		}
	} catch (error) {
		return { status: 'Error', message: messageOf(error) };
	}
}

/** Tests an S/MIME credential: the certificates are there and Base64 text. Whether one opens a mail shows with the mail. */
export async function testSmimeCertificate(this: ICredentialTestFunctions, credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>): Promise<INodeCredentialTestResult> {
	try {
		const certificates = smimeCertificates(credential.data ?? {});
		if (certificates.length === 0) return { status: 'Error', message: 'No certificate is entered' };
		return { status: 'OK', message: certificates.length === 1 ? 'One certificate' : `${certificates.length} certificates` };
	} catch (error) {
		return { status: 'Error', message: messageOf(error) };
	}
}

function credentialTypeOf(credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>): ConnectorCredentialType {
	if (isConnectorCredentialType(credential.type)) return credential.type;
	throw new Error(`A credential of the type ${credential.type} is no connector to Exchange`);
}

function verdictOn(diagnosis: Diagnosis): INodeCredentialTestResult {
	const failed = diagnosis.accounts.filter((account) => !account.reachable || (account.problem !== '' && !account.timeZoneDiffers));
	const [first] = failed;
	if (first === undefined) {
		const server = diagnosis.serverVersion === '' ? '' : ` to ${diagnosis.serverVersion}`;
		return { status: 'OK', message: `Logged on${server}: ${mailboxes(diagnosis.accounts)}` };
	}
	const others = failed.length === 1 ? '' : ` (and ${failed.length - 1} more)`;
	// A code of Exchange or Entra helps an administrator to look further; our own words for a reason say no more than the message.
	const code = /^[A-Z]/.test(first.code) && !first.problem.includes(first.code) ? ` [${first.code}]` : '';
	const where = diagnosis.accounts.length === 1 ? '' : `${first.mailbox}${others}: `;
	return { status: 'Error', message: `${where}${first.problem}${code}` };
}

function mailboxes(accounts: readonly AccountDiagnosis[]): string {
	const [only] = accounts;
	return accounts.length === 1 && only !== undefined ? only.mailbox : `${accounts.length} mailboxes`;
}

function messageOf(error: unknown): string {
	if (isFault(error)) return [error.message, adviceOf(error)].filter((part) => part !== '').join(' ');
	return error instanceof Error ? error.message : String(error);
}
