import { objectOf, type SoapObject, type SoapValue } from '../library/soap-object-reader';

/** What one endpoint says. */
export type AutodiscoverAnswer =
	| { kind: 'found'; externalUrl: string | undefined; internalUrl: string | undefined }
	/** Ask again for this address. */
	| { kind: 'redirectAddress'; address: string }
	/** Ask there. */
	| { kind: 'redirectUrl'; url: string }
	/** It answers, but has no EWS address for this mailbox. */
	| { kind: 'nothing'; reason: string };

/** The answer with the addresses that were found, or `nothing`. Addresses without TLS are not taken. */
export function foundAnswer(externalUrl: string | undefined, internalUrl: string | undefined): AutodiscoverAnswer {
	const external = secure(externalUrl);
	const internal = secure(internalUrl);
	return external === undefined && internal === undefined
		? { kind: 'nothing', reason: 'no EWS address' }
		: { kind: 'found', externalUrl: external, internalUrl: internal };
}

function secure(address: string | undefined): string | undefined {
	return address !== undefined && URL.canParse(address) && new URL(address).protocol === 'https:' ? address : undefined;
}

/** Child elements of a name, as a list. */
export function children(parent: SoapObject | undefined, name: string): SoapObject[] {
	const value: SoapValue = parent?.[name] ?? null;
	return (Array.isArray(value) ? value : [value]).map(objectOf).filter((child) => child !== undefined);
}

/** First child element of a name. */
export function child(parent: SoapObject | undefined, name: string): SoapObject | undefined {
	return children(parent, name)[0];
}

/** Text of a child element, attributes or not. */
export function childText(parent: SoapObject | undefined, name: string): string | undefined {
	const value = parent?.[name] ?? null;
	if (typeof value === 'string') return value.trim();
	const own = child(parent, name)?.[name];
	return typeof own === 'string' ? own.trim() : undefined;
}
