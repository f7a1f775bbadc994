/** Runs something and tells the processor time it took, in milliseconds: unlike the clock, it does not grow when others use the machine. */
export function cpuTime<T>(action: () => T): { result: T; cpu: number } {
	const before = process.cpuUsage();
	const result = action();
	return { result, cpu: process.cpuUsage(before).user / 1000 };
}

/** {@link cpuTime} of something asynchronous, while nothing else runs. */
export async function cpuTimeOf<T>(action: () => Promise<T>): Promise<{ result: T; cpu: number }> {
	const before = process.cpuUsage();
	const result = await action();
	return { result, cpu: process.cpuUsage(before).user / 1000 };
}
