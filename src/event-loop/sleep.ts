let n8n: Promise<typeof import('n8n-workflow')> | undefined;

/**
 * n8n's timer, which is the one that nodes may use. Loaded when it is first needed, and once: n8n's module is large.
 * @param ms 0: others get the event loop for a moment
 * @throws what n8n throws when the signal is aborted; older ones know no signal
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	n8n ??= import('n8n-workflow');
	await (await n8n).sleep(ms, signal);
}
