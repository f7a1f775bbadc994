/** Pauses of whole connectors in this process, by connector (see {@link pauseKey}): milliseconds since 1970 (rule `continue-on-error`, switched off). */
const PAUSES = new Map<string, { until: number; reason: string }>();
const PAUSE_MS = 5 * 60_000;

/** What a connector is told from others by: two credentials may have one name. */
export function pauseKey({ name, url, connectorId }: { name: string; url: string; connectorId: string }): string {
	return JSON.stringify([name, url, connectorId]);
}

/** Pauses a connector for five minutes. */
export function pauseConnector(connector: string, reason: string, now: number): void {
	PAUSES.set(connector, { until: now + PAUSE_MS, reason });
}

/** The pause of a connector, if it has one. */
export function pauseOfConnector(connector: string, now: number): { until: number; reason: string } | undefined {
	const pause = PAUSES.get(connector);
	// One that seems to last longer was begun before the clock was set back.
	if (pause === undefined || (pause.until > now && pause.until - now <= PAUSE_MS)) return pause;
	PAUSES.delete(connector);
	return undefined;
}
