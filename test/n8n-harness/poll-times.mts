/**
 * The parameter `pollTimes` of a polling trigger for tests: n8n refuses an interval below a minute, but takes several entries, each with its
 * fixed second of the minute.
 *
 * @param everySeconds a divisor of 60
 */
export function pollEvery(everySeconds: number): { item: Array<{ mode: 'custom'; cronExpression: string }> } {
	if (60 % everySeconds !== 0) throw new RangeError('The seconds between two polls must divide a minute');
	const seconds = Array.from({ length: 60 / everySeconds }, (_, index) => index * everySeconds);
	return { item: seconds.map((second) => ({ mode: 'custom', cronExpression: `${second} * * * * *` })) };
}

/** The same, where each poll time falls together with another: one that n8n does not see is the same. */
export function pollTwiceEvery(everySeconds: number): { item: Array<{ mode: 'custom'; cronExpression: string }> } {
	const { item } = pollEvery(everySeconds);
	return { item: item.flatMap(({ mode, cronExpression }) => [{ mode, cronExpression }, { mode, cronExpression: cronExpression.replace('*', '*/1') }]) };
}
