import type { INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { RecordOf } from '../../../src/records/record';
import { withRemark } from '../../../src/sync/fault';
import type { ItemEdit, WriteResult } from '../../../src/sync/mailbox';
import { answersOf, byMailbox, requiredText } from './batches';
import { plainRead } from './get-operation';
import { itemJson } from './item-json';
import type { ItemAnswer, OperationCall } from './operation';

/** What is changed: the fields that the builder adds, in the order of their names. */
export function updateFieldsParameter(fields: readonly INodeProperties[]): INodeProperties {
	return {
		displayName: 'Update Fields',
		name: 'updateFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [...fields].sort((one, other) => one.displayName.localeCompare(other.displayName)),
	};
}

/**
 * Changes one item for each input item, those of one mailbox together. What is not changed stays as Exchange has it.
 *
 * @param changes reads an input item's parameters
 * @param merged the record with the changes, before it is checked
 */
export async function updateItems<K extends RecordKind, C>(
	call: OperationCall,
	kind: K,
	changes: (item: number) => C,
	merged: (stored: RecordOf<K>, changes: C) => Record<string, unknown>,
): Promise<ItemAnswer[]> {
	const { checkedRecord } = await import('../../../src/records/checked-record');
	const { timeZone } = call.connector.settings;
	return await byMailbox(
		call,
		(item) => ({ exchangeId: requiredText(call, 'exchangeId', 'Exchange ID', item), changes: changes(item) }),
		async ({ link, mailbox, entries }) => {
			const read = await mailbox.read(
				kind,
				entries.map(({ value }) => value.exchangeId),
				plainRead(call),
			);
			const answers: ItemAnswer[] = [];
			const edited: Array<{ item: number; value: ItemEdit<K> }> = [];
			entries.forEach(({ item, value }, index) => {
				const result = read[index];
				if (result?.ok !== true) {
					answers.push({ item, error: result?.fault ?? new Error('Exchange gave no answer for this item') });
					return;
				}
				try {
					const stored = result.value;
					const record = checkedRecord(kind, merged(stored.record, value.changes), { timeZone, now: Date.now() });
					edited.push({ item, value: { stored, record, ifChanged: 'overwrite' } });
				} catch (error) {
					answers.push({ item, error });
				}
			});
			// Nothing is written when one of them cannot be, unless the builder lets the node continue.
			if (answers.length > 0 && !call.functions.continueOnFail()) return answers;
			const updated =
				edited.length === 0
					? []
					: await mailbox.update(
							kind,
							edited.map(({ value }) => value),
						);
			return [
				...answers,
				...answersOf(edited, updated.map(sayingWhatIsLeft), (reference, { item, value }) => ({
					item,
					json: itemJson(call.connector, link, { ...value.stored, record: value.record, reference }),
				})),
			];
		},
	);
}

/** A series takes several requests. */
function sayingWhatIsLeft(result: WriteResult): WriteResult {
	if (result.ok || result.left === undefined) return result;
	return { ok: false, fault: withRemark(result.fault, 'It was changed in part: look in Exchange which of its occurrences are as they should be.') };
}
