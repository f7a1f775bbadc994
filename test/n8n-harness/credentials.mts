import type { RestClient } from './rest-client.mts';

/** A credential that is stored in n8n; the shape nodes refer to it by. */
export interface StoredCredential {
	id: string;
	name: string;
	type: string;
}

/** What n8n says about a credential it tried. */
export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** Stores a credential. */
export async function createCredential(client: RestClient, name: string, type: string, data: Record<string, unknown>): Promise<StoredCredential> {
	client.secrets.noteCredential(type, data);
	const stored = await client.request<StoredCredential>('POST', '/rest/credentials', { name, type, data });
	return { id: stored.id, name: stored.name, type: stored.type };
}

/** The data of a credential as n8n hands it to its editor: without its secrets. */
export async function shownCredential(client: RestClient, credential: StoredCredential): Promise<Record<string, unknown>> {
	const { data } = await client.request<{ data: Record<string, unknown> }>('GET', `/rest/credentials/${credential.id}?includeData=true`);
	return data;
}

/** Changes the data of a stored credential. */
export async function updateCredential(client: RestClient, credential: StoredCredential, data: Record<string, unknown>): Promise<void> {
	client.secrets.noteCredential(credential.type, data);
	await client.request('PATCH', `/rest/credentials/${credential.id}`, { id: credential.id, name: credential.name, type: credential.type, data });
}

/** Has n8n try a credential, as the dialog does when it is saved. */
export async function testCredential(client: RestClient, credential: StoredCredential, data: Record<string, unknown>): Promise<CredentialTestResult> {
	client.secrets.noteCredential(credential.type, data);
	return await client.request<CredentialTestResult>('POST', '/rest/credentials/test', { credentials: { ...credential, data } });
}
