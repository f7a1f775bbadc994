import type { AutodiscoverAnswer, Discovery } from './autodiscover.mts';

const EWS = 'EWS';

/** Autodiscover v2, without a logon. [MS-OXDSCLI] */
export function jsonAnswer(url: URL, address: string | undefined, discovery: Discovery): AutodiscoverAnswer {
	const protocol = url.searchParams.get('Protocol');
	if (protocol === null || address === undefined) return refused(400, 'MandatoryParameterMissing', 'A valid value must be provided for the query parameter.');
	if (protocol.toUpperCase() !== EWS) return refused(400, 'ProtocolNotSupported', `The given protocol value '${protocol}' is invalid. Supported values are 'EWS'.`);
	switch (discovery.found) {
		case 'url':
			return answered(200, { Protocol: EWS, Url: discovery.url });
		case 'address': {
			const next = new URL(url);
			next.pathname = `/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(discovery.address)}`;
			next.search = `?Protocol=${EWS}`;
			return { status: 302, headers: { location: next.href }, body: '' };
		}
		case 'elsewhere':
			return { status: 302, headers: { location: discovery.url }, body: '' };
		case 'nothing':
			return refused(404, 'UserNotFound', 'The user was not found.');
	}
}

function answered(status: number, body: unknown): AutodiscoverAnswer {
	return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

function refused(status: number, code: string, message: string): AutodiscoverAnswer {
	return answered(status, { ErrorCode: code, ErrorMessage: message });
}
