import { md4 } from '../exchange-server/auth/md4.mts';

/** Shorter texts would be found by chance. */
const SHORTEST = 8;

/** What n8n hands out instead of a secret. */
const PLACEHOLDER = '__n8n_';

/** Fields of this package's credentials that hold a secret, in whatever depth. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['password', 'proxyPassword', 'clientSecret', 'privateKey', 'pkcs12', 'access_token', 'refresh_token']);
/** A secret in the S/MIME credential only; that of an application is no secret. */
const CERTIFICATE = 'certificate';
/** JSON as text. */
const JSON_FIELDS: ReadonlySet<string> = new Set(['mailboxLogins', 'otherFiles']);

/** Where a secret was found. The secret itself is not repeated. */
export interface SecretFound {
	/** Which one. */
	secret: string;
	/** In what form: `plain`, `base64` … */
	form: string;
	where: string;
}

/**
 * All secrets that an n8n was given, and where they turned up: each is looked for as it is and as it would look inside of JSON, an address, XML, Base64 or a dump.
 * The proof of a password that NTLM sends counts as one.
 */
export class Secrets {
	readonly #forms = new Map<string, { secret: string; form: string }>();
	readonly #found = new Map<string, SecretFound>();

	constructor() {
		// "NTLMSSP", message 3: everything behind it answers for a password.
		this.#look('TlRMTVNTUAADAAAA', 'any NTLM proof', 'base64');
	}

	/** How many texts are looked for. */
	get size(): number {
		return this.#forms.size;
	}

	/** Everything that was found so far. */
	get found(): SecretFound[] {
		return [...this.#found.values()];
	}

	/** Takes note of a secret. @param name what it is called where it is found */
	note(secret: string, name: string): void {
		if (secret.length < SHORTEST || secret.startsWith(PLACEHOLDER)) return;
		for (const [form, text] of formsOf(secret)) this.#look(text, name, form);
		// A key that is broken into lines anew.
		for (const line of secret.split(/\s+/).filter((part) => part.length >= 40)) this.#look(line, name, 'one line');
		this.#look(md4(Buffer.from(secret, 'utf16le')).toString('hex'), name, 'NT hash');
	}

	/** Takes note of a user's password, also as HTTP Basic sends it. */
	noteLogin(user: string, password: string): void {
		this.note(password, `password of ${user}`);
		if (password.length >= SHORTEST) this.#look(Buffer.from(`${user}:${password}`).toString('base64'), `password of ${user}`, 'user:password');
	}

	/** Takes note of every secret in the data of a credential. */
	noteCredential(type: string, data: Readonly<Record<string, unknown>>, path = type): void {
		const { user, proxyUser } = data;
		for (const [field, value] of Object.entries(data)) {
			const place = `${path}.${field}`;
			if (typeof value === 'object' && value !== null) this.noteCredential(type, value as Record<string, unknown>, place);
			else if (typeof value !== 'string') continue;
			else if (JSON_FIELDS.has(field)) this.noteCredential(type, parsed(value), place);
			else if (SECRET_FIELDS.has(field) || (field === CERTIFICATE && type === 'exchangeSmimeApi')) {
				this.note(value, place);
				const login = field === 'proxyPassword' ? proxyUser : user;
				if (typeof login === 'string' && login !== '') this.noteLogin(login, value);
			}
		}
	}

	/** Looks for all secrets in what is there. */
	search(where: string, content: string | Uint8Array): void {
		const text = (typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content)).toString('latin1');
		for (const [form, what] of this.#forms) {
			if (text.includes(form)) this.#found.set(`${where} ${what.secret} ${what.form}`, { ...what, where });
		}
	}

	#look(text: string, secret: string, form: string): void {
		const bytes = Buffer.from(text, 'utf8').toString('latin1');
		if (bytes.length >= SHORTEST && !this.#forms.has(bytes)) this.#forms.set(bytes, { secret, form });
	}
}

function parsed(json: string): Record<string, unknown> {
	try {
		return JSON.parse(json) as Record<string, unknown>;
	} catch {
		return {};
	}
}

function* formsOf(secret: string): Generator<[form: string, text: string]> {
	const inJson = JSON.stringify(secret).slice(1, -1);
	yield ['plain', secret];
	yield ['in JSON', inJson];
	yield ['in JSON in JSON', JSON.stringify(inJson).slice(1, -1)];
	yield ['in an address', encodeURIComponent(secret)];
	yield ['in the login of an address', new URL(`http://user:${encodeURIComponent(secret)}@host`).password];
	yield ['in a form', new URLSearchParams([['', secret]]).toString().slice(1)];
	yield ['in XML', secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')];
	yield ['in HTML', secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;')];
	yield ['hexadecimal', Buffer.from(secret).toString('hex')];
	for (const before of [0, 1, 2]) {
		// What stands before and behind a text in Base64 shifts it by bits; the characters that hold nothing else stay the same for each shift.
		const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
		const [first, end] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
		yield ['base64', bytes.toString('base64').slice(first, end)];
		yield ['base64url', bytes.toString('base64url').slice(first, end)];
	}
}
