import { isOpaqueFile } from '../../mime/smime/smime-entity';
import type { ItemResult } from '../../sync/fault';
import type { ReadOptions, StoredItem } from '../../sync/mailbox';
import { emailOf, emailPaths } from '../mapping/email';
import { isSmimeClass } from '../mapping/email-facts';
import { withInvitation } from '../mapping/meeting-message';
import { withOpenedMessage } from './opened-email';
import type { MailboxContext } from './mailbox-context';
import { MAIL_SIZES } from './answer-sizes';
import { readItems } from './read-items';
import { readMimes } from './read-mime';

/** Emails in full. What Exchange cannot convert is read once more without body and attachments; S/MIME mails are read as MIME, too. */
export async function readEmails(context: MailboxContext, ids: readonly string[], options: ReadOptions): Promise<Array<ItemResult<StoredItem<'email'>>>> {
	const results = await readItems(
		context,
		ids,
		(version) => ({ paths: emailPaths(version, false) }),
		(item) => withInvitation(emailOf(item, options), item),
		MAIL_SIZES,
	);
	await replaceWhere(results, ids, isUnconvertible, (again) =>
		readItems(
			context,
			again,
			(version) => ({ paths: emailPaths(version, true) }),
			(item) => emailOf(item, options, true),
			// Alone: one damaged item must not take others down.
			{ first: 1, most: 1 },
		),
	);
	await openSmime(context, results, ids, options);
	return results;
}

/** What an item that Exchange cannot convert is reported as. */
function isUnconvertible(result: ItemResult<unknown>): boolean {
	if (result.ok) return false;
	const code = result.fault.code ?? '';
	return ['ErrorItemCorrupt', 'ErrorCorruptData', 'ErrorContentConversionFailed', 'ErrorMimeContentConversionFailed'].includes(code);
}

async function replaceWhere<T>(
	results: Array<ItemResult<T>>,
	ids: readonly string[],
	which: (result: ItemResult<T>) => boolean,
	read: (ids: readonly string[]) => Promise<Array<ItemResult<T>>>,
): Promise<void> {
	const places = results.flatMap((result, index) => (which(result) ? [index] : []));
	if (places.length === 0) return;
	const again = await read(places.map((index) => ids[index] ?? ''));
	places.forEach((index, position) => {
		const result = again[position];
		if (result !== undefined) results[index] = result;
	});
}

/** By its class, or by the one file that it carries: a mail that came in without its class is S/MIME all the same. */
function isSmime({ facts, record }: StoredItem<'email'>): boolean {
	if (isSmimeClass(facts.itemClass)) return true;
	const [only, ...others] = record.attachments;
	return facts.nature === 'message' && only !== undefined && others.length === 0 && isOpaqueFile(only.contentType, only.name);
}

async function openSmime(context: MailboxContext, results: Array<ItemResult<StoredItem<'email'>>>, ids: readonly string[], options: ReadOptions): Promise<void> {
	const { smime } = context;
	if (smime === undefined) return;
	const places = results.flatMap((result, index) => (result.ok && isSmime(result.value) ? [index] : []));
	const mimes = await readMimes(
		context,
		places.map((index) => ids[index] ?? ''),
	);
	for (const [position, index] of places.entries()) {
		const result = results[index];
		const mime = mimes[position];
		if (result?.ok !== true || mime === undefined) continue;
		results[index] = {
			ok: true,
			value: mime.ok
				? await withOpenedMessage(result.value, await smime.open(mime.value), options)
				: { ...result.value, record: { ...result.value.record, encryptionReason: mime.fault.message } },
		};
	}
}
