import type { ItemResult } from '../../sync/fault';
import type { ItemIdentity } from '../../sync/mailbox';
import { IDENTITY_PATHS, identityOf } from '../mapping/item-identity';
import type { MailboxContext } from './mailbox-context';
import { readItems } from './read-items';

/** Identities of items of any kind: small answers, so many in one request. */
export async function identifyItems(context: MailboxContext, ids: readonly string[]): Promise<Array<ItemResult<ItemIdentity>>> {
	return await readItems(context, ids, () => ({ paths: IDENTITY_PATHS }), identityOf, { first: 200, most: 500 });
}
