import type { Clock } from '../ews/transport/clock';

/** Pauses of whole connectors in this process, by connector (see {@link pauseKey}); they end by the clock that nobody sets (rule `continue-on-error`, switched off). */
const PAUSES = new Map<string, { ends: number; reason: string }>();
const PAUSE_MS = 5 * 60_000;

/** What a connector is told from others by: two credentials may have one name. */
export function pauseKey({ name, url, connectorId }: { name: string; url: string; connectorId: string }): string {
	return JSON.stringify([name, url, connectorId]);
}

/** Pauses a connector for five minutes. */
export function pauseConnector(connector: string, reason: string, clock: Pick<Clock, 'elapsed'>): void {
	PAUSES.set(connector, { ends: clock.elapsed() + PAUSE_MS, reason });
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
