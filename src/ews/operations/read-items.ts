import type { ServerVersion } from '../transport/connection-settings';
import { type ItemResult, MailboxFault } from '../../sync/fault';
import { type WireNode, child, elements } from '../mapping/wire-node';
import { type XmlElement, element } from '../mapping/xml-element';
import { callMany } from './call';
import { type ItemShape, itemId, itemShape } from './item-shape';
import { type MailboxContext, ROUND } from './mailbox-context';
import { convertSliced } from './sliced';

/** Answers of this size keep the event loop free: reading blocks it for about 19 ms per MB. */
const ANSWER_BYTES = 1_000_000;

/** How many items a first request asks for, and how many one asks for at most. */
export interface BatchSizes {
	readonly first: number;
	readonly most: number;
}

/** For mails, whose size is not known before they are read. */
export const MAIL_SIZES: BatchSizes = { first: 50, most: 100 };
/** For appointments and tasks: a few KB each. */
export const SMALL_SIZES: BatchSizes = { first: 100, most: 200 };
/** For whole messages. */
export const MIME_SIZES: BatchSizes = { first: 5, most: 25 };

/**
 * GetItem for many items, several requests at a time. How many items share a request follows from the size of those that were read before, so that
 * answers stay at 1 to 2 MB. Results have the order of the ids.
 * @param read turns an item into its value; a MailboxFault that it throws is that item's fault
 */
export async function readItems<R>(
	context: MailboxContext,
	ids: readonly string[],
	shape: (version: ServerVersion) => ItemShape,
	read: (item: WireNode, id: string) => R,
	sizes: BatchSizes,
): Promise<Array<ItemResult<R>>> {
	return await readTargets(context, ids, (id) => itemId(id), shape, read, sizes);
}

/** {@link readItems} for items that are addressed in another way, e.g. as an occurrence of a series. */
export async function readTargets<I, R>(
	context: MailboxContext,
	targets: readonly I[],
	target: (item: I) => XmlElement,
	shape: (version: ServerVersion) => ItemShape,
	read: (item: WireNode, target: I) => R,
	sizes: BatchSizes,
): Promise<Array<ItemResult<R>>> {
	const results: Array<ItemResult<R>> = [];
	let size = sizes.first;
	let bytes = 0;
	let count = 0;
	let asked = 0;
	const nextRound = async (): Promise<{ round: readonly I[]; answers: Array<ItemResult<WireNode>> } | undefined> => {
		if (asked >= targets.length) return undefined;
		const round = targets.slice(asked, asked + size * ROUND);
		asked += round.length;
		const answers = await callMany(
			context,
			{ name: 'GetItem', repeatable: true },
			round,
			size,
			(items, version) => ({ body: [itemShape(shape(version)), element('ItemIds', items.map(target))] }),
			(message) => {
				const node = onlyItem(message);
				bytes += approximateBytes(node);
				count += 1;
				return node;
			},
		);
		return { round, answers };
	};
	for (let current = await nextRound(); current !== undefined; ) {
		size = nextSize(bytes, count, sizes);
		// The next answers are on their way while these are turned into records.
		const coming = nextRound();
		coming.catch(() => undefined);
		const { round, answers } = current;
		results.push(...(await convertSliced(answers, (node, index) => read(node, round[index] as I))));
		current = await coming;
	}
	return results;
}

/** How many items of the size seen so far share a request. */
export function nextSize(bytes: number, count: number, sizes: BatchSizes): number {
	if (count === 0) return sizes.first;
	return Math.max(1, Math.min(sizes.most, Math.floor(ANSWER_BYTES / Math.max(1, bytes / count))));
}

/** The item of a response message that has one. @throws MailboxFault `malformedAnswer` */
export function onlyItem(message: WireNode): WireNode {
	const item = elements(child(message, 'Items'))[0]?.node;
	if (item !== undefined) return item;
	throw new MailboxFault({
		reason: 'malformedAnswer',
		scope: 'item',
		retry: { can: false },
		message: 'The server answered without the item that it was asked for.',
	});
}

function approximateBytes(value: unknown): number {
	if (typeof value === 'string') return value.length;
	if (typeof value !== 'object' || value === null) return 0;
	let sum = 0;
	for (const [name, inner] of Object.entries(value)) sum += 2 * name.length + 5 + approximateBytes(inner);
	return sum;
}
