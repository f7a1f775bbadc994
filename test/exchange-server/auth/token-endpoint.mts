import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Route } from '../http/server.mts';
import { checkClient, proofKind } from './client-proof.mts';
import type { Application, Entra, Tenant, TokenSubject } from './entra.mts';
import { APP_ROLE, USER_SCOPE } from './entra.mts';
import { TokenRefusal } from './token-refusal.mts';

/** The origin a request came to. */
export function originOf(request: IncomingMessage): string {
	return `${request.socket instanceof TLSSocket ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
}

function json(response: ServerResponse, status: number, body: unknown): true {
	response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(JSON.stringify(body));
	return true;
}

/** The endpoints of a Microsoft login host: token, authorise, OpenID metadata, instance discovery, keys. */
export function entraRoute(entra: Entra): Route {
	return (request, response, body) => {
		const origin = originOf(request);
		const url = new URL(request.url ?? '/', origin);
		const [tenantName = '', ...rest] = url.pathname.split('/').slice(1);
		switch (rest.join('/').toLowerCase()) {
			case 'oauth2/v2.0/token':
				return request.method === 'POST' ? token(entra, tenantName, `${origin}${url.pathname}`, new URLSearchParams(body.toString('utf8')), response) : json(response, 405, {});
			case 'oauth2/v2.0/authorize':
				return authorise(entra, tenantName, url, response);
			case 'v2.0/.well-known/openid-configuration':
				return metadata(entra, tenantName, origin, response);
			case 'discovery/v2.0/keys':
				return json(response, 200, { keys: [entra.key.jwk] });
			case 'discovery/instance':
				return json(response, 200, {
					tenant_discovery_endpoint: `${origin}/${entra.tenants[0]?.id ?? 'common'}/v2.0/.well-known/openid-configuration`,
					'api-version': '1.1',
					metadata: [{ preferred_network: url.host, preferred_cache: url.host, aliases: [url.host] }],
				});
			default:
				return false;
		}
	};
}

function metadata(entra: Entra, tenantName: string, origin: string, response: ServerResponse): true {
	const tenant = entra.tenantNamed(tenantName);
	if (!tenant) return refuse(entra, new TokenRefusal(90002), response);
	const base = `${origin}/${tenantName}`;
	return json(response, 200, {
		token_endpoint: `${base}/oauth2/v2.0/token`,
		token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
		jwks_uri: `${base}/discovery/v2.0/keys`,
		response_types_supported: ['code'],
		scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
		issuer: `${origin}/${tenant.id}/v2.0`,
		authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
		cloud_instance_name: 'microsoftonline.com',
	});
}

function refuse(entra: Entra, refusal: TokenRefusal, response: ServerResponse): true {
	const { status, body } = refusal.answer(entra.now());
	return json(response, status, body);
}

function token(entra: Entra, tenantName: string, endpoint: string, form: URLSearchParams, response: ServerResponse): true {
	const asked = { tenant: tenantName, clientId: form.get('client_id') ?? '', grant: form.get('grant_type') ?? '', proof: proofKind(form) };
	try {
		const { tenant, application } = known(entra, tenantName, asked.clientId);
		checkClient(application, form, endpoint, entra.now());
		const subject = subjectOf(entra, tenant, application, form);
		entra.requests.push({ ...asked, result: 'token' });
		return json(response, 200, {
			token_type: 'Bearer',
			expires_in: entra.tokenSeconds,
			ext_expires_in: entra.tokenSeconds,
			access_token: entra.token(subject),
			...(subject.user !== undefined && { scope: (subject.scopes ?? []).map((scope) => `${subject.resource}/${scope}`).join(' '), refresh_token: entra.grant(subject) }),
		});
	} catch (error) {
		if (!(error instanceof TokenRefusal)) throw error;
		entra.requests.push({ ...asked, result: String(error.number) });
		return refuse(entra, error, response);
	}
}

function known(entra: Entra, tenantName: string, clientId: string): { tenant: Tenant; application: Application } {
	const tenant = entra.tenantNamed(tenantName);
	if (!tenant) throw new TokenRefusal(90002);
	const application = tenant.applications.find((each) => each.clientId.toLowerCase() === clientId.toLowerCase());
	if (!application) throw new TokenRefusal(700016);
	if (application.disabled) throw new TokenRefusal(7000112);
	return { tenant, application };
}

function subjectOf(entra: Entra, tenant: Tenant, application: Application, form: URLSearchParams): TokenSubject {
	if (application.consent === 'refused') throw new TokenRefusal(65001);
	switch (form.get('grant_type')) {
		case 'client_credentials': {
			const scope = form.get('scope') ?? '';
			// msal adds the scopes of sign-in to what it was asked for, which Entra does not mind.
			const [wanted, ...more] = scope.split(' ').filter((each) => !['openid', 'profile', 'offline_access'].includes(each));
			if (wanted === undefined || more.length > 0 || !wanted.endsWith('/.default')) throw new TokenRefusal(1002012);
			const roles = application.consent === 'missing' ? [] : (application.roles ?? [APP_ROLE]);
			return { tenant, clientId: application.clientId, resource: knownResource(entra, wanted.slice(0, -'/.default'.length)), roles };
		}
		case 'authorization_code':
		case 'refresh_token': {
			const grant = entra.grants.get(form.get('grant_type') === 'refresh_token' ? (form.get('refresh_token') ?? '') : (form.get('code') ?? ''));
			if (!grant || grant.subject.clientId !== application.clientId || grant.subject.tenant !== tenant) throw new TokenRefusal(70000);
			if (grant.redirect !== undefined && grant.redirect !== form.get('redirect_uri')) throw new TokenRefusal(70000);
			if (application.consent === 'missing') throw new TokenRefusal(65001);
			return grant.subject;
		}
		default:
			throw new TokenRefusal(70003);
	}
}

function knownResource(entra: Entra, resource: string): string {
	const found = [...entra.resources, ...entra.otherResources].find((each) => each === resource.replace(/\/$/, ''));
	if (found === undefined) throw new TokenRefusal(500011);
	return found;
}

/** The sign-in page, with nobody in front of it: `login_hint` signs in and consents. */
function authorise(entra: Entra, tenantName: string, url: URL, response: ServerResponse): true {
	const redirect = url.searchParams.get('redirect_uri') ?? '';
	const user = url.searchParams.get('login_hint') ?? '';
	try {
		const { tenant, application } = known(entra, tenantName, url.searchParams.get('client_id') ?? '');
		const scopes = (url.searchParams.get('scope') ?? '').split(' ');
		const wanted = scopes.find((scope) => scope.endsWith(`/${USER_SCOPE}`));
		if (wanted === undefined || !URL.canParse(redirect) || user === '') throw new TokenRefusal(70011);
		const subject: TokenSubject = { tenant, clientId: application.clientId, resource: knownResource(entra, wanted.slice(0, -USER_SCOPE.length - 1)), user, scopes: [USER_SCOPE] };
		const back = new URL(redirect);
		back.searchParams.set('code', entra.grant(subject, redirect));
		back.searchParams.set('state', url.searchParams.get('state') ?? '');
		response.writeHead(302, { location: back.href }).end();
		return true;
	} catch (error) {
		if (!(error instanceof TokenRefusal)) throw error;
		return refuse(entra, error, response);
	}
}
