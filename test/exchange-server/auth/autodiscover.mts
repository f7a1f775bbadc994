import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogonScheme } from '../http/logon.mts';
import { logOn } from '../http/logon.mts';
import type { Route } from '../http/server.mts';
import type { Exchange } from '../store/exchange.mts';
import { childText, descend, listOf } from '../xml/element.mts';
import { parseXml } from '../xml/parse.mts';
import { jsonAnswer } from './autodiscover-json.mts';
import { poxAnswer } from './autodiscover-pox.mts';
import { soapAnswer } from './autodiscover-soap.mts';
import { originOf } from './token-endpoint.mts';

/** What Autodiscover knows of an address. */
export type Discovery =
	| { readonly found: 'url'; readonly url: string; readonly internalUrl?: string }
	/** Ask again with that address. */
	| { readonly found: 'address'; readonly address: string }
	/** Ask over there. */
	| { readonly found: 'elsewhere'; readonly url: string }
	| { readonly found: 'nothing' };

/** How Autodiscover misbehaves, for all addresses. */
export type AutodiscoverFault =
	/** Answers with this status. */
	| { readonly fault: 'status'; readonly status: number }
	/** A web page instead of an answer. */
	| { readonly fault: 'page' }
	/** An HTTP redirect. */
	| { readonly fault: 'redirect'; readonly location: string }
	/** XML that breaks off. */
	| { readonly fault: 'truncated' };

export type AutodiscoverProtocol = 'pox' | 'soap' | 'json';

/** One question that came. */
export interface AutodiscoverQuestion {
	readonly protocol: AutodiscoverProtocol;
	/** Whom it was about. */
	readonly address: string;
	/** Who logged on. */
	readonly user?: string;
	readonly scheme: string;
	readonly status: number;
}

/** Autodiscover of one server: plain XML, SOAP and JSON v2. */
export class Autodiscover {
	/** What is said of single addresses; others with a mailbox here get this server's own URL. */
	readonly answers = new Map<string, Discovery>();
	/** Misbehaviour by protocol. */
	readonly faults = new Map<AutodiscoverProtocol, AutodiscoverFault>();
	readonly questions: AutodiscoverQuestion[] = [];

	discover(address: string, origin: string, exchange: Exchange): Discovery {
		const known = this.answers.get(address.toLowerCase());
		if (known) return known;
		return exchange.mailboxOf(address) ? { found: 'url', url: `${origin}/EWS/Exchange.asmx` } : { found: 'nothing' };
	}

	/** The paths below `/autodiscover/`. */
	route(exchange: () => Exchange, schemes: readonly LogonScheme[]): Route {
		return async (request, response, body) => {
			const url = new URL(request.url ?? '/', originOf(request));
			const path = url.pathname.toLowerCase();
			const protocol = protocolOf(path);
			if (protocol === undefined) return false;
			await this.answer(protocol, url, request, response, body.toString('utf8'), exchange(), schemes);
			return true;
		};
	}

	private async answer(protocol: AutodiscoverProtocol, url: URL, request: IncomingMessage, response: ServerResponse, body: string, exchange: Exchange, schemes: readonly LogonScheme[]): Promise<void> {
		const logon = protocol === 'json' ? undefined : await logOn(request, exchange, schemes);
		const address = protocol === 'json' ? jsonAddress(url) : addressIn(body);
		const note = (status: number, user?: string): void => {
			this.questions.push({ protocol, address: address ?? '', scheme: request.headers.authorization?.split(' ')[0] ?? '', status, ...(user !== undefined && { user }) });
		};
		if (logon && logon.result !== 'user') {
			const challenges = logon.result === 'challenge' ? logon.challenges : schemes.map(({ challenge }) => challenge(exchange));
			note(401);
			response.writeHead(401, { 'www-authenticate': [...challenges], 'content-length': 0 }).end();
			return;
		}
		const discovery = this.discover(address ?? '', originOf(request), exchange);
		const made = protocol === 'json' ? jsonAnswer(url, address, discovery) : protocol === 'pox' ? poxAnswer(discovery, address ?? '', exchange.clock.now()) : soapAnswer(discovery);
		const spoilt = this.spoilt(protocol, made);
		note(spoilt.status, logon?.user.address);
		response.writeHead(spoilt.status, spoilt.headers).end(spoilt.body);
	}

	private spoilt(protocol: AutodiscoverProtocol, made: AutodiscoverAnswer): AutodiscoverAnswer {
		const fault = this.faults.get(protocol);
		switch (fault?.fault) {
			case 'status':
				return { status: fault.status, headers: {}, body: '' };
			case 'page':
				return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>Welcome</h1></body></html>' };
			case 'redirect':
				return { status: 302, headers: { location: fault.location }, body: '' };
			case 'truncated':
				return { ...made, body: made.body.slice(0, Math.floor(made.body.length / 2)) };
			case undefined:
				return made;
		}
	}
}

/** An answer before it is written. */
export interface AutodiscoverAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

function protocolOf(path: string): AutodiscoverProtocol | undefined {
	if (path === '/autodiscover/autodiscover.xml') return 'pox';
	if (path === '/autodiscover/autodiscover.svc') return 'soap';
	return /^\/autodiscover\/autodiscover\.json(?:\/v1\.0\/[^/]+)?$/.test(path) ? 'json' : undefined;
}

function jsonAddress(url: URL): string | undefined {
	const inPath = /\/v1\.0\/([^/]+)$/i.exec(url.pathname)?.[1];
	return inPath === undefined ? (url.searchParams.get('Email') ?? undefined) : decodeURIComponent(inPath);
}

function addressIn(body: string): string | undefined {
	try {
		const root = parseXml(body);
		const pox = childText(descend(root, 'Request'), 'EMailAddress');
		const users = listOf(descend(root, 'Body', 'GetUserSettingsRequestMessage', 'Request'), 'Users');
		return pox ?? childText(users[0], 'Mailbox');
	} catch {
		return undefined;
	}
}
