import type { PullEventType } from './pull-types';

/** What says more about an item comes later. */
const STRENGTH: readonly PullEventType[] = ['readState', 'updated', 'created', 'deleted'];

/** Of two events of one item, which may be on two pages or be due once more, the one that says most about it; the later where they say the same. */
export function strongerEvent<Before extends PullEventType, After extends PullEventType>(before: Before | undefined, after: After): Before | After {
	return before !== undefined && STRENGTH.indexOf(before) > STRENGTH.indexOf(after) ? before : after;
}
