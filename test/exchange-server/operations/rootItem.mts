import { changeKey, itemId } from '../store/ids.mts';
import type { Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';

/** The item attachments hang on, as attribute pair of their ids. */
export function rootIds(mailbox: Mailbox, item: Item): { RootItemId: string; RootItemChangeKey: string } {
	return { RootItemId: itemId(mailbox.guid, item.number), RootItemChangeKey: changeKey(mailbox.guid, item.changeKey) };
}
