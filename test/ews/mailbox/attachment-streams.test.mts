import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { EwsMailbox } from '../../../src/ews/EwsMailbox.ts';
import { basicAuthenticator } from '../../../src/ews/transport/basic-authenticator.ts';
import { decodedBase64 } from '../../../src/ews/transport/base64-pieces.ts';
import { openEwsConnection } from '../../../src/ews/transport/open-ews-connection.ts';
import { collected } from '../../../src/sync/attachments.ts';
import { noise } from '../../bench/mail-content.mts';
import { ANNA, setUp, type Setup, values } from './exchange-and-mailbox.mts';

const MIB = 1024 * 1024;
const content = noise(3_000_000);
let setup: Setup;

beforeAll(async () => {
	setup = await setUp();
});
beforeEach(() => {
	setup.server.control.heal();
	setup.server.control.clearRequests();
});
afterAll(() => setup.close());

/** Id of an attachment of a new mail. */
async function attached(bytes: Buffer): Promise<string> {
	const outlook = setup.server.control.outlook(ANNA);
	const id = outlook.idOf(outlook.create({ subject: 'With a file', attachments: [{ name: 'a.bin', content: bytes }] }));
	const [stored] = values(await setup.mailbox.read('email', [id], { body: 'text', timeZone: 'UTC' }));
	return stored?.record.attachments[0]?.attachmentId ?? '';
}

/** What a call ends with. */
async function faultOf(call: Promise<unknown>): Promise<unknown> {
	return await call.then(
		() => 'no fault',
		(error: unknown) => error,
	);
}

describe('attachments as they arrive', () => {
	it.each([0, 1, 2, 3, 4, 1000, 3_000_000])('%i bytes come through, in pieces', async (length) => {
		const bytes = content.subarray(0, length);
		const pieces: number[] = [];
		const got = await setup.mailbox.streamAttachment(await attached(bytes), async (stream) => {
			const parts: Buffer[] = [];
			for await (const part of stream) {
				pieces.push(part.length);
				parts.push(part);
			}
			return Buffer.concat(parts);
		});
		expect(got.equals(bytes)).toBe(true);
		expect(Math.max(0, ...pieces)).toBeLessThan(MIB);
	});

	it('a connection that breaks is made again: the first content ends with an error, the second is whole', async () => {
		const id = await attached(content);
		setup.server.control.inject({ operation: 'GetAttachment', do: { effect: 'drop', when: 'during' } });
		const ends: string[] = [];
		const got = await setup.mailbox.streamAttachment(id, async (stream) => {
			const [settled] = await Promise.allSettled([collected(stream)]);
			ends.push(settled.status === 'fulfilled' ? `${settled.value.length} bytes` : 'error');
			if (settled.status === 'rejected') throw new Error('the store wraps what it is given');
			return settled.value;
		});
		expect(ends).toEqual(['error', '3000000 bytes']);
		expect(got.equals(content)).toBe(true);
	});

	it('a taker that makes nothing of an error does not pass half an attachment for a whole one', async () => {
		const id = await attached(content);
		setup.server.control.inject({ operation: 'GetAttachment', do: { effect: 'rewrite', replace: '</t:Content>', by: '!</t:Content>' } });
		const fault = await faultOf(setup.mailbox.streamAttachment(id, async (stream) => (await Promise.allSettled([collected(stream)])).length));
		expect(fault).toMatchObject({ name: 'MailboxFault', reason: 'malformedAnswer', scope: 'item' });
	});

	it('an error of the taker comes back as it is, and nothing is asked again', async () => {
		const id = await attached(content);
		const full = new Error('ENOSPC');
		setup.server.control.clearRequests();
		for (const taken of [0, 1]) {
			const fault = await faultOf(
				setup.mailbox.streamAttachment(id, async (stream) => {
					if (taken === 1) for await (const part of stream) if (part.length > 0) break;
					throw full;
				}),
			);
			expect(fault).toBe(full);
		}
		expect(setup.requests()).toEqual({ GetAttachment: 2 });
	});

	it('a taker that stops early is at fault', async () => {
		const id = await attached(content);
		expect(await faultOf(setup.mailbox.streamAttachment(id, async () => 'done'))).toMatchObject({ message: expect.stringContaining('not read to its end') });
	});

	it('more than may be taken in is not received', async () => {
		const id = await attached(content);
		const fault = await faultOf(setup.mailbox.streamAttachment(id, collected, MIB));
		expect(fault).toMatchObject({ name: 'MailboxFault', reason: 'tooLarge', scope: 'item', message: expect.stringContaining('1 MB') });
		expect((await setup.mailbox.streamAttachment(id, collected, 3_000_000)).length).toBe(3_000_000);
	});

	it.each([
		['of an item', { effect: 'item', code: 'ErrorItemNotFound' } as const, { reason: 'gone', code: 'ErrorItemNotFound' }],
		['of the mailbox', { effect: 'item', code: 'ErrorAccessDenied' } as const, { reason: 'accessDenied' }],
		['a SOAP fault', { effect: 'fault', code: 'ErrorSchemaValidation' } as const, { reason: 'badRequest' }],
		['a page of a gateway', { effect: 'http', status: 200, body: '<html><body>Hello</body></html>' } as const, { reason: 'notTheService' }],
		['a sign-in refused', { effect: 'http', status: 403 } as const, { reason: 'accessDenied', httpStatus: 403 }],
		['XML nested too deep', { effect: 'rewrite', replace: '<m:Attachments>', by: `<m:Attachments>${'<x>'.repeat(300)}` } as const, { reason: 'malformedAnswer' }],
	])('an error (%s) is the same as of any other request', async (_, effect, due) => {
		const id = await attached(content);
		const fault = async (): Promise<unknown> => {
			setup.server.control.inject({ operation: 'GetAttachment', do: effect });
			return await faultOf(setup.mailbox.streamAttachment(id, collected));
		};
		expect(await fault()).toMatchObject(due);
		setup.server.control.inject({ operation: 'GetAttachment', do: effect });
		const [together] = await setup.mailbox.attachments([id]).catch((error: unknown) => [{ ok: false as const, fault: error }]);
		expect(together).toMatchObject({ ok: false, fault: due });
	});

	it('a server that is busy for a moment is asked again', async () => {
		const id = await attached(content);
		setup.server.control.inject({ operation: 'GetAttachment', do: { effect: 'item', code: 'ErrorMailboxStoreUnavailable' } });
		expect((await setup.mailbox.streamAttachment(id, collected)).equals(content)).toBe(true);
	});

	it('what is too large to be read at once is collected as it arrives, the others as ever', async () => {
		const connection = openEwsConnection({ url: setup.server.url, authenticator: basicAuthenticator({ user: ANNA, password: 'secret' }), maxAnswerBytes: MIB });
		const mailbox = new EwsMailbox(connection.mailbox({ address: ANNA, mode: 'own' }));
		const got = values(await mailbox.attachments([await attached(Buffer.from('one')), await attached(content), await attached(Buffer.from('three'))]));
		await connection.close();
		expect(got.map(({ name, content: bytes }) => [name, bytes.length])).toEqual([['a.bin', 3], ['a.bin', 3_000_000], ['a.bin', 5]]);
		expect(got[1]?.content.equals(content)).toBe(true);
	});

	// No fault of the attachment's.
	it.each([
		['cancels', undefined, { scope: 'account', code: undefined }],
		['has no time left', new DOMException('The operation was aborted due to timeout', 'TimeoutError'), { scope: 'account', code: 'OutOfTime' }],
	])('a stream ends when its caller %s', async (_how, reason, expected) => {
		const id = await attached(content);
		const caller = new AbortController();
		const mailbox = setup.another(ANNA, { budget: { signal: caller.signal, deadlineAt: Date.now() + 3_600_000 } });
		const fault = await faultOf(
			mailbox.streamAttachment(id, async (stream) => {
				for await (const part of stream) if (part.length > 0) caller.abort(reason);
			}),
		);
		expect(fault).toMatchObject({ name: 'MailboxFault', reason: 'aborted', ...expected });
	});
});

async function* torn(text: string, places: readonly number[]): AsyncGenerator<string> {
	let from = 0;
	for (const place of [...places].sort((one, other) => one - other)) {
		yield text.slice(from, Math.max(from, place));
		from = Math.max(from, place);
	}
	yield text.slice(from);
}

describe('base64 in pieces', () => {
	const SPACES = ['', '\n', '\r\n', ' ', '\t', '&#xD;\n', '&#13;', '&#xA;', '&#x20;'];

	it('gives the bytes, wherever it is torn and whatever white space stands in it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(500), { maxLength: 6 }), fc.array(fc.tuple(fc.nat(400), fc.constantFrom(...SPACES)), { maxLength: 5 }), async (bytes, places, spaces) => {
				const characters = [...Buffer.from(bytes).toString('base64'), ''];
				for (const [at, space] of spaces) characters[at % characters.length] = space + (characters[at % characters.length] ?? '');
				const text = characters.join('');
				expect((await collected(decodedBase64(torn(text, places), 1000))).equals(Buffer.from(bytes))).toBe(true);
			}),
		);
	});

	it('is the same for texts larger than one piece', async () => {
		const text = content.toString('base64').replace(/.{76}/g, '$&\r\n');
		for (const step of [1013, 65_536, 700_001]) {
			const places = Array.from({ length: Math.floor(text.length / step) }, (_, index) => (index + 1) * step);
			expect((await collected(decodedBase64(torn(text, places), 3_000_000))).equals(content)).toBe(true);
		}
	});

	it.each(['A', 'AA', 'AAA', 'AA=', 'A===', '====', 'AAAA====', 'AA==AAAA', 'AAA!', 'AA-_', 'A\u00e4AA', 'AAAA&#65;', 'AAAA&amp;', 'AA==\nAAAA', 'AAAA&'])('refuses %s', async (text) => {
		await expect(collected(decodedBase64(torn(text, []), 1000))).rejects.toMatchObject({ detail: { kind: 'malformedAnswer' } });
		await expect(collected(decodedBase64(torn(text.padStart(600_000 + text.length, 'AAAA'), [300_000]), MIB))).rejects.toMatchObject({ detail: { kind: 'malformedAnswer' } });
	});

	it('stops at the limit', async () => {
		await expect(collected(decodedBase64(torn('AAAAAAAA', []), 5))).rejects.toMatchObject({ detail: { kind: 'tooLarge', limitBytes: 5 } });
		expect((await collected(decodedBase64(torn('AAAAAAAA', []), 6))).length).toBe(6);
	});
});
