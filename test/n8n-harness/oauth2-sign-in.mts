import type { StoredCredential } from './credentials.mts';
import type { RestClient } from './rest-client.mts';

/**
 * Signs in with an OAuth2 credential as the button of its dialog does: n8n says where to, whoever signs in is led back to n8n with a code, and n8n fetches
 * the token.
 *
 * @param user whom the sign-in page is told; nobody sits in front of it
 * @param fetchPage fetches the sign-in page without following its redirect; where it leads
 * @returns the address that n8n sent the browser to
 */
export async function signIn(client: RestClient, credential: StoredCredential, user: string, fetchPage: (address: URL) => Promise<string | undefined>): Promise<URL> {
	const page = new URL(await client.request<string>('GET', `/rest/oauth2-credential/auth?id=${credential.id}`));
	const hinted = new URL(page);
	hinted.searchParams.set('login_hint', user);
	const back = await fetchPage(hinted);
	if (back === undefined) throw new Error('The sign-in page led nowhere');
	const { pathname, search } = new URL(back);
	const answer = await fetch(`${client.address}${pathname}${search}`, { headers: { 'browser-id': 'e2e', cookie: client.cookies }, signal: AbortSignal.timeout(60_000) });
	const text = await answer.text();
	client.secrets.search('page after the sign-in', text);
	if (!answer.ok || /error/i.test(/<title>(.*?)<\/title>/.exec(text)?.[1] ?? '')) throw new Error(`n8n did not take the sign-in: HTTP ${answer.status} ${text.slice(0, 2000)}`);
	return page;
}
