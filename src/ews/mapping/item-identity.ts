import type { RecordKind } from '../../records/common-fields';
import { normalisedMessageId } from '../../records/email-key';
import type { ItemIdentity } from '../../sync/mailbox';
import { natureOf } from './email-facts';
import { SEARCH_KEY } from './mapi-properties';
import { type PropertyPath, mapiValue } from './property-path';
import { STAMP } from './stamp-property';
import { referenceOf } from './stored-item';
import { type WireNode, integer, text } from './wire-node';
import { hexOf } from './wire-values';

/** `calendar:AppointmentState`, asfReceived (MS-OXOCAL 2.2.1.10): it came to this mailbox as a meeting request. */
const RECEIVED = 0x2;

/** The properties to ask for, of items of whatever kind. */
export const IDENTITY_PATHS: readonly PropertyPath[] = [
	{ uri: 'item:ItemClass' },
	{ uri: 'message:InternetMessageId' },
	{ uri: 'calendar:UID' },
	{ uri: 'calendar:AppointmentState' },
	SEARCH_KEY,
	STAMP,
];

/** What identifies an item that was read with {@link IDENTITY_PATHS}. @throws MailboxFault `malformedAnswer` */
export function identityOf(item: WireNode): ItemIdentity {
	const kind = kindOf(text(item, 'ItemClass') ?? '');
	const searchKey = hexOf(mapiValue(item, SEARCH_KEY));
	const stamp = mapiValue(item, STAMP);
	const key = keyOf(kind, item) ?? (kind === 'task' ? searchKey : undefined);
	return {
		reference: referenceOf(item),
		...(kind === undefined ? {} : { kind }),
		...(key === undefined || key === '' ? {} : { key }),
		...(searchKey === undefined ? {} : { searchKey }),
		...(stamp === undefined || stamp === '' ? {} : { stamp }),
		isInvitation: isInvitation(kind, item),
	};
}

/** The kind of an item, by its message class. */
export function kindOf(itemClass: string): RecordKind | undefined {
	if (/^ipm\.appointment(?:\.|$)/i.test(itemClass)) return 'appointment';
	if (/^ipm\.task(?:\.|$)/i.test(itemClass)) return 'task';
	const nature = natureOf(itemClass);
	return nature === 'message' || nature === 'meetingMessage' ? 'email' : undefined;
}

/** The key of an item that EWS knows by itself: a mail without Message-ID and a task have none. */
export function keyOf(kind: RecordKind | undefined, item: WireNode): string | undefined {
	switch (kind) {
		case 'email':
			return normalisedMessageId(text(item, 'InternetMessageId'));
		case 'appointment':
			return text(item, 'UID');
		case 'task':
		case undefined:
			return undefined;
	}
}

function isInvitation(kind: RecordKind | undefined, item: WireNode): boolean {
	if (kind === 'appointment') return ((integer(item, 'AppointmentState') ?? 0) & RECEIVED) !== 0;
	return kind === 'email' && natureOf(text(item, 'ItemClass') ?? '') === 'meetingMessage';
}
