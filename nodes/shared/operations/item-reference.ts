import type { ItemReference, Mailbox } from '../../../src/sync/mailbox';
import { valueOf } from './batches';

/** Id and current change key of an item: Exchange wants both for what it sends. @throws MailboxFault `gone` */
export async function currentReference(mailbox: Mailbox, exchangeId: string): Promise<ItemReference> {
	const [found] = await mailbox.identify([exchangeId]);
	return valueOf(found).reference;
}
