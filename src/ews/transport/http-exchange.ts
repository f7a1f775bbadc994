import { randomUUID } from 'node:crypto';

import type { Dispatcher } from 'undici';

import { EwsError } from '../errors/ews-error';
import { givenUp, whileWaitedFor } from '../errors/given-up';
import type { HttpAnswer } from '../errors/http-answer';
import { codeOfError, errorOfNetwork } from '../errors/network-error';
import { MailboxFault } from '../../sync/fault';
import { type AnswerReader, discard, readAnswer, readAnswerText, streamAnswerText } from './answer-body';
import type { PerRequestAuthenticator } from './authenticator';
import type { ConnectionSettings } from './connection-settings';
import { createConnector, type Connector } from './connector';
import { type DivertedContent, readDiverting } from './diverted-content';
import { type HttpResponse, httpResponse } from './http-response';
import { LogonGuard } from './logon-guard';
import { PinnedConnections } from './pinned-connections';
import { chooseProxy } from './proxy-choice';
import type { StreamedBody } from './request-body';

/** What requests are sent by. */
interface OpenedExchange {
	shared: Dispatcher;
	pinned: PinnedConnections | undefined;
	connector: Connector;
}

/** One request to the server. */
export interface OutgoingRequest {
	url: URL;
	method: 'GET' | 'POST';
	body?: string | StreamedBody;
	headers: Readonly<Record<string, string>>;
	signal?: AbortSignal | undefined;
	/** Mailbox that the request is for, where it is for one. */
	mailbox?: string;
	/** A successful answer is meant to last, with long silences between short messages. */
	lasting?: true;
	/** {@link HttpExchange.refusalsOf} the mailbox when the request was made; a logon that was refused since is not tried again for it. */
	refusals?: number;
}

/** An answer with all its headers, names in lower case. */
export interface FullHttpAnswer extends HttpAnswer {
	headers: Readonly<Record<string, string>>;
}

/** What is sent with a request once its logon is known. */
export type Sender = (request: OutgoingRequest, dispatcher: Dispatcher, authorization: string | undefined) => Promise<HttpResponse>;

const DEFAULT_MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const DEFAULT_USER_AGENT = 'n8n-nodes-exchange-ews';
/** Between two pieces of an answer. */
const DEFAULT_BODY_MS = 60_000;
const MAX_REDIRECTS = 5;
/** An idle connection is given up before the gateways in front of Exchange (60 s and more) cut it. */
const KEEP_ALIVE_MS = 30_000;
/** Idle NTLM connections are worth more: each costs two round trips and a domain controller's time. */
const PINNED_KEEP_ALIVE_MS = 50_000;

/**
 * HTTP for one login: keep-alive connections, proxy, TLS, time limits, logon, redirects, size limits. It knows nothing of SOAP.
 *
 * Redirects are followed on the same host only and with the same method, because credentials must not travel; those that lead elsewhere are given back
 * as the answer they are, those that never end are an error.
 */
export class HttpExchange {
	private ready: Promise<OpenedExchange> | undefined;

	private readonly logons = new LogonGuard();
	private skewMs: number | undefined;

	constructor(
		private readonly settings: ConnectionSettings,
		private readonly maxConnections: number,
	) {}

	/** Sends a request and reads the whole answer. @throws EwsError `network`, `tls`, `tooLarge`, `aborted`, `http` for redirects without end; MailboxFault of the authenticator */
	async send(request: OutgoingRequest): Promise<FullHttpAnswer> {
		return await this.exchange(request, async (response) => await readAnswerText(response, this.maxAnswerBytes));
	}

	/** As {@link send}, but a successful answer is given to `reader` while it arrives, if that takes it; the answer's text is then empty. @throws what the reader throws */
	async sendReading(request: OutgoingRequest, reader: AnswerReader): Promise<FullHttpAnswer> {
		return await this.exchange(request, async (response) =>
			response.status === 200 ? await readAnswer(response, this.maxAnswerBytes, reader) : await readAnswerText(response, this.maxAnswerBytes),
		);
	}

	/** As {@link send}, but the large content of a successful answer is handed on as it arrives and left out of the answer's text. */
	async sendDiverting(request: OutgoingRequest, divert: DivertedContent): Promise<FullHttpAnswer> {
		return await this.exchange(request, async (response) =>
			response.status === 200 ? await readDiverting(response, this.maxAnswerBytes, divert) : await readAnswerText(response, this.maxAnswerBytes),
		);
	}

	/** Sends a request and hands a successful answer on as it arrives; the answer's text is then empty. */
	async stream(request: OutgoingRequest, onStart: (headers: Record<string, string>) => void, onText: (text: string) => void): Promise<FullHttpAnswer> {
		return await this.exchange({ ...request, lasting: true }, async (response) => {
			if (response.status !== 200) return await readAnswerText(response, DEFAULT_MAX_ANSWER_BYTES);
			onStart({ ...response.headers });
			await streamAnswerText(response, onText);
			return '';
		});
	}

	/** How many logons that concern a mailbox were refused so far. */
	refusalsOf(mailbox: string): number {
		return this.logons.refusalsOf(mailbox);
	}

	/** Server's clock minus ours, milliseconds, by the Date of its last answer; to the second. */
	get clockSkewMs(): number | undefined {
		return this.skewMs;
	}

	/** Closes all connections; requests in flight fail. */
	async close(): Promise<void> {
		const opened = await this.ready?.catch(() => undefined);
		if (opened === undefined) return;
		await Promise.all([opened.shared.destroy(), opened.pinned?.close(), opened.connector.close()]);
	}

	private get maxAnswerBytes(): number {
		return this.settings.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
	}

	private async exchange(request: OutgoingRequest, read: (response: HttpResponse) => Promise<string>): Promise<FullHttpAnswer> {
		const requestId = randomUUID();
		const identified: OutgoingRequest = {
			...request,
			headers: {
				// Not deflate: servers mean two things by it.
				'accept-encoding': 'gzip, br',
				'user-agent': this.settings.userAgent ?? DEFAULT_USER_AGENT,
				...request.headers,
				'client-request-id': requestId,
				'return-client-request-id': 'true',
			},
		};
		try {
			// Until then somebody else's logon, a token or a connection may be waited for, none of which takes note of the signal.
			const response = await whileWaitedFor(request.signal, { mayBeSent: true, requestId }, async () => await this.followingRedirects(identified));
			const serverTime = Date.parse(response.headers['date'] ?? '');
			if (!Number.isNaN(serverTime)) this.skewMs = serverTime - Date.now();
			const responseText = await read(response);
			return { status: response.status, responseText, requestId, headers: response.headers, getResponseHeader: (name) => response.headers[name.toLowerCase()] ?? null };
		} catch (error) {
			throw this.failureOf(error, request, requestId);
		}
	}

	private async followingRedirects(request: OutgoingRequest): Promise<HttpResponse> {
		const asked = new Set<string>();
		for (let current = request; ; ) {
			asked.add(current.url.href);
			const response = await this.loggedOn(current);
			const next = redirectTarget(response, current.url);
			if (next === undefined) return response;
			await discard(response);
			if (asked.has(next.href) || asked.size > MAX_REDIRECTS) throw new EwsError({ kind: 'http', status: response.status, what: 'redirectsWithoutEnd' }, 'The server redirects from one of its addresses to the next without end.');
			current = { ...current, url: next };
		}
	}

	private async loggedOn(request: OutgoingRequest): Promise<HttpResponse> {
		const { shared, pinned } = await this.open();
		const { mailbox = '' } = request;
		const made = { mailbox, refusals: request.refusals ?? this.refusalsOf(mailbox) };
		if (pinned !== undefined) return await this.logons.send(made, async () => await pinned.send(request, this.sendBy));

		const authenticator = this.settings.authenticator as PerRequestAuthenticator;
		const authorize = async (afterRefusal: boolean): Promise<string | undefined> =>
			await authenticator.authorization({ url: request.url, afterRefusal, signal: request.signal });
		const authorization = await authorize(false);
		if (!authenticator.renewable) return await this.logons.send(made, async () => await this.sendBy(request, shared, authorization));
		const response = await this.sendBy(request, shared, authorization);
		if (response.status !== 401) return response;
		const renewed = await authorize(true).catch(async (error: unknown): Promise<never> => {
			// An answer that nobody reads keeps its connection; one that cannot be read off has lost it.
			await discard(response).catch(() => undefined);
			throw error;
		});
		// What was refused a moment ago is refused again.
		if (renewed === authorization) return response;
		await discard(response);
		return await this.sendBy(request, shared, renewed);
	}

	private async open(): Promise<OpenedExchange> {
		this.ready ??= this.load();
		return await this.ready;
	}

	private async load(): Promise<OpenedExchange> {
		const undici = await import('undici');
		const { authenticator, timeouts = {}, tls = {}, proxy = { use: 'none' } } = this.settings;
		const connectorSettings = { tls, connectMs: timeouts.connectMs ?? 15_000, proxy: chooseProxy(proxy, new URL(this.settings.url)) };
		const limits = { headersTimeout: timeouts.headersMs ?? 120_000, bodyTimeout: timeouts.bodyMs ?? DEFAULT_BODY_MS, pipelining: 1 };
		const connector = createConnector(undici, connectorSettings);
		const unpacked = undici.interceptors.decompress({ skipErrorResponses: false });
		const shared = new undici.Agent({ ...limits, connections: this.maxConnections, keepAliveTimeout: KEEP_ALIVE_MS, connect: connector.connect }).compose(unpacked);
		const pinned =
			authenticator.kind === 'perConnection'
				? new PinnedConnections(authenticator, this.maxConnections, (origin, connected) => {
						const own = createConnector(undici, connectorSettings, connected);
						const client = new undici.Client(origin, { ...limits, keepAliveTimeout: PINNED_KEEP_ALIVE_MS, connect: own.connect });
						return { client, dispatcher: client.compose(unpacked), connector: own };
					})
				: undefined;
		return { shared, pinned, connector };
	}

	/** Leaves redirects to the exchange. */
	private readonly sendBy: Sender = async ({ url, method, headers, body, signal, lasting }, dispatcher, authorization) => {
		const response = await dispatcher.request({
			origin: url.origin,
			path: `${url.pathname}${url.search}`,
			method,
			headers: { ...headers, ...(authorization !== undefined && { authorization }), ...(typeof body === 'object' && { 'content-length': String(body.byteLength) }) },
			// Any iterable will do; undici's types know streams alone.
			body: typeof body === 'object' ? (body.bytes() as unknown as NonNullable<Dispatcher.RequestOptions['body']>) : (body ?? null),
			...(signal === undefined ? {} : { signal }),
		});
		return httpResponse(response, lasting === true && response.statusCode === 200 ? undefined : (this.settings.timeouts?.bodyMs ?? DEFAULT_BODY_MS));
	};

	private failureOf(error: unknown, request: OutgoingRequest, requestId: string): Error {
		const known = knownFailure(error);
		if (known instanceof MailboxFault) return known;
		if (known !== undefined) return new EwsError(known.detail, known.message, { outcomeUnknown: known.outcomeUnknown, requestId });
		if (request.signal?.aborted === true) return givenUp(request.signal, { mayBeSent: true, requestId });
		// Refused by undici before anything was sent: no fault of the network, and none that passes.
		if (codeOfError(error) === 'UND_ERR_INVALID_ARG') {
			return new MailboxFault({ reason: 'badRequest', scope: 'item', retry: { can: false }, code: 'UND_ERR_INVALID_ARG', message: 'The request cannot be written as HTTP (UND_ERR_INVALID_ARG).' });
		}
		return errorOfNetwork(error, 'exchange', requestId);
	}
}

/** Our own errors come back from undici inside of its own. */
function knownFailure(error: unknown): EwsError | MailboxFault | undefined {
	for (let current: unknown = error, depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth++) {
		if (current instanceof EwsError || current instanceof MailboxFault) return current;
		current = Reflect.get(current, 'cause');
	}
	return undefined;
}

function redirectTarget(response: HttpResponse, from: URL): URL | undefined {
	if (![301, 302, 307, 308].includes(response.status)) return undefined;
	const location = response.headers['location'];
	if (location === undefined || !URL.canParse(location, from.href)) return undefined;
	const target = new URL(location, from);
	const sameHost = target.hostname === from.hostname && (target.port === from.port || (from.protocol === 'http:' && target.protocol === 'https:' && target.port === ''));
	const downgraded = from.protocol === 'https:' && target.protocol !== 'https:';
	// The page for passing errors and the pages for browsers are answers in themselves.
	const isPage = /genericerrorpage\.htm|\/owa\/|\/auth\/|logon|login|signin|\/adfs\//i.test(target.pathname);
	return sameHost && !downgraded && !isPage ? target : undefined;
}
