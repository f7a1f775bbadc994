/** Pauses of whole connectors in this process, by connector: milliseconds since 1970 (rule `continue-on-error`, switched off). */
const PAUSES = new Map<string, { until: number; reason: string }>();
const PAUSE_MS = 5 * 60_000;

/** Pauses a connector for five minutes. */
export function pauseConnector(connector: string, reason: string, now: number): void {
	PAUSES.set(connector, { until: now + PAUSE_MS, reason });
}

/** The pause of a connector, if it has one. */
export function pauseOfConnector(connector: string, now: number): { until: number; reason: string } | undefined {
	const pause = PAUSES.get(connector);
	if (pause === undefined || pause.until > now) return pause;
	PAUSES.delete(connector);
	return undefined;
}
