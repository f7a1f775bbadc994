import { describe, expect, it } from 'vitest';

import { grown, type Resources } from './resources.mts';

const held = (heapMb: number, sockets = 2): Resources => ({ minute: 1, heapMb, handles: { TCPSocketWrap: sockets } });

describe('what the steady worker holds', () => {
	it('may come and go a little', () => {
		expect(grown([held(40), held(70, 20), held(54, 5)], 3)).toEqual([]);
	});

	it('must not grow', () => {
		expect(grown([held(40), held(56)], 2)).toEqual(['the heap grew from 40 to 56 MB']);
		expect(grown([held(40), held(40, 7)], 2)).toEqual([expect.stringContaining('the handles grew')]);
	});

	it('must have been told twice, unless the run was too short for it', () => {
		expect(grown([], 2)).toEqual([expect.stringContaining('told 0 times')]);
		expect(grown([held(40)], 2)).toEqual([expect.stringContaining('told 1 times')]);
		expect(grown([held(40)], 1)).toEqual([]);
	});
});
