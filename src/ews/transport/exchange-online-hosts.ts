/** Domains whose hosts are Exchange Online's. https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges */
const DOMAINS = ['outlook.com', 'outlook.office.com', 'office365.com', 'office365.us', 'partner.outlook.cn'];
/** `webmail.apps.mil` is Outlook of the DoD cloud. */
const HOSTS = ['outlook.office.de', 'webmail.apps.mil'];

/**
 * True for a host of Exchange Online (global, GCC High, DoD, China); a trailing dot and letter case make no difference. They take OAuth tokens only, since Basic
 * authentication ended in 2022, so that a password sent there helps nobody but a thief.
 */
export function isExchangeOnlineHost(host: string): boolean {
	const name = host.toLowerCase().replace(/\.$/, '');
	return HOSTS.includes(name) || DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
}
