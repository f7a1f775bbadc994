import { setTimeout as sleep } from 'node:timers/promises';
import { Secrets } from './secrets.mts';

/** On a busy machine n8n says for a moment that its database is not ready; it has not looked at the request then. */
const NOT_READY = 503;
const NOT_READY_LIMIT_MS = 60_000;

/** Answer of n8n's REST interface that is not a success. */
export class N8nRestError extends Error {
	readonly status: number;

	constructor(method: string, path: string, status: number, body: string) {
		super(`${method} ${path}: HTTP ${status} ${body.slice(0, 2000)}`);
		this.name = 'N8nRestError';
		this.status = status;
	}
}

/** The person who owns every n8n that tests and demo start. */
export const OWNER = { email: 'owner@example.test', firstName: 'Otto', lastName: 'Owner', password: 'Owner-2-of-n8n' } as const;

/** n8n's own REST interface, the one its editor uses, with the session of one user. */
export class RestClient {
	readonly address: string;
	/** Every secret that n8n was given through this client; no answer may hold one. */
	readonly secrets = new Secrets();
	readonly #cookies = new Map<string, string>();

	constructor(address: string) {
		this.address = address;
	}

	/** The session, as a browser would hold it in the cookie `n8n-auth`. */
	get sessionCookie(): string {
		return `n8n-auth=${this.#cookies.get('n8n-auth') ?? ''}`;
	}

	/** All cookies that n8n has set, as a browser sends them. */
	get cookies(): string {
		return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	/** Makes {@link OWNER} the owner of a new instance; the session is theirs then. */
	async setUpOwner(): Promise<void> {
		await this.request('POST', '/rest/owner/setup', OWNER);
	}

	async login(): Promise<void> {
		await this.request('POST', '/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
	}

	/**
	 * One request; the answer's `data`, as n8n wraps everything.
	 * @throws N8nRestError on any other status than 2xx
	 */
	async request<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
		const end = Date.now() + NOT_READY_LIMIT_MS;
		let response = await this.#send(method, path, body);
		while (response.status === NOT_READY && Date.now() < end) {
			await sleep(500);
			response = await this.#send(method, path, body);
		}
		const text = await response.text();
		this.secrets.search(`answer to ${method} ${path.replace(/\/\d+(?=$|\/)/, '/:id')}`, text);
		if (!response.ok) throw new N8nRestError(method, path, response.status, text);
		for (const cookie of response.headers.getSetCookie()) {
			const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			this.#cookies.set(name, value);
		}
		const answer = (text === '' ? {} : JSON.parse(text)) as { data?: T };
		return (answer.data ?? answer) as T;
	}

	/** Each request has a connection of its own: n8n closes idle ones, at times just when the next request is under way. */
	async #send(method: string, path: string, body: unknown): Promise<Response> {
		return await fetch(`${this.address}${path}`, {
			method,
			headers: { connection: 'close', 'browser-id': 'e2e', cookie: this.cookies, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
			signal: AbortSignal.timeout(60_000),
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	}
}
