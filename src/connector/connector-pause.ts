import { createHash } from 'node:crypto';
import type { Clock } from '../ews/transport/clock';
import type { AccountLink } from '../sync/account-link';
import { loginIdentity } from './authenticators';
import type { ConnectorSettings } from './connector-settings';

/** Pauses of whole connectors in this process, by connector (see {@link pauseKey}); they end by the clock that nobody sets (rule `continue-on-error`, switched off). */
const PAUSES = new Map<string, { ends: number; reason: string }>();
const PAUSE_MS = 5 * 60_000;

/**
 * What a connector is told from others by: two credentials may have one name and lead to one server. Who corrects a password has another connector. No secret can be read from it.
 */
export function pauseKey({ name, url, connectorId, authentication }: ConnectorSettings, links: readonly AccountLink[]): string {
	const logins = new Set(links.map((link) => JSON.stringify(loginIdentity(authentication, link))));
	return createHash('sha256').update(JSON.stringify([name, url, connectorId, ...logins])).digest('base64url');
}

/** Pauses a connector for five minutes. */
export function pauseConnector(connector: string, reason: string, clock: Pick<Clock, 'elapsed'>): void {
	const now = clock.elapsed();
	// Nobody may ever ask for a connector whose password was changed.
	for (const [key, { ends }] of PAUSES) if (ends <= now) PAUSES.delete(key);
	PAUSES.set(connector, { ends: now + PAUSE_MS, reason });
}

/** The pause of a connector, if it has one; until when in milliseconds since 1970. */
export function pauseOfConnector(connector: string, clock: Pick<Clock, 'now' | 'elapsed'>): { until: number; reason: string } | undefined {
	const pause = PAUSES.get(connector);
	if (pause === undefined) return undefined;
	const left = Math.ceil(pause.ends - clock.elapsed());
	if (left > 0) return { until: clock.now() + left, reason: pause.reason };
	PAUSES.delete(connector);
	return undefined;
}
