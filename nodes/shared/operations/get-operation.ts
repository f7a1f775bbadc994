import type { IBinaryKeyData, INodeProperties } from 'n8n-workflow';

import type { RecordKind } from '../../../src/records/common-fields';
import type { EmailRecord } from '../../../src/records/email';
import { hasBytes, storeAttachments } from '../../../src/sync/attachments';
import type { Mailbox, ReadOptions } from '../../../src/sync/mailbox';
import { accountParameter } from '../parameters/account-parameter';
import { bodyOption } from '../parameters/field-options';
import { EnteredOptions } from '../parameters/entered-options';
import { exchangeIdParameter } from '../parameters/item-parameters';
import { answersOf, byMailbox, grouped, requiredText, valueOf } from './batches';
import { BinaryStore } from './binary-store';
import { itemJson } from './item-json';
import type { ItemAnswer, Operation, OperationCall } from './operation';

/** Options of Get and Get Many that say how much of an item is read. */
export function readParameters(kind: RecordKind): INodeProperties[] {
	if (kind === 'task') return [];
	if (kind === 'appointment') {
		return [
			{
				displayName: 'Strip Meeting Metadata',
				name: 'stripMeetingMetadata',
				type: 'boolean',
				default: false,
				description: 'Whether to take the block "When: … Where: …" off the text of a meeting',
			},
		];
	}
	return [
		bodyOption({ displayName: 'Body', description: 'Which form of the body to read' }),
		{
			displayName: 'Download Attachments',
			name: 'downloadAttachments',
			type: 'boolean',
			default: false,
			description: 'Whether to hand out the attachments as binary data; the record\'s attachments name the binary field of each',
		},
	];
}

/** How an item is read that is not handed out as it is. */
export function plainRead(call: OperationCall, body: ReadOptions['body'] = 'both'): ReadOptions {
	return { body, stripMeetingMetadata: false, timeZone: call.connector.settings.timeZone };
}

/** How the items are read that Get and Get Many hand out. */
export interface ChosenRead {
	options: ReadOptions;
	downloadAttachments: boolean;
}

/** What the options of an input item say about reading. @throws SettingsError */
export function chosenRead(call: OperationCall, kind: RecordKind, item: number): ChosenRead {
	const entered = new EnteredOptions(readParameters(kind), call.functions.getNodeParameter('options', item, {}));
	return {
		options: {
			body: entered.choice('body', ['text', 'html', 'both']) ?? 'both',
			stripMeetingMetadata: entered.isOn('stripMeetingMetadata') ?? false,
			timeZone: call.connector.settings.timeZone,
		},
		downloadAttachments: entered.isOn('downloadAttachments') ?? false,
	};
}

/** Get: items by their Exchange ids; those of one mailbox that are read in the same way share requests. */
export function getOperation(kind: RecordKind, words: { one: string; article: string }): Operation {
	const options = readParameters(kind);
	return {
		value: 'get',
		name: 'Get',
		action: `Get ${words.article} ${words.one}`,
		description: `Read ${words.article} ${words.one} by its Exchange ID`,
		properties: [
			accountParameter,
			exchangeIdParameter(words.one),
			...(options.length === 0 ? [] : [{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options } satisfies INodeProperties]),
		],
		async run(call) {
			return await byMailbox(
				call,
				(item) => ({ exchangeId: requiredText(call, 'exchangeId', 'Exchange ID', item), read: chosenRead(call, kind, item) }),
				async ({ link, mailbox, entries }) => {
					const answers: ItemAnswer[] = [];
					for (const alike of grouped(entries, ({ value }) => value.read)) {
						const { options: how, downloadAttachments } = alike.of;
						const results = await mailbox.read(
							kind,
							alike.entries.map(({ value }) => value.exchangeId),
							how,
						);
						const read = answersOf(alike.entries, results, (stored, { item }) => ({ item, json: itemJson(call.connector, link, stored) }));
						answers.push(...(downloadAttachments ? await withAttachments(call, mailbox, read) : read));
					}
					return answers;
				},
			);
		},
	};
}

/** Adds the bytes of the attachments to answers that hold email records. */
export async function withAttachments(call: OperationCall, mailbox: Mailbox, answers: ItemAnswer[]): Promise<ItemAnswer[]> {
	const done: ItemAnswer[] = [];
	for (const answer of answers) {
		if ('error' in answer) {
			done.push(answer);
			continue;
		}
		try {
			done.push({ ...answer, ...(await downloaded(call, mailbox, answer.json as unknown as Pick<EmailRecord, 'attachments'>)) });
		} catch (error) {
			done.push({ item: answer.item, error });
		}
	}
	return done;
}

async function downloaded(call: OperationCall, mailbox: Mailbox, json: Pick<EmailRecord, 'attachments'>): Promise<{ binary?: IBinaryKeyData }> {
	const wanted = (json.attachments ?? []).filter(hasBytes);
	if (wanted.length === 0) return {};
	const binary = new BinaryStore(call.functions);
	const results = await storeAttachments(mailbox, wanted, binary.store);
	return {
		binary: binary.fieldsOf(
			wanted.map((attachment, index) => {
				attachment.binaryProperty = `attachment_${index}`;
				return { binaryProperty: attachment.binaryProperty, stored: valueOf(results[index]) };
			}),
		),
	};
}
