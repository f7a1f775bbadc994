import { MailboxFault } from '../../../sync/fault';

/** What an administrator must do, by the number behind `AADSTS`. https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const ADVICE: Readonly<Record<string, string>> = {
	'700016': 'The application (client) id is not known in this tenant. Check client id and tenant id, and that the application was consented to in this tenant.',
	'90002': 'The tenant was not found. Check the tenant id or domain, and the cloud.',
	'900023': 'The tenant is neither an id nor a domain of the directory. Check it.',
	'900021': 'The tenant is not valid. Check the tenant id or domain.',
	'900381': 'The tenant belongs to another cloud. Choose that cloud.',
	'900382': 'The application belongs to another cloud. Choose that cloud.',
	'7000215': 'The client secret is wrong. Enter the secret\'s value, not its id.',
	'7000222': 'The client secret has expired. Create a new one in the application\'s registration and enter it.',
	'7000216': 'A client secret or a certificate is needed. Enter one.',
	'7000218': 'A client secret or a certificate is needed. Enter one.',
	'700027': 'The certificate is not registered with the application, or has expired. Upload the certificate (not the key) to the application\'s registration.',
	'700024': 'The assertion\'s time is not valid. Set this machine\'s clock.',
	'700030': 'The certificate was refused. Upload the certificate to the application\'s registration.',
	'65001': 'Consent is missing. An administrator must grant the application permission full_access_as_app and consent to it.',
	'650051': 'The application\'s service principal is missing or disabled in this tenant. An administrator must consent to the application.',
	'650057': 'The resource is not among the application\'s permissions. Add the permission full_access_as_app of Office 365 Exchange Online and consent to it.',
	'500011': 'The resource is not known in this tenant. Check the resource, the cloud, and that the tenant has Exchange Online.',
	'500014': 'The resource is disabled in this tenant: Exchange Online has no active subscription.',
	'70011': 'The scope is not valid. Check the resource.',
	'70021': 'No matching federated identity record.',
	'7000112': 'The application is disabled in this tenant. An administrator can enable it under Enterprise applications.',
	'7000114': 'The application may not ask for tokens for itself.',
	'53003': 'A conditional access policy of the tenant refuses the logon. An administrator must exempt the application.',
	'530035': 'Security defaults of the tenant refuse the logon.',
	'50034': 'The account does not exist in this tenant.',
	'50053': 'The account is locked, or the address it signs in from is blocked.',
	'50057': 'The account is disabled.',
	'50055': 'The password has expired.',
	'50076': 'Multi-factor authentication is needed: connect the account again.',
	'50079': 'Multi-factor authentication is needed: connect the account again.',
	'50173': 'The grant was revoked: connect the account again.',
	'700082': 'The refresh token expired because it was not used: connect the account again.',
	'70008': 'The grant expired: connect the account again.',
	'50126': 'User name or password is wrong.',
	'50020': 'The account is not of this tenant.',
};

/** Failures of Microsoft's own that pass. */
const PASSING = new Set(['90033', '90055', '90056', '50196', '50058', '90006', '90024']);
const PASSING_RETRY_MS = 30_000;

/**
 * What a refused token means, from whatever text carries the code (`AADSTS7000215: …`). The text itself is not repeated: only the code, the advice
 * and the trace id.
 * @param tenant for the message, where it is known
 */
export function faultOfTokenRefusal(said: string, tenant: string | undefined, httpStatus?: number): MailboxFault {
	const number = /AADSTS(\d{4,8})/.exec(said)?.[1];
	const trace = /Trace ID:\s*([0-9a-f-]{36})/i.exec(said)?.[1];
	const code = number === undefined ? (/\b(invalid_[a-z]+|unauthorized_client|access_denied|temporarily_unavailable|consent_required|interaction_required)\b/.exec(said)?.[1] ?? 'TokenRefused') : `AADSTS${number}`;
	const passing = (number !== undefined && PASSING.has(number)) || code === 'temporarily_unavailable' || httpStatus === 429 || (httpStatus ?? 0) >= 500;
	const advice = number === undefined ? undefined : ADVICE[number];
	const tail = `${trace === undefined ? '' : ` Trace id: ${trace}.`}`;
	return new MailboxFault({
		reason: passing ? 'unavailable' : 'logonRefused',
		scope: 'connector',
		retry: passing ? { can: true, afterMs: PASSING_RETRY_MS } : { can: false },
		code,
		...(httpStatus === undefined ? {} : { httpStatus }),
		message: `Microsoft Entra gave no token${tenant === undefined ? '' : ` for tenant ${tenant}`} (${code}). ${advice ?? (passing ? 'It should pass by itself.' : 'Check the application\'s registration and its permissions.')}${tail}`,
	});
}
