import { describe, expect, it, vi } from 'vitest';

import { EventLoopShare } from '../../src/event-loop/event-loop-share.ts';

/** Holds the event loop for longer than anybody may. */
function hold(): void {
	const end = performance.now() + 12;
	while (performance.now() < end);
}

describe('the share of the event loop', () => {
	it('gives others a turn between two pieces of long work, whoever does them', async () => {
		const seen: string[] = [];
		let works = 5;
		const work = async (name: string): Promise<void> => {
			const loop = new EventLoopShare();
			for (let piece = 0; piece < 4; piece++) {
				hold();
				seen.push(name);
				await loop.offer();
			}
			works--;
		};
		const others = (): void => {
			seen.push('others');
			if (works > 0) setImmediate(others);
		};
		const begun = ['a', 'b', 'c', 'd', 'e'].map(async (name) => {
			await new Promise(setImmediate);
			await work(name);
		});
		setImmediate(others);
		await Promise.all(begun);
		// Five begin in one turn; from then on none of them follows another without a turn in between.
		const later = seen.slice(5);
		expect(later.filter((name) => name !== 'others')).toHaveLength(15);
		expect(later.some((name, index) => name !== 'others' && index > 0 && later[index - 1] !== 'others')).toBe(false);
	});

	it('asks for no turn before one is due', async () => {
		vi.spyOn(performance, 'now').mockReturnValue(1_000);
		try {
			const loop = new EventLoopShare();
			let turned = false;
			setImmediate(() => (turned = true));
			for (let piece = 0; piece < 100; piece++) await loop.offer();
			expect(turned).toBe(false);
		} finally {
			vi.restoreAllMocks();
		}
	});
});
