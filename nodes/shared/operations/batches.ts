import type { INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { AccountLink } from '../../../src/sync/account-link';
import type { ItemResult } from '../../../src/sync/fault';
import type { Mailbox, Outbox } from '../../../src/sync/mailbox';
import { nodeError } from '../errors/node-error';
import { accountOfItem } from '../parameters/account-parameter';
import { isSwitchedOn } from '../parameters/entered-options';
import { locatorValue } from '../parameters/locator';
import type { ItemAnswer, OperationCall } from './operation';

/** An input item by its place, and what was read from its parameters. */
export interface BatchEntry<T> {
	item: number;
	value: T;
}

/** The input items that concern one mailbox, each with what was read from its parameters. */
export interface MailboxBatch<T> {
	link: AccountLink;
	mailbox: Mailbox & Outbox;
	entries: Array<BatchEntry<T>>;
}

/**
 * Works mailbox by mailbox, so that the items of one share requests. A fault of one mailbox is the answer of its items and does not hold up the
 * others.
 */
export async function byMailbox<T>(
	call: OperationCall,
	read: (item: number) => T,
	work: (batch: MailboxBatch<T>) => Promise<ItemAnswer[]>,
): Promise<ItemAnswer[]> {
	const answers: ItemAnswer[] = [];
	const batches = new Map<string, { link: AccountLink; entries: Array<BatchEntry<T>> }>();
	for (let item = 0; item < call.itemCount; item++) {
		try {
			const link = call.connector.link(accountOfItem(call.functions, item));
			const value = read(item);
			const batch = batches.get(link.mailbox) ?? { link, entries: [] };
			batch.entries.push({ item, value });
			batches.set(link.mailbox, batch);
		} catch (error) {
			answers.push({ item, error });
		}
	}
	// Nothing is written when an item cannot be read at all and the builder wants the node to stop at the first error.
	if (answers.length > 0 && !call.functions.continueOnFail()) return answers;
	for (const { link, entries } of batches.values()) {
		try {
			answers.push(...(await work({ link, mailbox: await call.connector.mailbox(link.account), entries })));
		} catch (error) {
			answers.push(...entries.map(({ item }) => ({ item, error })));
		}
	}
	return inOrder(answers);
}

/** Works item by item, for what cannot share requests. Stops at the first error unless the node is set to continue. */
export async function eachItem(
	call: OperationCall,
	work: (item: number, link: AccountLink, mailbox: Mailbox & Outbox) => Promise<ItemAnswer[]>,
): Promise<ItemAnswer[]> {
	const answers: ItemAnswer[] = [];
	for (let item = 0; item < call.itemCount; item++) {
		try {
			const link = call.connector.link(accountOfItem(call.functions, item));
			answers.push(...(await work(item, link, await call.connector.mailbox(link.account))));
		} catch (error) {
			if (!call.functions.continueOnFail()) {
				throw nodeError(error, { node: call.functions.getNode(), itemIndex: item, connector: call.connector.settings.name });
			}
			answers.push({ item, error });
		}
	}
	return answers;
}

/** What is alike by what `of` says of it, in the order in which it came: it shares a call. */
export function grouped<E, K>(entries: readonly E[], of: (entry: E) => K): Array<{ of: K; entries: E[] }> {
	const groups = new Map<string, { of: K; entries: E[] }>();
	for (const entry of entries) {
		const what = of(entry);
		const key = JSON.stringify(what);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, { of: what, entries: [entry] });
		else group.entries.push(entry);
	}
	return [...groups.values()];
}

/** Answers of a batch from the results in its order. */
export function answersOf<T, R>(
	entries: ReadonlyArray<BatchEntry<T>>,
	results: ReadonlyArray<ItemResult<R>>,
	answer: (value: R, entry: BatchEntry<T>) => Exclude<ItemAnswer, { error: unknown }>,
): ItemAnswer[] {
	return entries.map((entry, index) => {
		const result = results[index];
		if (result === undefined) return { item: entry.item, error: new Error('Exchange gave no answer for this item') };
		return result.ok ? answer(result.value, entry) : { item: entry.item, error: result.fault };
	});
}

/** Text of a parameter, or of what its locator names, that must not be empty. @throws NodeOperationError, SettingsError */
export function requiredText(call: OperationCall, name: string, shownAs: string, item: number): string {
	const text = locatorValue(call.functions.getNodeParameter(name, item, ''), shownAs);
	if (text === '') throw new NodeOperationError(call.functions.getNode(), `The field "${shownAs}" is empty`, { itemIndex: item });
	return text;
}

/** Whether a switch is on, for one input item. @throws SettingsError */
export function isOn(call: OperationCall, field: INodeProperties, item: number): boolean {
	return isSwitchedOn(field, call.functions.getNodeParameter(field.name, item, field.default));
}

/** The value of a result. @throws MailboxFault */
export function valueOf<R>(result: ItemResult<R> | undefined): R {
	if (result === undefined) throw new Error('Exchange gave no answer for this item');
	if (!result.ok) throw result.fault;
	return result.value;
}

function inOrder(answers: ItemAnswer[]): ItemAnswer[] {
	return answers.sort((one, other) => one.item - other.item);
}
