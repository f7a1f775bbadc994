import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { AttachmentContent } from '../../../src/records/email';
import { enteredNames } from '../parameters/entered-options';

const attachmentFields = { displayName: 'Attachments', name: 'attachmentFields' } as const;

/** Parameter that names the binary fields of an input item that are attached. */
export function attachmentsParameter(whenEmpty: string): INodeProperties {
	return {
		...attachmentFields,
		type: 'string',
		default: '',
		placeholder: 'e.g. data,attachment_0 or *',
		hint: 'Names of the input item\'s binary fields, separated by commas; * takes them all',
		description: `Which binary data of the input item is attached. ${whenEmpty}.`,
	};
}

/**
 * Bytes to attach for one input item: the named binary fields, or with none named those that the record's `attachments` point to with
 * `binaryProperty`.
 *
 * @throws NodeOperationError for a field that the item does not have, SettingsError for names that are none
 */
export async function attachmentContents(functions: IExecuteFunctions, item: number, listed: unknown): Promise<AttachmentContent[]> {
	const names = enteredNames(attachmentFields, functions.getNodeParameter(attachmentFields.name, item, '')) ?? [];
	const binary = functions.getInputData()[item]?.binary ?? {};
	const wanted: Array<{ field: string; entry: IDataObject }> = names.includes('*')
		? Object.keys(binary).map((field) => ({ field, entry: {} }))
		: names.length > 0
			? names.map((field) => ({ field, entry: {} }))
			: listedFields(listed);
	return await Promise.all(
		wanted.map(async ({ field, entry }) => {
			const data = binary[field];
			if (data === undefined) {
				throw new NodeOperationError(functions.getNode(), `The input item has no binary field "${field}" to attach`, {
					itemIndex: item,
					description: `It has: ${Object.keys(binary).join(', ') || 'none'}.`,
				});
			}
			const contentId = textIn(entry['contentId']);
			return {
				name: textIn(entry['name']) ?? data.fileName ?? field,
				contentType: textIn(entry['contentType']) ?? data.mimeType,
				...(contentId === undefined ? {} : { contentId }),
				inline: entry['inline'] === true,
				content: await functions.helpers.getBinaryDataBuffer(item, field),
			};
		}),
	);
}

function listedFields(listed: unknown): Array<{ field: string; entry: IDataObject }> {
	if (!Array.isArray(listed)) return [];
	return listed.flatMap((entry: unknown) => {
		if (typeof entry !== 'object' || entry === null || !('binaryProperty' in entry)) return [];
		const field = textIn(entry.binaryProperty);
		return field === undefined ? [] : [{ field, entry: entry as IDataObject }];
	});
}

function textIn(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
