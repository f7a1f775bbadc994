import { createHash, randomBytes } from 'node:crypto';
import type { SeriesExclusion } from '../rules/series';

/**
 * What push writes onto every item it creates or adopts: its only memory, in one named property.
 *
 * As text: `1|key|nonce|hash|storedHash|pattern|turns.since.inDoubtSince.binned.revision|externalId`. The key comes first, because Exchange finds items by a prefix of the
 * property and cuts long texts in searches; the external id comes last, because it is the one part without a fixed length. While an item is unfinished,
 * `unfinishedSince~hash` stands in the place of the hash, and `!exclusion!pattern` in that of the pattern of a series that is synced no longer: for earlier versions of this
 * package a hash that no content and a pattern that no series has.
 */
export interface Stamp {
	/** Fingerprint of connector and external id: what an item is found by. */
	key: string;
	/**
	 * Random, one per creation, behind it in which mailbox (`@` and a fingerprint), and which attempt it was (`~1` for the second): a user's copy of an item has the
	 * original's, an item that two workers created at once, or one worker with two attempts, has another. Of earlier versions of this package it names no mailbox.
	 */
	nonce: string;
	/** Content hash of the record as the other system has it. */
	hash: string;
	/** Content hash of the item as Exchange gives it back, where that differs (Exchange normalises what it is given); of an unfinished one, that of what was left. */
	storedHash: string;
	/** Fingerprint of the series' pattern as Exchange gives it back; empty for what is no series. */
	pattern: string;
	/** Why the series is pushed no longer, until the operator says otherwise. */
	excluded?: SeriesExclusion;
	/** Turns within the running window, for the ping-pong breaker (see push/ping-pong.ts), and when it began: with a write of this item, in seconds since 1970. */
	turns: { count: number; since: number };
	/**
	 * Seconds since 1970: an earlier attempt to create the item was not answered and may still be carried out. Until a look has settled it, whoever has the item
	 * by its id looks for a second one.
	 */
	inDoubtSince?: number;
	/** An invitation that push has found in Deleted Items: restored, it is written over no more (rule `invitation-restored`). */
	binned?: true;
	/**
	 * Seconds since 1970: since then an item that takes several requests (a series with exceptions) is being written, and what stands there may be a part of the
	 * content that `hash` says. It stays so where a request fails or the worker ends: the next push of the record writes the rest.
	 */
	unfinishedSince?: number;
	/** How often the record said something else than before since the item was created; absent: never. Of what is told of each version, content that came back is a version of its own. */
	revision?: number;
	externalId: string;
}

const FORMAT = '1';
const KEY_LENGTH = 22;
const MARK_LENGTH = 6;
/** Stands in a nonce before the fingerprint of the mailbox. */
const MAILBOX = '@';
/** Stands in a nonce before the number of the attempt. */
const ATTEMPT = '~';
/** Stands between the time since which an item is unfinished and its hash. */
const UNFINISHED = '~';
/** Stands on both sides of why a series is excluded. */
const EXCLUDED = '!';
const EXCLUSIONS: ReadonlyMap<SeriesExclusion, string> = new Map([
	['series-pattern-changed', 'pattern'],
	['series-too-many-exceptions', 'exceptions'],
]);

/** What an item of this connector and external id is found by. */
export function stampKey(connectorId: string, externalId: string): string {
	return createHash('sha256').update(`${connectorId}\u0000${externalId}`).digest('base64url').slice(0, KEY_LENGTH);
}

/** Prefix of the stamp's text that finds the item; see {@link Mailbox.findStamped}. */
export function stampPrefix(key: string): string {
	return `${FORMAT}|${key}|`;
}

/** A nonce for a new item of this mailbox. */
export function newNonce(mailbox: string): string {
	return `${randomBytes(6).toString('base64url')}${MAILBOX}${mailboxMark(mailbox)}`;
}

/** Whether an item with this nonce was created in this mailbox; undefined where the nonce does not say. */
export function isCreatedIn(nonce: string, mailbox: string): boolean | undefined {
	const mark = creationOf(nonce).split(MAILBOX)[1];
	return mark === undefined ? undefined : mark === mailboxMark(mailbox);
}

function mailboxMark(mailbox: string): string {
	return createHash('sha256').update(mailbox.trim().toLowerCase()).digest('base64url').slice(0, MARK_LENGTH);
}

/** The nonce of the next attempt at the same creation. */
export function nextAttempt(nonce: string): string {
	return `${creationOf(nonce)}${ATTEMPT}${attemptOf(nonce) + 1}`;
}

/** What the attempts at one creation have in common. */
export function creationOf(nonce: string): string {
	return nonce.split(ATTEMPT, 1)[0] ?? '';
}

/** Which attempt at its creation a nonce stands for; the first is 0. */
export function attemptOf(nonce: string): number {
	return Number.parseInt(nonce.split(ATTEMPT)[1] ?? '0', 10) || 0;
}

/** The stamp as it is written. */
export function formatStamp(stamp: Stamp): string {
	// What is absent at the end is left out, in the middle it is empty.
	const turns = [stamp.turns.count, stamp.turns.since, stamp.inDoubtSince, stamp.binned === true ? 1 : undefined, stamp.revision].map((number) => number?.toString(36) ?? '').join('.').replace(/\.+$/, '');
	const hash = stamp.unfinishedSince === undefined ? stamp.hash : `${stamp.unfinishedSince.toString(36)}${UNFINISHED}${stamp.hash}`;
	return [FORMAT, stamp.key, stamp.nonce, hash, stamp.storedHash, patternPart(stamp), turns, stamp.externalId].join('|');
}

/** Reads a stamp; undefined for a text that is none or of a format that is not known. */
export function parseStamp(text: string | undefined): Stamp | undefined {
	if (text === undefined) return undefined;
	const [format, key, nonce, hash, storedHash, pattern, turns, ...externalId] = text.split('|');
	if (format !== FORMAT || key?.length !== KEY_LENGTH || nonce === undefined || hash === undefined) return undefined;
	if (storedHash === undefined || pattern === undefined || turns === undefined || externalId.length === 0) return undefined;
	const [count = '', since = '', inDoubtSince = '', binned = '', revision = ''] = turns.split('.');
	const [unfinishedSince = '', unfinishedHash] = hash.split(UNFINISHED);
	return {
		key,
		nonce,
		hash: unfinishedHash ?? hash,
		storedHash,
		...readPatternPart(pattern),
		turns: { count: Number.parseInt(count, 36) || 0, since: Number.parseInt(since, 36) || 0 },
		...(inDoubtSince !== '' && { inDoubtSince: Number.parseInt(inDoubtSince, 36) || 0 }),
		...(binned !== '' && { binned: true as const }),
		...(revision !== '' && { revision: Number.parseInt(revision, 36) || 0 }),
		...(unfinishedHash !== undefined && { unfinishedSince: Number.parseInt(unfinishedSince, 36) || 0 }),
		externalId: externalId.join('|'),
	};
}

/** A pattern may hold what the stamp separates by. */
function patternPart({ pattern, excluded }: Stamp): string {
	const mark = excluded === undefined ? '' : `${EXCLUDED}${EXCLUSIONS.get(excluded)}${EXCLUDED}`;
	return mark + pattern.replaceAll('%', '%25').replaceAll('|', '%7C').replaceAll(EXCLUDED, '%21');
}

function readPatternPart(part: string): Pick<Stamp, 'pattern' | 'excluded'> {
	const [, mark, marked] = part.startsWith(EXCLUDED) ? part.split(EXCLUDED) : [];
	const [excluded] = [...EXCLUSIONS].find(([, name]) => name === mark) ?? [];
	const pattern = (marked ?? part).replaceAll('%21', EXCLUDED).replaceAll('%7C', '|').replaceAll('%25', '%');
	return { pattern, ...(excluded !== undefined && { excluded }) };
}

/** The stamp, if it is one of this connector; that of another connector says nothing to us. */
export function ownStamp(text: string | undefined, connectorId: string): Stamp | undefined {
	const stamp = parseStamp(text);
	return stamp !== undefined && stamp.key === stampKey(connectorId, stamp.externalId) ? stamp : undefined;
}

/** Whether content is what the last push wrote, in the other system's form or in Exchange's. An unfinished item may have it, or what push has left of it. */
export function isStampedContent(stamp: Stamp, hash: string): boolean {
	return hash === stamp.hash || hash === stamp.storedHash;
}
