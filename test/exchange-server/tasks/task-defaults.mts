import type { DetachedItem } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';

/** What a task has although nobody said so. */
export function fillInTask(item: DetachedItem, mailbox: Mailbox): void {
	item.properties['task:Owner'] ??= mailbox.name;
	item.properties['task:ChangeCount'] ??= 1;
	item.properties['message:IsRead'] = true;
	item.draft = false;
}
