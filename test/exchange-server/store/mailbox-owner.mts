import type { Exchange } from './exchange.mts';
import { decodeId, itemId } from './ids.mts';
import type { Item } from './item.mts';
import type { Mailbox } from './mailbox.mts';

/** Whoever sits before a mailbox in Outlook: nothing they do goes through EWS. Items are named by EWS id or given as such. */
export class MailboxOwner {
	readonly mailbox: Mailbox;
	protected readonly exchange: Exchange;

	constructor(exchange: Exchange, address: string) {
		const mailbox = exchange.mailboxOf(address);
		if (!mailbox) throw new RangeError(`there is no mailbox ${address}`);
		this.exchange = exchange;
		this.mailbox = mailbox;
	}

	/** An item by id, or as it lies in the store now; throws for an id that is dead. */
	item(which: string | Item): Item {
		const item = typeof which === 'string' ? this.itemOf(which) : this.mailbox.item(which.number);
		if (!item) throw new RangeError(`mailbox ${this.mailbox.address} has no such item`);
		return item;
	}

	idOf(item: Item): string {
		return itemId(this.mailbox.guid, item.number);
	}

	private itemOf(id: string): Item | undefined {
		const decoded = decodeId(id);
		return decoded?.type === 'item' && decoded.mailbox === this.mailbox.guid ? this.mailbox.item(decoded.number) : undefined;
	}
}
