import type { RecordOf } from '../../records/record';
import type { RecordKind } from '../../records/common-fields';
import { type Field, sameSet } from './field-table';
import { text } from './wire-node';
import { IMPORTANCE, SENSITIVITY, categoriesOf, recordWord, wireWord } from './wire-values';
import { type XmlElement, element } from './xml-element';

/** What every record has, whatever its kind: properties of EWS `t:ItemType`. */
type ItemRecord = Pick<RecordOf<RecordKind>, 'subject' | 'importance' | 'sensitivity' | 'categories'>;

export const SUBJECT_FIELD: Field<ItemRecord, 'subject'> = {
	name: 'subject',
	path: { uri: 'item:Subject' },
	direction: 'both',
	read: (item) => text(item, 'Subject') ?? '',
	write: (record) => element('Subject', record.subject),
};

export const IMPORTANCE_FIELD: Field<ItemRecord, 'importance'> = {
	name: 'importance',
	path: { uri: 'item:Importance' },
	direction: 'both',
	read: (item) => recordWord(IMPORTANCE, text(item, 'Importance'), 'normal'),
	write: (record) => element('Importance', wireWord(IMPORTANCE, record.importance)),
};

/** Of emails it is only read: once a message is sent Exchange answers ErrorInvalidPropertyUpdateSentMessage. */
export const SENSITIVITY_FIELD: Field<ItemRecord, 'sensitivity'> = {
	name: 'sensitivity',
	path: { uri: 'item:Sensitivity' },
	direction: 'both',
	read: (item) => recordWord(SENSITIVITY, text(item, 'Sensitivity'), 'normal'),
	write: (record) => element('Sensitivity', wireWord(SENSITIVITY, record.sensitivity)),
};

export const CATEGORIES_FIELD: Field<ItemRecord, 'categories'> = {
	name: 'categories',
	path: { uri: 'item:Categories' },
	direction: 'both',
	read: categoriesOf,
	write: (record) => categoriesElement(record.categories),
	same: sameSet,
};

/** Undefined: none. An empty list cannot be set, the property is taken away. */
export function categoriesElement(categories: readonly string[]): XmlElement | undefined {
	if (categories.length === 0) return undefined;
	return element(
		'Categories',
		categories.map((category) => element('String', category)),
	);
}
