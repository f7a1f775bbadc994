import type { ResolveSrv } from '../ews/autodiscover/srv-records';
import type { AccountLink } from '../sync/account-link';

/** How the connector logs on. */
export type Authentication =
	| { method: 'basic' | 'ntlm'; login: Login; /** Logins of single mailboxes, by SMTP address in lower case, an international domain in ASCII or as in `accounts`. */ loginByMailbox: Record<string, Login> }
	| DelegatedAuthentication
	| { method: 'appOnly'; tenantId: string; clientId: string; cloud: Cloud; resource?: string; proof: AppProof; /** For tests and sovereign clouds: another authority than the cloud's. */ authority?: string };

/** Delegated OAuth2: whoever holds the token renews it. */
export interface DelegatedAuthentication {
	method: 'bearer';
	/** A token that is valid now. `renew`: the last one was refused, so another is needed; the same again says that there is none. Throws where nobody is signed in. */
	token: (renew?: boolean) => Promise<string>;
	/** Tells this login from others, e.g. the id of the credential. */
	identity: string;
	/** Where Autodiscover looks for Exchange Online; default: global. */
	cloud?: Cloud;
	/** What the tokens are for where that is a server of your own (Hybrid Modern Authentication), e.g. `https://mail.example.com`. */
	resource?: string;
}

/** User name and password; `domain` makes `DOMAIN\user` of a bare user name (rule `connector-domain`). */
export interface Login {
	user: string;
	password: string;
	domain?: string;
}

/** Microsoft's clouds. */
export type Cloud = 'global' | 'gccHigh' | 'dod' | 'china';

/** What an application proves itself with. */
export type AppProof = { with: 'secret'; secret: string } | { with: 'certificate'; privateKey: string; certificate: string };

/** How a mailbox is reached: as its owner, with full access given to the login, or by impersonation (application right). */
export type MailboxAccess = 'own' | 'delegate' | 'impersonation';

/** A connector in plain settings: what the credentials of the nodes hold, and what a caller without n8n gives. */
export interface ConnectorSettings {
	/** Rule `connector-name`. */
	name: string;
	/** Stands in the stamp of every item this connector writes; one per other system. */
	connectorId: string;
	/** Rule `connector-inactive`. */
	active: boolean;
	/** Rule `connector-url`; a bare host gets https and `/EWS/Exchange.asmx`; empty: Autodiscover. */
	url: string;
	authentication: Authentication;
	access: MailboxAccess;
	/** Empty: the one mailbox of the login. */
	accounts: AccountLink[];
	/** IANA name (rule `time-zone`). */
	timeZone: string;
	/** Rule `read-receipts`. */
	readReceiptsRequestedBy: 'otherSystem' | 'exchange';
	/** Rule `logon-limit`: refused logons in a row, 1 to 10. */
	maxFailedLogonAttempts: number;
	/** Minutes an account pauses after that. */
	logonPauseMinutes: number;
	tls: { /** PEM, one or more. */ ca?: string; ignoreCertificate: boolean };
	/** `http://user:password@host:port`. */
	proxyUrl?: string;
	/** Milliseconds. */
	timeoutMs: number;
	/** How Autodiscover looks up SRV records; default: as Node does it. */
	resolveSrv?: ResolveSrv;
	/** Certificates for S/MIME (rule `smime-pull`): PKCS #12 as base64, and its password. */
	smimeCertificates: Array<{ pkcs12: string; password: string }>;
}
