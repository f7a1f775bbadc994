import type { IDataObject } from 'n8n-workflow';

import type { Connector } from '../../../src/connector/Connector';
import type { AccountLink } from '../../../src/sync/account-link';
import type { RecordKind } from '../../../src/records/common-fields';
import type { StoredItem } from '../../../src/sync/mailbox';

/** An item as the nodes show it: its record, flat, with where it lies in Exchange; the same fields as in an event of the trigger. */
export function itemJson(connector: Connector, link: AccountLink, stored: StoredItem<RecordKind>): IDataObject {
	return plain({
		connector: connector.settings.name,
		account: link.account,
		mailbox: link.mailbox,
		folderId: stored.folderId,
		exchangeId: stored.reference.id,
		changeKey: stored.reference.changeKey,
		lastModifiedAt: stored.lastModifiedAt,
		...stored.record,
	});
}

/** Plain JSON of any value, without undefined fields. */
export function plain(value: object): IDataObject {
	return JSON.parse(JSON.stringify(value)) as IDataObject;
}
