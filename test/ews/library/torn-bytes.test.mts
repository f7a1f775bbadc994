import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inOnePiece } from '../../../src/ews/library/torn-bytes.ts';
import { runs } from '../../quick-look.mts';

describe('bytes that came in parts', () => {
	it('are the same in one piece, however they were torn', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (parts) => {
				const buffers = parts.map((part) => Buffer.from(part));
				expect(Buffer.from(inOnePiece(buffers))).toEqual(Buffer.concat(buffers));
			}),
			{ numRuns: runs(200) },
		);
	});

	it('come whole where they are longer than the memory that is used again', () => {
		const parts = [Buffer.alloc(200_000, 'a'), Buffer.alloc(200_000, 'b'), Buffer.from('c')];
		expect(inOnePiece(parts).equals(Buffer.concat(parts))).toBe(true);
	});
});
