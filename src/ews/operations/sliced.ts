import { offerTurn } from '../../event-loop/offer-turn';
import { MailboxFault, type ItemResult } from '../../sync/fault';

/**
 * Turns results into what they mean, item by item, and lets others go on in between: to convert a page of mails takes longer than n8n may be held up.
 * A fault that `convert` throws is that item's alone.
 */
export async function convertSliced<A, B>(results: ReadonlyArray<ItemResult<A>>, convert: (value: A, index: number) => B): Promise<Array<ItemResult<B>>> {
	return await inSlices(results, (result, index) => (result.ok ? convertOne(result.value, index, convert) : result));
}

/** Does something long with each item, one after the other, and lets others go on in between. */
export async function inSlices<A, B>(items: readonly A[], work: (item: A, index: number) => B | Promise<B>): Promise<B[]> {
	const done: B[] = [];
	for (const [index, item] of items.entries()) {
		await offerTurn();
		done.push(await work(item, index));
	}
	return done;
}

function convertOne<A, B>(value: A, index: number, convert: (value: A, index: number) => B): ItemResult<B> {
	try {
		return { ok: true, value: convert(value, index) };
	} catch (error) {
		if (error instanceof MailboxFault) return { ok: false, fault: error };
		const name = error instanceof Error ? error.name : 'Error';
		return {
			ok: false,
			fault: new MailboxFault(
				{ reason: 'malformedAnswer', scope: 'item', retry: { can: false }, message: `What the server answered for this item could not be read (${name}).` },
				{ cause: error },
			),
		};
	}
}
