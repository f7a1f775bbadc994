/** What an item is to the two sides; one per action node. */
export type RecordKind = 'email' | 'appointment' | 'task';

/** An RFC 5322 mailbox: display name (may be empty) and addr-spec. */
export interface MailAddress {
	name: string;
	address: string;
}

/** MAPI PidTagImportance, EWS `item:Importance`. */
export type Importance = 'low' | 'normal' | 'high';

/** MAPI PidTagSensitivity, EWS `item:Sensitivity`. */
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';

/** What every record has. */
export interface RecordBase {
	kind: RecordKind;
	/** Identity the record keeps when it moves between folders and systems. */
	key: string;
	/** Exchange's categories: names, order without meaning. */
	categories: string[];
}
