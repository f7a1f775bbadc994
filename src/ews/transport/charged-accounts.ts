import type { MailboxAccess } from './connection-settings';

/**
 * The accounts on which a server charges the requests for a mailbox, as keys: who shares one shares the pauses that the server asks for.
 *
 * Exchange charges who logs on, or with impersonation the mailbox that is impersonated (since 2010 SP2 RU4; in Exchange Online a second budget of that mailbox,
 * which all impersonating logins share: the owner waits along, as the database behind both may be what is overloaded). A delegate is charged itself, whosever
 * mailbox it opens. An owner is known by two names, as a login need not be called as its mailbox.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange#throttling-considerations-for-applications-that-use-ews-impersonation
 *
 * @param login name of the account that logs on
 */
export function chargedAccounts(server: URL, { address, mode }: MailboxAccess, login: string): string[] {
	const names = { own: [address, login], delegate: [login], impersonate: [address] }[mode];
	return [...new Set(names.map((name) => `${server.host} ${name.toLowerCase()}`))];
}
