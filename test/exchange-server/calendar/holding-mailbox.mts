import type { OperationContext } from '../operations/context.mts';
import type { Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';

/** The mailbox an item (or an occurrence, which shares its master's number) is in; the request's own is asked first. */
export function holdingMailbox(item: Item, context: OperationContext): Mailbox {
	const holds = (mailbox: Mailbox): boolean => mailbox.item(item.number)?.searchKey === item.searchKey;
	if (holds(context.mailbox)) return context.mailbox;
	return [...context.exchange.mailboxes.values()].find(holds) ?? context.mailbox;
}
