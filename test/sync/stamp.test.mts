import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attemptOf, creationOf, formatStamp, isCreatedIn, isStampedContent, newNonce, nextAttempt, ownStamp, parseStamp, type Stamp, stampKey, stampPrefix } from '../../src/sync/stamp.ts';
import { decodeKnownIds, encodeKnownIds } from '../../src/sync/pull/known-ids.ts';

const stamps: fc.Arbitrary<Stamp> = fc.record({
	key: fc.constant(stampKey('crm', 'x')),
	nonce: fc.nat(20).map((attempts) => Array.from({ length: attempts }).reduce<string>((nonce) => nextAttempt(nonce), newNonce('anna@example.test'))),
	hash: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
	storedHash: fc.constantFrom('', 'stored-hash-of-22-chars'),
	pattern: fc.string(),
	turns: fc.record({ count: fc.nat(1000), since: fc.nat(2_000_000_000) }),
	externalId: fc.string({ maxLength: 200 }),
	inDoubtSince: fc.nat(2_000_000_000),
	revision: fc.nat(2_000_000_000),
	unfinishedSince: fc.nat(2_000_000_000),
	binned: fc.constant(true as const),
	excluded: fc.constantFrom('series-pattern-changed' as const, 'series-too-many-exceptions' as const),
}, { requiredKeys: ['key', 'nonce', 'hash', 'storedHash', 'pattern', 'turns', 'externalId'] });

describe('the stamp', () => {
	it('survives being written and read, whatever is in its parts', () => {
		fc.assert(fc.property(stamps, (stamp) => {
			expect(parseStamp(formatStamp(stamp))).toEqual(stamp);
		}));
	});

	it('knows the attempts at one creation, and that they are others', () => {
		const first = newNonce('anna@example.test');
		const third = nextAttempt(nextAttempt(first));
		expect([creationOf(first), creationOf(third)]).toEqual([first, first]);
		expect([first, nextAttempt(first), third].map(attemptOf)).toEqual([0, 1, 2]);
		expect(new Set([first, nextAttempt(first), third]).size).toBe(3);
	});

	it('says in which mailbox its item was created, whatever the case of its address, and nothing where it is of an earlier version of this package', () => {
		const nonce = nextAttempt(newNonce('Anna@example.test'));
		expect(['anna@EXAMPLE.test', 'ben@example.test'].map((mailbox) => isCreatedIn(nonce, mailbox))).toEqual([true, false]);
		expect(isCreatedIn('AbCdEfGh~1', 'anna@example.test')).toBeUndefined();
	});

	it('of an earlier version of this package, which knew of no doubt, is read', () => {
		const text = `1|${stampKey('crm', '7')}|n|h|||1.s44we8|7`;
		expect(ownStamp(text, 'crm')).toEqual({ key: stampKey('crm', '7'), nonce: 'n', hash: 'h', storedHash: '', pattern: '', turns: { count: 1, since: 1_700_000_000 }, externalId: '7' });
	});

	it('of an unfinished item says to an earlier version of this package that the content is another', () => {
		const stamp: Stamp = { key: stampKey('crm', '7'), nonce: 'n', hash: 'a-hash-of-22-characters', storedHash: '', pattern: '', turns: { count: 0, since: 0 }, unfinishedSince: 1_700_000_000, externalId: '7' };
		const [, , , hash] = formatStamp(stamp).split('|');
		expect(hash).toBe('s44we8~a-hash-of-22-characters');
		expect(ownStamp(formatStamp(stamp), 'crm')).toEqual(stamp);
	});

	it('of an excluded series says to an earlier version of this package that the pattern is another', () => {
		const stamp: Stamp = { key: stampKey('crm', '7'), nonce: 'n', hash: 'h', storedHash: '', pattern: 'daily|1|never', excluded: 'series-pattern-changed', turns: { count: 0, since: 0 }, externalId: '7' };
		expect(formatStamp(stamp).split('|')[5]).toBe('!pattern!daily%7C1%7Cnever');
		expect(ownStamp(formatStamp(stamp), 'crm')).toEqual(stamp);
	});

	it('says nothing of what is absent', () => {
		const stamp: Stamp = { key: stampKey('crm', '7'), nonce: 'n', hash: 'h', storedHash: '', pattern: '', turns: { count: 0, since: 36 }, externalId: '7' };
		const written = (more: Partial<Stamp>): string | undefined => formatStamp({ ...stamp, ...more }).split('|')[6];
		expect([written({}), written({ inDoubtSince: 1 }), written({ revision: 2 }), written({ inDoubtSince: 1, revision: 2 })]).toEqual(['0.10', '0.10.1', '0.10...2', '0.10.1..2']);
	});

	it('is found by a prefix that no other connector or record has', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), fc.string(), (connector, one, other) => {
				fc.pre(one !== other);
				expect(stampPrefix(stampKey(connector, one))).not.toBe(stampPrefix(stampKey(connector, other)));
				expect(stampPrefix(stampKey(`${connector}2`, one))).not.toBe(stampPrefix(stampKey(connector, one)));
			}),
		);
	});

	it('of another connector, of another format or damaged is none of ours', () => {
		const stamp: Stamp = { key: stampKey('crm', '7'), nonce: 'n', hash: 'h', storedHash: '', pattern: '', turns: { count: 0, since: 0 }, externalId: '7' };
		expect(ownStamp(formatStamp(stamp), 'crm')).toEqual(stamp);
		expect(ownStamp(formatStamp(stamp), 'erp')).toBeUndefined();
		expect(ownStamp(`2${formatStamp(stamp).slice(1)}`, 'crm')).toBeUndefined();
		expect(parseStamp('1|short')).toBeUndefined();
		expect(parseStamp(undefined)).toBeUndefined();
	});

	it('knows both forms of its content', () => {
		const stamp: Stamp = { key: '', nonce: '', hash: 'a', storedHash: 'b', pattern: '', turns: { count: 0, since: 0 }, externalId: '' };
		expect(['a', 'b', 'c'].map((hash) => isStampedContent(stamp, hash))).toEqual([true, true, false]);
	});
});

describe('known ids', () => {
	it('come back as they were', () => {
		const id = fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/);
		fc.assert(fc.property(fc.array(fc.tuple(id, fc.stringMatching(/^[A-Za-z0-9_-]{0,6}$/))), (entries) => {
			const known = new Map(entries);
			expect([...decodeKnownIds(encodeKnownIds(known))].sort()).toEqual([...known].sort());
		}));
	});

	it('take about 30 bytes for an id of Exchange', () => {
		const prefix = 'AAMkADY5YzQ0NzM4LTk0YjktNDQwZC05ODQ3LTk4YWY1YjE3ZDNlZQBGAAAAAACpM0Cyw0YtRrbJAk4yZ0K6BwDa5pZ5DkLySZaHFbn8hXVYAAAAAAENAADa5pZ5DkLySZaHFbn8hXVYAAC';
		const known = new Map(Array.from({ length: 2_000 }, (_, n) => [`${prefix}${Buffer.from(String(1_000_000 + n * 37)).toString('base64url')}AAA=`, 'abcdef']));
		expect(encodeKnownIds(known).length / 2_000).toBeLessThan(30);
	});
});
