import { randomUUID } from 'node:crypto';

interface Refusal {
	readonly status: number;
	readonly error: string;
	readonly text: string;
}

/** What Entra says. https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const REFUSALS: Readonly<Record<number, Refusal>> = {
	50027: { status: 401, error: 'invalid_client', text: 'JWT token is invalid or malformed.' },
	65001: { status: 400, error: 'invalid_grant', text: 'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.' },
	70000: { status: 400, error: 'invalid_grant', text: 'Provided grant is invalid or malformed.' },
	70003: { status: 400, error: 'unsupported_grant_type', text: 'The app requested an unsupported grant type.' },
	70011: { status: 400, error: 'invalid_scope', text: 'The provided value for the input parameter \'scope\' is not valid.' },
	90002: { status: 400, error: 'invalid_request', text: 'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.' },
	500011: { status: 400, error: 'invalid_resource', text: 'The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.' },
	700016: { status: 400, error: 'unauthorized_client', text: 'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.' },
	700021: { status: 401, error: 'invalid_client', text: 'Client assertion application identifier doesn\'t match \'client_id\' parameter.' },
	700023: { status: 401, error: 'invalid_client', text: 'Client assertion audience claim does not match Realm issuer.' },
	700024: { status: 401, error: 'invalid_client', text: 'Client assertion is not within its valid time range.' },
	700027: { status: 401, error: 'invalid_client', text: 'Client assertion failed signature validation. The certificate is not registered with the application, or has expired.' },
	1002012: { status: 400, error: 'invalid_scope', text: 'The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).' },
	7000112: { status: 401, error: 'unauthorized_client', text: 'The application is disabled.' },
	7000215: { status: 401, error: 'invalid_client', text: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to the app.' },
	7000218: { status: 401, error: 'invalid_client', text: 'The request body must contain the following parameter: \'client_assertion\' or \'client_secret\'.' },
	7000222: { status: 401, error: 'invalid_client', text: 'The provided client secret keys for the app are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.' },
};

/** A token that is not given. */
export class TokenRefusal extends Error {
	readonly number: number;

	constructor(number: number) {
		super(`AADSTS${number}`);
		this.number = number;
	}

	/** The answer of the token endpoint. */
	answer(now: number): { status: number; body: Record<string, unknown> } {
		const { status, error, text } = REFUSALS[this.number] ?? { status: 400, error: 'invalid_request', text: 'The request is not valid.' };
		const [trace, correlation] = [randomUUID(), randomUUID()];
		const timestamp = new Date(now).toISOString().replace('T', ' ').replace(/\.\d+/, '');
		return {
			status,
			body: {
				error,
				error_description: `AADSTS${this.number}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
				error_codes: [this.number],
				timestamp,
				trace_id: trace,
				correlation_id: correlation,
				error_uri: `https://login.microsoftonline.com/error?code=${this.number}`,
			},
		};
	}
}
