/**
 * Hosts of Exchange Online in all its clouds. They take OAuth tokens only, since Basic authentication ended in 2022, so that a password sent there
 * helps nobody but a thief. https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
 */
const EXCHANGE_ONLINE =
	/^(?:outlook\.office\.com|(?:[a-z0-9-]+\.)*outlook\.com|(?:[a-z0-9-]+\.)*outlook\.office\.com|(?:[a-z0-9-]+\.)*office365\.(?:com|us)|(?:[a-z0-9-]+\.)*outlook(?:-dod)?\.office365\.us|(?:[a-z0-9-]+\.)*partner\.outlook\.cn|outlook\.office\.de)$/i;

/** True for a host of Exchange Online (global, GCC High, DoD, China); a trailing dot and letter case make no difference. */
export function isExchangeOnlineHost(host: string): boolean {
	return EXCHANGE_ONLINE.test(host.replace(/\.$/, ''));
}
