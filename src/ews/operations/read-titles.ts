import type { RecordKind } from '../../records/common-fields';
import { shortSubject } from '../../records/record-title';
import type { ItemResult } from '../../sync/fault';
import type { ItemTitle } from '../../sync/mailbox';
import type { PropertyPath } from '../mapping/property-path';
import { text } from '../mapping/wire-node';
import { dayOf } from '../mapping/wall-clock';
import { instantOf } from '../mapping/wire-values';
import { SMALL_SIZES } from './answer-sizes';
import type { MailboxContext } from './mailbox-context';
import { readItems } from './read-items';

const DATES: Readonly<Record<RecordKind, { path: PropertyPath; name: string; form: (value: string | undefined, timeZone: string) => string | undefined }>> = {
	email: { path: { uri: 'item:DateTimeReceived' }, name: 'DateTimeReceived', form: instantOf },
	appointment: { path: { uri: 'calendar:Start' }, name: 'Start', form: instantOf },
	task: { path: { uri: 'task:DueDate' }, name: 'DueDate', form: dayOf },
};

/** Subjects and dates of items: properties of their own, which Exchange gives of a damaged item too, as nothing has to be converted for them. */
export async function readTitles(context: MailboxContext, kind: RecordKind, ids: readonly string[], timeZone: string): Promise<Array<ItemResult<ItemTitle>>> {
	const { path, name, form } = DATES[kind];
	return await readItems(
		context,
		ids,
		() => ({ paths: [{ uri: 'item:Subject' }, path] }),
		(item) => ({ subject: shortSubject(text(item, 'Subject') ?? ''), date: form(text(item, name), timeZone) ?? '' }),
		SMALL_SIZES,
	);
}
