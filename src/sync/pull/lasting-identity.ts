import { shortId } from './short-id';

/** What an item is recognised by in another folder, where its id is another one: its search key stays with the bytes, its key stands in where there is none. */
export function lastingIdentity(item: { key?: string; searchKey?: string }): string | undefined {
	const identity = item.searchKey ?? item.key;
	return identity === undefined || identity === '' ? undefined : shortId(identity);
}

/** The same of an item that was read. */
export function identityOf({ record, searchKey }: { record: { key: string }; searchKey?: string }): string | undefined {
	return lastingIdentity({ key: record.key, ...(searchKey !== undefined && { searchKey }) });
}
