import type { ServerVersion } from '../transport/connection-settings';
import { type ItemResult, MailboxFault } from '../../sync/fault';
import { type WireNode, child, elements } from '../mapping/wire-node';
import { type XmlElement, element } from '../mapping/xml-element';
import type { BatchSizes } from './answer-sizes';
import { callMany } from './call';
import { type ItemShape, itemId, itemShape } from './item-shape';
import { type MailboxContext, ROUND } from './mailbox-context';
import { convertSliced } from './sliced';

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
	let asked = 0;
	const nextRound = async (): Promise<{ round: readonly I[]; answers: Array<ItemResult<WireNode>> } | undefined> => {
		if (asked >= targets.length) return undefined;
		const most = context.answerSizes.itemsPerRequest(sizes);
		const round = targets.slice(asked, asked + most * ROUND);
		asked += round.length;
		const size = Math.ceil(round.length / Math.ceil(round.length / most));
		const answers = await callMany(
			context,
			{ name: 'GetItem', repeatable: true },
			round,
			size,
			(items, version) => ({ body: [itemShape(shape(version)), element('ItemIds', items.map(target))] }),
			onlyItem,
		);
		context.answerSizes.read(
			sizes,
			answers.flatMap((answer) => (answer.ok ? [answer.value] : [])),
		);
		return { round, answers };
	};
	for (let current = await nextRound(); current !== undefined; ) {
		// The next answers are on their way while these are turned into records.
		const coming = nextRound();
		coming.catch(() => undefined);
		const { round, answers } = current;
		results.push(...(await convertSliced(answers, (node, index) => read(node, round[index] as I))));
		current = await coming;
	}
	return results;
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
