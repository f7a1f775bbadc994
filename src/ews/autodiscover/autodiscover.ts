import { asciiHost } from '../../records/ascii-domain';
import { MailboxFault } from '../../sync/fault';
import { EwsError } from '../errors/ews-error';
import { clip, faultOf } from '../errors/mailbox-fault';
import { anonymous, type Authenticator } from '../transport/authenticator';
import type { ProxySettings, Timeouts, TlsSettings } from '../transport/connection-settings';
import { isExchangeOnlineHost } from '../transport/exchange-online-hosts';
import { HttpExchange, type FullHttpAnswer, type OutgoingRequest } from '../transport/http-exchange';
import type { AutodiscoverAnswer } from './autodiscover-answer';
import { jsonAddress, readJsonAnswer } from './json-v2';
import { poxRequest, readPoxAnswer } from './pox';
import { shortWaits } from './search-time';
import { readSoapAutodiscoverAnswer, soapRequest } from './soap';
import { inOrder, type ResolveSrv, withinTime } from './srv-records';

/** What is looked for, and how. */
export interface AutodiscoverRequest {
	/** SMTP address. */
	mailbox: string;
	/**
	 * Login by password (Basic, NTLM) for servers on-premises. Without, only the endpoints that need no logon are asked: so it is with OAuth, whose tokens
	 * must not go anywhere but to the EWS address they are for.
	 */
	authenticator?: Authenticator;
	/** Origin of Exchange Online in the tenant's cloud, e.g. `https://outlook.office365.com`. */
	exchangeOnlineOrigin: string;
	/** Origins to be asked instead of `https://<domain>` and `https://autodiscover.<domain>`. */
	origins?: readonly string[];
	/** Hosts besides those of the mailbox's domain that credentials may be sent to. */
	confirmedHosts?: readonly string[];
	/** Looks up SRV records, where the caller can: `_autodiscover._tcp.<domain>`. */
	resolveSrv?: ResolveSrv;
	tls?: TlsSettings;
	proxy?: ProxySettings;
	/** Those of the login; where they are long, Autodiscover waits less. */
	timeouts?: Timeouts;
	userAgent?: string;
	signal?: AbortSignal;
}

/** One question that was asked, for Diagnose. */
export interface AutodiscoverStep {
	url: string;
	outcome: string;
}

/** Where EWS is. */
export interface AutodiscoverResult {
	/** The address for clients outside, or the only one. */
	ewsUrl: string;
	/** The address for clients inside, where it is another. */
	internalEwsUrl?: string;
	/** The mailbox's primary address, where the server named it. */
	mailbox: string;
	steps: AutodiscoverStep[];
}

const MAX_QUESTIONS = 16;
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Finds the EWS address of a mailbox: SOAP and then plain XML at the mailbox's domain, at `autodiscover.` below it and at the host of its SRV record, then
 * Exchange Online's Autodiscover v2; without a password v2 comes first. Only over TLS: the redirect by plain HTTP that Microsoft lists as well is left out,
 * since anybody on the way could answer it.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
 * @throws MailboxFault `logonRefused` at the first refusal (a password is not tried at one host after the other), `notTheService` when nothing was found
 */
export async function autodiscoverEws(request: AutodiscoverRequest): Promise<AutodiscoverResult> {
	return await new Search(request).run();
}

class Search {
	private readonly steps: AutodiscoverStep[] = [];
	private readonly asked = new Set<string>();
	private mailbox: string;

	constructor(private readonly request: AutodiscoverRequest) {
		this.mailbox = request.mailbox;
	}

	async run(): Promise<AutodiscoverResult> {
		if (!/^[^@\s]+@[^@\s/\\]+$/.test(this.mailbox)) throw notFound('The mailbox is no address that Autodiscover could ask for.');
		const { exchangeOnlineOrigin, authenticator } = this.request;
		if (authenticator === undefined) {
			for (const origin of [exchangeOnlineOrigin, ...this.origins()]) {
				const result = await this.askJson(jsonAddress(origin, this.mailbox));
				if (result !== undefined) return result;
			}
		} else {
			for await (const origin of this.passwordOrigins()) {
				const result = (await this.askSoap(`${origin}/autodiscover/autodiscover.svc`)) ?? (await this.askPox(`${origin}/autodiscover/autodiscover.xml`));
				if (result !== undefined) return result;
			}
			const result = await this.askJson(jsonAddress(exchangeOnlineOrigin, this.mailbox));
			if (result !== undefined) return result;
		}
		const tried = this.steps.map(({ url, outcome }) => `${new URL(url).host} (${outcome})`).join(', ');
		throw notFound(`Autodiscover found no EWS address for ${this.request.mailbox}. Asked: ${tried}. Enter the address under URL in the credential.`);
	}

	private origins(): readonly string[] {
		const domain = domainOf(this.mailbox);
		return this.request.origins ?? [`https://${domain}`, `https://autodiscover.${domain}`];
	}

	private async *passwordOrigins(): AsyncGenerator<string> {
		yield* this.origins();
		const domain = domainOf(this.mailbox);
		const { resolveSrv, signal } = this.request;
		const records = resolveSrv === undefined ? [] : await withinTime(resolveSrv(`_autodiscover._tcp.${domain}`), signal);
		for (const { host, port } of inOrder(records)) {
			const name = host.replace(/\.$/, '');
			// DNS is not authenticated, so a record may not lead a password out of the domain.
			if (this.isConfirmed(name)) yield `https://${name}${port === 443 ? '' : `:${port}`}`;
			else this.steps.push({ url: `https://${name}/`, outcome: 'SRV record outside the domain, not asked' });
		}
	}

	private async askSoap(url: string): Promise<AutodiscoverResult | undefined> {
		return await this.ask(url, soapRequest(this.mailbox, url), readSoapAutodiscoverAnswer, async (next) => await this.askSoap(next));
	}

	private async askPox(url: string): Promise<AutodiscoverResult | undefined> {
		return await this.ask(url, poxRequest(this.mailbox), readPoxAnswer, async (next) => await this.askPox(next));
	}

	private async askJson(url: string): Promise<AutodiscoverResult | undefined> {
		return await this.ask(url, undefined, readJsonAnswer, async (next) => await this.askJson(next));
	}

	/** One question, and the answer's redirects. Undefined when it leads nowhere. @throws MailboxFault `logonRefused`, `aborted` */
	private async ask(
		url: string,
		body: string | undefined,
		read: (text: string) => AutodiscoverAnswer,
		again: (url: string) => Promise<AutodiscoverResult | undefined>,
	): Promise<AutodiscoverResult | undefined> {
		const key = `${url} ${this.mailbox} ${body === undefined ? '' : 'password'}`;
		if (this.asked.has(key) || this.asked.size >= MAX_QUESTIONS) return undefined;
		this.asked.add(key);
		const note = (outcome: string): undefined => {
			this.steps.push({ url, outcome: clip(outcome) });
			return undefined;
		};
		if (body !== undefined && isExchangeOnlineHost(new URL(url).hostname)) return note('Exchange Online takes no password');

		let answer: FullHttpAnswer;
		try {
			answer = await this.send(new URL(url), body);
		} catch (error) {
			if (error instanceof MailboxFault || (error instanceof EwsError && error.detail.kind === 'aborted')) throw faultOf(error, this.contextOf(url));
			return note(unanswered(error));
		}
		if (answer.status >= 300 && answer.status < 400) {
			return await this.follow(answer.getResponseHeader('location') ?? '', url, body !== undefined, note, again);
		}
		if (answer.status === 401 && body !== undefined) throw refused(new URL(url).host);
		if (answer.status !== 200) return note(`HTTP status ${answer.status}`);

		let found: AutodiscoverAnswer;
		try {
			found = read(answer.responseText);
		} catch {
			return note('not Autodiscover');
		}
		switch (found.kind) {
			case 'found': {
				note('found');
				const ewsUrl = found.externalUrl ?? found.internalUrl ?? '';
				const internal = found.internalUrl !== undefined && found.internalUrl !== ewsUrl ? { internalEwsUrl: found.internalUrl } : {};
				return { ewsUrl, ...internal, mailbox: this.mailbox, steps: this.steps };
			}
			case 'nothing':
				return note(found.reason);
			case 'redirectUrl':
				return await this.follow(found.url, url, body !== undefined, note, again);
			case 'redirectAddress':
				note(`redirected to the address ${found.address}`);
				if (!/^[^@\s]+@[^@\s/\\]+$/.test(found.address)) return undefined;
				this.mailbox = found.address;
				return await again(url);
		}
	}

	private async follow(
		location: string,
		from: string,
		withPassword: boolean,
		note: (outcome: string) => undefined,
		again: (url: string) => Promise<AutodiscoverResult | undefined>,
	): Promise<AutodiscoverResult | undefined> {
		if (!URL.canParse(location, from)) return note('redirected to no address');
		const target = new URL(location, from);
		if (target.protocol !== 'https:') return note(`redirected to ${target.host} without TLS, not followed`);
		if (withPassword && !this.isConfirmed(target.hostname) && target.host !== new URL(from).host) return note(`redirected to ${target.host} outside the domain, not followed`);
		note(`redirected to ${target.host}`);
		return await again(target.href);
	}

	/** Hosts of the mailbox's own domain, and those that the administrator named. */
	private isConfirmed(host: string): boolean {
		const domain = domainOf(this.request.mailbox);
		const name = asciiHost(host).toLowerCase();
		return name === domain || name.endsWith(`.${domain}`) || (this.request.confirmedHosts ?? []).some((confirmed) => asciiHost(confirmed).toLowerCase() === name);
	}

	/** Asks without a password first: a host that does not want one does not get it. */
	private async send(url: URL, body: string | undefined): Promise<FullHttpAnswer> {
		const outgoing: OutgoingRequest = {
			url,
			method: body === undefined ? 'GET' : 'POST',
			headers: body === undefined ? { accept: 'application/json' } : { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml' },
			...(body === undefined ? {} : { body }),
			signal: this.request.signal,
		};
		const answer = await this.exchange(url, anonymous, outgoing);
		const { authenticator } = this.request;
		return answer.status === 401 && body !== undefined && authenticator !== undefined ? await this.exchange(url, authenticator, outgoing) : answer;
	}

	private async exchange(url: URL, authenticator: Authenticator, outgoing: OutgoingRequest): Promise<FullHttpAnswer> {
		const { tls, proxy, timeouts, userAgent } = this.request;
		const exchange = new HttpExchange(
			{
				url: url.href,
				authenticator,
				timeouts: shortWaits(timeouts),
				maxAnswerBytes: MAX_ANSWER_BYTES,
				...(tls === undefined ? {} : { tls }),
				...(proxy === undefined ? {} : { proxy }),
				...(userAgent === undefined ? {} : { userAgent }),
			},
			1,
		);
		try {
			return await exchange.send(outgoing);
		} finally {
			await exchange.close();
		}
	}

	private contextOf(url: string): { host: string; operation: string; mailbox: string } {
		return { host: new URL(url).host, operation: 'Autodiscover', mailbox: this.mailbox };
	}
}

/** As hosts and DNS have it. */
function domainOf(mailbox: string): string {
	return asciiHost(mailbox.slice(mailbox.lastIndexOf('@') + 1)).toLowerCase();
}

/** Why there is no answer. */
function unanswered(error: unknown): string {
	if (!(error instanceof EwsError)) return 'no connection';
	if (error.detail.kind === 'http' && error.detail.what === 'redirectsWithoutEnd') return 'redirects without end';
	return 'code' in error.detail ? error.detail.code : 'no connection';
}

function refused(host: string): MailboxFault {
	return new MailboxFault({
		reason: 'logonRefused',
		scope: 'account',
		retry: { can: false },
		httpStatus: 401,
		message: `${host} refused the logon to Autodiscover (401). Check user name, domain and password, or enter the EWS address under URL in the credential.`,
	});
}

function notFound(message: string): MailboxFault {
	return new MailboxFault({ reason: 'notTheService', scope: 'connector', retry: { can: false }, code: 'AutodiscoverFailed', message });
}
