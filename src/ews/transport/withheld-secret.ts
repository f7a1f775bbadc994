import { MailboxFault } from '../../sync/fault';

/**
 * Stops before a secret that a request carries leaves unencrypted (this machine itself excepted).
 * @param secret what would be sent, such as `password`
 * @throws MailboxFault `logonRefused`
 */
export function withholdWithoutTls(url: URL, secret: string, advice: string): void {
	if (url.protocol !== 'https:' && !isThisMachine(url.hostname)) throw withheld(`The ${secret} is not sent to ${url.host} without TLS: ${advice}.`);
}

/** A secret that was not sent. */
export function withheld(message: string): MailboxFault {
	return new MailboxFault({ reason: 'logonRefused', scope: 'connector', retry: { can: false }, code: 'SecretWithheld', message });
}

function isThisMachine(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
