import { createHash } from 'node:crypto';
import type { DelegatedAuthentication } from './connector-settings';
import { delegatedToken } from './delegated-token';
import { rememberNewest } from './remember-newest';

/** Where the tokens of a delegated login come from, and what is known of them. */
interface SignIn {
	token: DelegatedAuthentication['token'];
	/** Fingerprint of its first token; undefined until somebody asked for one. */
	name: string | undefined;
	/** Fingerprints of its last tokens. */
	tokens: readonly string[];
}

/** Of this process, by the identity of the login; bounded, oldest first out. */
const SIGN_INS = new Map<string, SignIn>();
const REMEMBERED_SIGN_INS = 1_000;
/** The token that was refused and the one that it was renewed to; others may be under way. */
const REMEMBERED_TOKENS = 8;

/**
 * From now on, tokens of this login come from here: connections outlive the connector that opened them, but who signed in may change meanwhile, so tokens come from whoever
 * opened a connector with this identity last.
 */
export function rememberTokenSource({ identity, token }: DelegatedAuthentication): void {
	remember(identity, { ...(SIGN_INS.get(identity) ?? { name: undefined, tokens: [] }), token });
}

/** A token of this login. @throws MailboxFault, see {@link delegatedToken} */
export async function tokenOf({ identity, token: own }: DelegatedAuthentication, renew: boolean, signal: AbortSignal | undefined): Promise<string> {
	const token = await delegatedToken(SIGN_INS.get(identity)?.token ?? own, renew, signal);
	// What a refused token was renewed to comes of the same sign-in.
	const known = SIGN_INS.get(identity);
	if (renew && known?.name !== undefined) remember(identity, { ...known, tokens: [...known.tokens, fingerprint(token)].slice(-REMEMBERED_TOKENS) });
	return token;
}

/**
 * What tells a sign-in from an earlier one of the same login, as far as its tokens tell: one that nobody was given before, and that no refused one was renewed to, is taken for the
 * first of a new sign-in. An hour later it may be no more than the next of the old one.
 *
 * @param token the one that is valid now
 */
export function signInOf({ identity, token: source }: DelegatedAuthentication, token: string): string {
	const mark = fingerprint(token);
	const known = SIGN_INS.get(identity);
	if (known?.name !== undefined && known.tokens.includes(mark)) return known.name;
	remember(identity, { token: known?.token ?? source, name: mark, tokens: [mark] });
	return mark;
}

function remember(identity: string, signIn: SignIn): void {
	rememberNewest(SIGN_INS, identity, signIn, REMEMBERED_SIGN_INS);
}

function fingerprint(token: string): string {
	return createHash('sha256').update(token).digest('base64url');
}
