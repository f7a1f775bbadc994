import type { SetProperty, TaggedProperty } from './property-path';

/** PidTagMessageFlags (MS-OXCMSG 2.2.1.6). Only while an item is created can its bits be set. */
export const MESSAGE_FLAGS: TaggedProperty = { tag: 0x0e07, type: 'Integer' };
/** MSGFLAG_READ. MSGFLAG_UNSENT (0x8) is what makes a draft: it stays away. */
export const MESSAGE_FLAG_READ = 0x1;
/** PidTagMessageDeliveryTime, EWS `item:DateTimeReceived`, which EWS alone cannot set. */
export const DELIVERY_TIME: TaggedProperty = { tag: 0x0e06, type: 'SystemTime' };
/** PidTagClientSubmitTime, EWS `item:DateTimeSent`. */
export const SUBMIT_TIME: TaggedProperty = { tag: 0x0039, type: 'SystemTime' };
/** PidTagReadReceiptRequested. */
export const READ_RECEIPT_REQUESTED: TaggedProperty = { tag: 0x0029, type: 'Boolean' };
/** PidTagSearchKey: bytes that stay the same when an item is moved or restored (MS-OXCPRPT 2.2.1.9). */
export const SEARCH_KEY: TaggedProperty = { tag: 0x300b, type: 'Binary' };
/** PidLidTaskState: whose copy of an assigned task this is (MS-OXOTASK 2.2.2.2.14). */
export const TASK_STATE: SetProperty = { set: 'Task', id: 0x8113, type: 'Integer' };
/** PidLidTaskDeadOccurrence: left behind by the completion of one occurrence of a series (MS-OXOTASK 2.2.2.2.10). */
export const TASK_DEAD_OCCURRENCE: SetProperty = { set: 'Task', id: 0x8109, type: 'Boolean' };
/** PidLidTaskFRecurring (MS-OXOTASK 2.2.2.2.16). */
export const TASK_RECURRING: SetProperty = { set: 'Task', id: 0x8126, type: 'Boolean' };
