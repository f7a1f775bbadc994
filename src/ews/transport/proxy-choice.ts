import type { ProxySettings } from './connection-settings';

/** A proxy with its own logon, if it has one. */
export interface ChosenProxy {
	url: URL;
	/** Value of Proxy-Authorization. */
	authorization?: string;
}

/**
 * The proxy for an address, undefined for none. `NO_PROXY` takes host names, domains (`.example.com`, `*.example.com`, `example.com` with all below
 * it), addresses, each with an optional port, and `*`.
 * @throws TypeError when the address of the proxy is none
 */
export function chooseProxy(settings: ProxySettings, target: URL): ChosenProxy | undefined {
	switch (settings.use) {
		case 'none':
			return undefined;
		case 'explicit':
			return proxyOf(settings.url, settings.user, settings.password);
		case 'environment': {
			const read = (name: string): string | undefined => settings.variables[name.toLowerCase()] ?? settings.variables[name];
			if (isExcepted(read('NO_PROXY') ?? '', target)) return undefined;
			const value = (target.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')) ?? read('ALL_PROXY');
			return value === undefined || value.trim() === '' ? undefined : proxyOf(value);
		}
	}
}

function proxyOf(address: string, user?: string, password?: string): ChosenProxy {
	const trimmed = address.trim();
	const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('A proxy is reached by http or https.');
	const name = user ?? decodeURIComponent(url.username);
	const secret = password ?? decodeURIComponent(url.password);
	url.username = '';
	url.password = '';
	return name === '' ? { url } : { url, authorization: `Basic ${Buffer.from(`${name}:${secret}`, 'utf8').toString('base64')}` };
}

function isExcepted(list: string, target: URL): boolean {
	const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
	const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
	return list
		.split(/[\s,]+/)
		.filter((entry) => entry !== '')
		.some((entry) => {
			if (entry === '*') return true;
			const match = /^(?:\*?\.)?\[?(.*?)\]?(?::(\d+))?$/.exec(entry.toLowerCase());
			const name = match?.[1] ?? '';
			if (match?.[2] !== undefined && match[2] !== port) return false;
			return host === name || host.endsWith(`.${name}`);
		});
}
