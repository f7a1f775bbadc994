import type { ItemResult } from '../../sync/fault';
import { bytes } from '../mapping/wire-node';
import { required } from '../mapping/wire-values';
import type { MailboxContext } from './mailbox-context';
import { MIME_SIZES } from './answer-sizes';
import { readItems } from './read-items';

/** Whole messages as RFC 5322 bytes. */
export async function readMimes(context: MailboxContext, ids: readonly string[]): Promise<Array<ItemResult<Buffer>>> {
	return await readItems(
		context,
		ids,
		() => ({ paths: [], mime: true }),
		(item) => required(bytes(item, 'MimeContent'), 'item:MimeContent'),
		MIME_SIZES,
	);
}
