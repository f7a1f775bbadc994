import type { Authenticator } from './authenticator';

/** How the server is reached through a proxy, which always is by CONNECT. Environment variables are handed in by whoever may read them. */
export type ProxySettings =
	| { use: 'none' }
	/** `http://` or `https://` address of the proxy; user name and password are given apart from it. */
	| { use: 'explicit'; url: string; user?: string; password?: string }
	/** HTTPS_PROXY, HTTP_PROXY, NO_PROXY (upper or lower case) decide. */
	| { use: 'environment'; variables: Readonly<Record<string, string | undefined>> };

/** Whose certificate is believed. */
export interface TlsSettings {
	/** PEM certificates that are trusted besides the well-known ones; that of an issuing authority is enough. */
	ca?: string;
	/** Explicit choice of the administrator: any certificate is taken, so anybody on the way can read the password. */
	ignoreCertificate?: boolean;
}

/** Time limits of one request, in milliseconds. */
export interface Timeouts {
	/** Until the TCP and TLS connection stands. Default 15 000. */
	connectMs?: number;
	/** Until the headers of the answer are there. Default 120 000. */
	headersMs?: number;
	/** Between two pieces of the answer. Default 60 000. */
	bodyMs?: number;
}

/** Everything an {@link EwsConnection} is opened with. */
export interface ConnectionSettings {
	/** Address of the EWS endpoint, e.g. `https://mail.example.com/EWS/Exchange.asmx`. */
	url: string;
	authenticator: Authenticator;
	tls?: TlsSettings;
	/** Default `none`. */
	proxy?: ProxySettings;
	timeouts?: Timeouts;
	/** Largest answer taken in, decompressed. Default 64 MiB. */
	maxAnswerBytes?: number;
	/** Default `n8n-nodes-exchange-ews`. */
	userAgent?: string;
	/** Requests in flight per mailbox (default 4) and over all mailboxes of this connection (default 16). */
	concurrency?: { perMailbox?: number; overall?: number };
	/** Schema version the first request asks for; stepped down where the server does not know it. Default `Exchange2016`. */
	serverVersion?: ServerVersion;
}

/** Values of `t:RequestServerVersion` that are used, newest first when stepped down. */
export type ServerVersion = 'Exchange2016' | 'Exchange2013_SP1' | 'Exchange2013' | 'Exchange2010_SP2';

/** Whose mailbox a request is for, and by what right. */
export interface MailboxAccess {
	/** SMTP address. */
	address: string;
	/** `own`: the login's own mailbox. `delegate`: full access or folder rights of the login. `impersonate`: ApplicationImpersonation. */
	mode: 'own' | 'delegate' | 'impersonate';
}

/** How long a caller is willing to wait, retries and back-off included. */
export interface CallBudget {
	signal?: AbortSignal;
	/**
	 * Instant (milliseconds since 1970) after which no further attempt is started; a wait that would end later is not entered. The first attempt is always
	 * made. Default: two minutes from the call.
	 */
	deadlineAt?: number;
}

/** How a server is reached, whoever logs on. */
export type ConnectionWay = Omit<ConnectionSettings, 'authenticator'>;
