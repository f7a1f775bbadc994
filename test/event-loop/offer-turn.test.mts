import { describe, expect, it, vi } from 'vitest';

import { offerTurn } from '../../src/event-loop/offer-turn.ts';

/** Holds the event loop for longer than anybody may. */
function hold(): void {
	const end = performance.now() + 12;
	while (performance.now() < end);
}

describe('a turn of the event loop', () => {
	it('is offered to others between two pieces of long work, whoever does them', async () => {
		const seen: string[] = [];
		let works = 5;
		const work = async (name: string): Promise<void> => {
			for (let piece = 0; piece < 4; piece++) {
				await offerTurn();
				hold();
				seen.push(name);
			}
			works--;
		};
		const others = (): void => {
			seen.push('others');
			if (works > 0) setImmediate(others);
		};
		await new Promise(setImmediate);
		setImmediate(others);
		await Promise.all(['a', 'b', 'c', 'd', 'e'].map(work));
		expect(seen.filter((name) => name !== 'others')).toHaveLength(20);
		// A machine that stands still for a millisecond lets a timer fire early; without turns of their own it would be four of five.
		expect(seen.filter((name, index) => name !== 'others' && index > 0 && seen[index - 1] !== 'others').length).toBeLessThanOrEqual(3);
	});

	it('goes on while it is short', async () => {
		// The turn of whoever asked before has ended then; it began by another clock.
		await new Promise(setImmediate);
		vi.spyOn(performance, 'now').mockReturnValue(1_000);
		try {
			let turned = false;
			setImmediate(() => (turned = true));
			for (let piece = 0; piece < 100; piece++) await offerTurn();
			expect(turned).toBe(false);
		} finally {
			vi.restoreAllMocks();
		}
	});
});
