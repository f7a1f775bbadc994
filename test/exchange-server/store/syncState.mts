import { createHash } from 'node:crypto';
import type { Folder } from './folder.mts';
import type { Mailbox } from './mailbox.mts';
import { NumberSet } from './numberSet.mts';

/** What a client's SyncState says: how far it has read a change log and what it was given. */
export interface SyncState {
	/** Everything up to this change number was handed out or was not worth handing out. */
	readonly position: number;
	/** Where the round of pages began; equals `position` between rounds. */
	readonly roundStart: number;
	/** The mailbox's last change when the last page was made. */
	readonly readAt: number;
	readonly given: NumberSet;
}

const MAGIC = 0xe5;

/** Nothing read yet. */
export function initialState(): SyncState {
	return { position: 0, roundStart: 0, readAt: 0, given: new NumberSet() };
}

function binding(mailbox: Mailbox, scope: string): Buffer {
	return createHash('md5').update(`${mailbox.guid}/${scope}`).digest().subarray(0, 8);
}

function checksum(bytes: Uint8Array): Buffer {
	return createHash('md5').update(bytes).digest().subarray(0, 6);
}

/** Writes a state as opaque base64, bound to its mailbox and to `scope` (one folder's items, the hierarchy below one folder). */
export function encodeSyncState(state: SyncState, mailbox: Mailbox, scope: string): string {
	const numbers: number[] = [mailbox.rewinds.length, state.position, state.roundStart, state.readAt];
	let last = 0;
	for (const [start, end] of state.given.toRanges()) {
		numbers.push(start - last, end - start);
		last = end;
	}
	const bytes: number[] = [];
	for (let number of numbers) {
		while (number >= 0x80) {
			bytes.push((number % 0x80) | 0x80);
			number = Math.floor(number / 0x80);
		}
		bytes.push(number);
	}
	const body = Buffer.concat([Buffer.from([MAGIC, 0x01]), binding(mailbox, scope), Buffer.from(bytes)]);
	return Buffer.concat([body, checksum(body)]).toString('base64');
}

/** Reads a state; undefined for one of another mailbox or folder, a cut or altered one, or one from a time that was undone. */
export function decodeSyncState(text: string, mailbox: Mailbox, scope: string): SyncState | undefined {
	const all = Buffer.from(text, 'base64');
	if (all.length < 20 || all.toString('base64') !== text.trim()) return undefined;
	const body = all.subarray(0, -6);
	if (!checksum(body).equals(all.subarray(-6)) || body[0] !== MAGIC || !binding(mailbox, scope).equals(body.subarray(2, 10))) return undefined;
	const numbers: number[] = [];
	let value = 0;
	let scale = 1;
	for (const byte of body.subarray(10)) {
		value += (byte & 0x7f) * scale;
		if (byte & 0x80) scale *= 0x80;
		else {
			numbers.push(value);
			value = 0;
			scale = 1;
		}
	}
	const [rewinds = 0, position = 0, roundStart = 0, readAt = 0] = numbers;
	if (mailbox.rewinds.slice(rewinds).some((cut) => position > cut)) return undefined;
	const ranges: Array<[number, number]> = [];
	let last = 0;
	for (let index = 4; index + 1 < numbers.length; index += 2) {
		const start = last + (numbers[index] ?? 0);
		last = start + (numbers[index + 1] ?? 0);
		ranges.push([start, last]);
	}
	return { position, roundStart, readAt, given: new NumberSet(ranges) };
}

/** The scope of a folder's items. */
export function itemScope(folder: Folder): string {
	return `items/${folder.number}`;
}
