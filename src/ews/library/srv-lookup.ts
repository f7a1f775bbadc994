import type { SrvRecord } from '../autodiscover/srv-records';
import { loadEwsLibrary } from './ews-library';

/** The library's DNS client, which its types leave out. */
type DnsClient = new (service: typeof SERVICE) => {
	/** The best record of the port 443; null where there is none. */
	FindBestMatchingSrvRecord(name: string): Promise<{ name: string; port: number; priority: number; weight: number } | null>;
};

/** What the client asks of the library's Autodiscover service, which is not used otherwise: the name servers of the machine, and no trace. */
const SERVICE = { DnsServerAddress: undefined, TraceMessage: (): void => undefined };

/**
 * SRV records as the library looks them up, by Node's resolver: the best one of the port 443, as Microsoft's own clients choose it.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
 * @throws Error when the bundled library has no DNS client where it is looked for
 */
export async function resolveSrvByLibrary(name: string): Promise<readonly SrvRecord[]> {
	const client: unknown = Reflect.get(await loadEwsLibrary(), 'AutodiscoverDnsClient');
	if (!isDnsClient(client)) throw new Error('ews-javascript-api has no DNS client: the pinned version is not the one that is bundled.');
	const record = await new client(SERVICE).FindBestMatchingSrvRecord(name);
	return record === null ? [] : [{ host: record.name, port: record.port, priority: record.priority, weight: record.weight }];
}

function isDnsClient(client: unknown): client is DnsClient {
	return typeof client === 'function' && typeof Reflect.get(client.prototype as object, 'FindBestMatchingSrvRecord') === 'function';
}
