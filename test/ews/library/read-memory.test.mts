import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ReadMemory, UNPACKED_BYTES } from '../../../src/ews/library/read-memory.ts';
import { readSoapObject, SoapReader } from '../../../src/ews/library/soap-object-reader.ts';
import { runs } from '../../quick-look.mts';

const ELEMENTS = ['<Id>AAMkAGZ</Id>', '<Subject>Zürich &amp; façade</Subject>'.repeat(900), `<Body>${'&lt;p&gt;text&lt;/p&gt;'.repeat(1_500)}</Body>`, `<Content>${'QUJD'.repeat(9_000)}</Content>`];

/** As zlib hands on what it unpacked: pieces torn anywhere, which stand one behind the other in memories of {@link UNPACKED_BYTES}. */
function unpacked(document: Buffer, lengths: readonly number[]): { pieces: Uint8Array[]; memories: ArrayBuffer[] } {
	const pieces: Uint8Array[] = [];
	const memories: ArrayBuffer[] = [];
	for (let from = 0; from < document.length; from += UNPACKED_BYTES) {
		const memory = new ArrayBuffer(UNPACKED_BYTES);
		const used = document.copy(Buffer.from(memory), 0, from);
		memories.push(memory);
		for (let at = 0; at < used; ) {
			const length = Math.min(lengths[pieces.length % lengths.length] ?? used, used - at);
			pieces.push(new Uint8Array(memory, at, length));
			at += length;
		}
	}
	return { pieces, memories };
}

async function readAll(pieces: readonly Uint8Array[]): Promise<unknown> {
	const reader = new SoapReader();
	for (const piece of pieces) await reader.write(piece);
	return await reader.close();
}

const isGivenBack = ({ byteLength }: ArrayBuffer): boolean => byteLength === 0;

describe('memory of an answer', () => {
	it('is given back while the answer is read, and the answer says what it says as a whole', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.constantFrom(...ELEMENTS), { minLength: 20, maxLength: 60 }), fc.array(fc.integer({ min: 1, max: UNPACKED_BYTES }), { minLength: 1, maxLength: 5 }), async (elements, lengths) => {
				const xml = `<Envelope>${elements.join('')}</Envelope>`;
				const { pieces, memories } = unpacked(Buffer.from(xml), lengths.map((length) => Math.max(length, 200)));
				expect(await readAll(pieces)).toEqual(readSoapObject(xml));
				expect(memories.filter((memory) => !isGivenBack(memory))).toEqual([]);
			}),
			{ numRuns: runs(100) },
		);
	});

	it('is kept until a text that began in it has ended', async () => {
		const body = 'x'.repeat(UNPACKED_BYTES * 2);
		const { pieces, memories } = unpacked(Buffer.from(`<Envelope><Body>${body}</Body></Envelope>`), [UNPACKED_BYTES]);
		const reader = new SoapReader();
		await reader.write(pieces[0] ?? Buffer.alloc(0));
		await reader.write(pieces[1] ?? Buffer.alloc(0));
		expect(memories.map(isGivenBack)).toEqual([false, false, false]);
		await reader.write(pieces[2] ?? Buffer.alloc(0));
		expect(memories.map(isGivenBack)).toEqual([true, true, false]);
		expect(await reader.close()).toEqual({ Body: body });
	});

	it('is kept while the answer may go on in it, and given back at the end of the answer', async () => {
		const { pieces, memories } = unpacked(Buffer.from('<Envelope><Subject>a short answer</Subject></Envelope>'), [20]);
		const reader = new SoapReader();
		for (const piece of pieces) {
			await reader.write(piece);
			expect(memories.map(isGivenBack)).toEqual([false]);
		}
		expect(await reader.close()).toEqual({ Subject: 'a short answer' });
		expect(memories.map(isGivenBack)).toEqual([true]);
	});

	it('is kept from the first section or comment on, to the end of the answer', async () => {
		const xml = `<Envelope><!-- a --><Body>${'x'.repeat(UNPACKED_BYTES * 3)}</Body></Envelope>`;
		const { pieces, memories } = unpacked(Buffer.from(xml), [UNPACKED_BYTES]);
		const reader = new SoapReader();
		for (const piece of pieces) await reader.write(piece);
		expect(memories.filter(isGivenBack)).toEqual([]);
		expect(await reader.close()).toEqual(readSoapObject(xml));
		expect(memories.filter((memory) => !isGivenBack(memory))).toEqual([]);
	});

	it('is left alone where others may have a part of it', () => {
		const memory = new ReadMemory();
		const socket = new Uint8Array(64 * 1024);
		const shared = new Uint8Array(new SharedArrayBuffer(UNPACKED_BYTES));
		const pooled = Buffer.from('a short text');
		for (const bytes of [socket, shared, pooled]) memory.note(bytes);
		memory.giveBackAll();
		expect([socket.length, shared.length, pooled.toString()]).toEqual([64 * 1024, UNPACKED_BYTES, 'a short text']);
	});
});
