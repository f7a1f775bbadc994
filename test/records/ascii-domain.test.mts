import { describe, expect, it } from 'vitest';

import { addressKey, asciiDomain, asciiHost } from '../../src/records/ascii-domain.ts';
import { contentHash } from '../../src/records/content-hash.ts';
import { email } from '../sync/records.mts';

describe('asciiDomain', () => {
	it.each([
		['j@müller.example', 'j@xn--mller-kva.example'],
		['j@xn--mller-kva.example', 'j@xn--mller-kva.example'],
		['J.Doe@Example.com', 'J.Doe@Example.com'],
		['jürgen@müller.example', 'jürgen@müller.example'],
		['/O=ORG/OU=GROUP/CN=JÜRGEN', '/O=ORG/OU=GROUP/CN=JÜRGEN'],
		['', ''],
	])('%j → %j', (address, ascii) => {
		expect(asciiDomain(address)).toBe(ascii);
	});

	it('both forms of an address are the same content', () => {
		const to = (address: string) => email({ to: [{ name: '', address }] });
		expect(contentHash(to('j@müller.example'))).toBe(contentHash(to('j@xn--mller-kva.example')));
	});
});

describe('asciiHost', () => {
	it.each([
		['Müller.example', 'xn--mller-kva.example'],
		['mail.example.test', 'mail.example.test'],
	])('%j → %j', (name, ascii) => {
		expect(asciiHost(name)).toBe(ascii);
	});

	it.each(['müller.example/a', 'müller.example:443', 'müller.example?a', 'müller.example#a', 'müller.example\\a', 'm%41üller.example', 'mü\tller.example', 'a:b@müller.example', 'Müller GmbH'])('leaves nothing out of %j, which is no host', (name) => {
		expect(asciiHost(name)).toBe(name);
	});
});

describe('addressKey', () => {
	it.each([
		['J@Müller.example', 'j@xn--mller-kva.example'],
		['j@XN--MLLER-KVA.example', 'j@xn--mller-kva.example'],
		['jürgen@müller.example', 'jürgen@xn--mller-kva.example'],
		['J.Doe@Example.com', 'j.doe@example.com'],
		['Customer 7', 'customer 7'],
		// The name of an account is no domain.
		['Büro/1', 'büro/1'],
		['Büro', 'büro'],
		['', ''],
	])('%j → %j', (address, key) => {
		expect(addressKey(address)).toBe(key);
	});
});
