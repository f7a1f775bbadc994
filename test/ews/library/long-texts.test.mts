import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { lfText } from '../../../src/text/line-endings.ts';
import { readSoapObject, readSoapObjectInSlices, SoapReader } from '../../../src/ews/library/soap-object-reader.ts';
import { runs } from '../../quick-look.mts';

/** In a document with a comment every character goes through the parser: what it makes of a text is what the text says. */
const withComment = (xml: string): string => `<!-- all of it -->${xml}`;

const envelope = (content: string): string => `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${content}</s:Body></s:Envelope>`;

/** Text of an element of EWS. */
function bodyIn(answer: unknown): string {
	return String(Object(Object(answer)['Body'])['Body']);
}

function outcome(read: () => unknown): unknown {
	try {
		return read();
	} catch (error) {
		return error instanceof Error ? error.name : error;
	}
}

describe('W7: long texts, which the parser does not see', () => {
	const piece = fc.constantFrom(
		...['a', 'ä€😀', ' ', '\n', '\r\n', '\r', '\t', '&lt;', '&gt;', '&quot;', '&apos;', '&amp;', '&amp;lt;', '&#xD;', '&#xA;', '&#13;', '&#x41;', '&#38;amp;', '&#x1;', '&#xD83D;&#xDE00;', '&#xFFFF;', '&#X41;', '&#x20AC;', '&#8364;', '&#x1F600;', '&#128512;', '&#x110000;', '&#0;', '\uffff', '\ufeff', '\u0001', '>', '"', "'", ']]'],
		// What is wrong with XML has to be found in a long text too.
		...['&', '&nope;', '&#;', ']]>', '&lt'],
	);
	const text = fc.array(piece, { minLength: 1, maxLength: 30 }).map((pieces) => pieces.join(''));

	it('say what the parser says', () => {
		fc.assert(
			fc.property(text, text, (one, other) => {
				const filling = 'x'.repeat(300);
				const xml = envelope(`<Long A="${one.replaceAll('"', '').replaceAll('&', '')}>${filling}">${one}${filling}${other}</Long>${other}${filling}<Short>${other}</Short>`);
				expect(outcome(() => readSoapObject(xml))).toEqual(outcome(() => readSoapObject(withComment(xml))));
			}),
			{ numRuns: runs(500), examples: [['a', '\r&#xFFFF;\na']] },
		);
	});

	it('of a body have line feeds alone', () => {
		const body = (content: string): string => envelope(`<t:Body xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">${content}</t:Body>`);
		fc.assert(
			fc.property(text, (content) => {
				const said = outcome(() => readSoapObject(withComment(body(`${content}${'x'.repeat(300)}`))));
				const read = outcome(() => readSoapObject(body(`${content}${'x'.repeat(300)}`)));
				if (typeof said === 'string') expect(read).toBe(said);
				else expect(lfText(bodyIn(read))).toBe(lfText(bodyIn(said)));
			}),
			{ numRuns: runs(300), examples: [[']]&#0;>a'], ['&#13;&#xD;\na']] },
		);
		expect(bodyIn(readSoapObject(body(`a&#xD;\nb&#13;\nc&#xD;d${'x'.repeat(300)}`)))).toBe(`a\nb\nc\rd${'x'.repeat(300)}`);
	});

	it('are read as at once from chunks that are torn anywhere', async () => {
		await fc.assert(
			fc.asyncProperty(text, text, fc.boolean(), fc.constantFrom('', '\ufeff', '<?xml version="1.0" encoding="utf-8"?>'), fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), async (one, other, hasSection, start, lengths) => {
				const filling = 'ä'.repeat(200);
				const xml = `${start}${envelope(`<Long A="1 > 0">${one}${filling}${other}</Long>${hasSection ? `<S><![CDATA[${filling}]]>${filling}</S>` : ''}<Short>${other}</Short>${filling}`)}`;
				const bytes = Buffer.from(xml);
				const read = async (): Promise<unknown> => {
					const reader = new SoapReader();
					for (let at = 0, turn = 0; at < bytes.length; turn++) {
						const length = lengths[turn % lengths.length] ?? 1;
						await reader.write(bytes.subarray(at, at + length));
						at += length;
					}
					return await reader.close();
				};
				const torn = await read().catch((error: unknown) => (error instanceof Error ? error.name : error));
				expect(torn).toEqual(outcome(() => readSoapObject(xml)));
			}),
			{ numRuns: runs(300) },
		);
	});

	it('are read in slices as at once', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 5 }), async (texts) => {
				const xml = envelope(texts.map((value) => `<T>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').repeat(10)}</T>`).join(''));
				expect(await readSoapObjectInSlices(xml)).toEqual(readSoapObject(xml));
			}),
			{ numRuns: runs(50) },
		);
	});

	it('in a section stay what they are', () => {
		const xml = envelope(`<T><![CDATA[<b>${'x &lt; y '.repeat(100)}</b>]]></T>`);
		expect(readSoapObject(xml)).toMatchObject({ Body: { T: `<b>${'x &lt; y '.repeat(100)}</b>` } });
	});
});

describe('long texts in base64', () => {
	const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
	const attachment = (content: string, attributes = ''): unknown =>
		readSoapObject(envelope(`<t:FileAttachment xmlns:t="${TYPES}"><t:Name>Plan</t:Name><t:Content${attributes}>${content}</t:Content></t:FileAttachment>`));
	const contentIn = (envelope: unknown): unknown => (envelope as { Body: { FileAttachment: { Content: unknown } } }).Body.FileAttachment.Content;

	it('come as the bytes that they say, whatever their length', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 300, maxLength: 2_000 }), fc.integer({ min: 0, max: 200 }), (bytes, copies) => {
				const content = Buffer.concat(Array.from({ length: copies + 1 }, () => Buffer.from(bytes)));
				const read = contentIn(attachment(content.toString('base64')));
				expect(Buffer.isBuffer(read) && read.equals(content)).toBe(true);
			}),
			{ numRuns: runs(60) },
		);
	});

	it('with attributes stand beside them', () => {
		const bytes = Buffer.alloc(300, 7);
		expect(contentIn(attachment(bytes.toString('base64'), ' CharacterSet="UTF-8"'))).toMatchObject({ CharacterSet: 'UTF-8', Content: bytes });
	});

	const base64 = Buffer.alloc(300, 7).toString('base64');
	it.each([
		['white space', `${base64}\r\n`, `${base64}\n`],
		['a reference', `${base64}&#xD;&#xA;`, `${base64}\r\n`],
		['half a group', base64.slice(0, -2), base64.slice(0, -2)],
		['what is no base64', `${base64}!!!!`, `${base64}!!!!`],
		['a section', `${base64}<![CDATA[AAAA]]>`, `${base64}AAAA`],
	])('with %s stay text, which whoever reads it judges', (_what, written, read) => {
		expect(contentIn(attachment(written))).toBe(read);
	});

	it('in elements that are not in base64 stay text', () => {
		expect(readSoapObject(envelope(`<t:Subject xmlns:t="${TYPES}">${base64}</t:Subject>`))).toMatchObject({ Body: { Subject: base64 } });
		expect(readSoapObject(envelope(`<Content>${base64}</Content>`))).toMatchObject({ Body: { Content: base64 } });
	});
});
