/** What the two sides hold, as the oracle compares it. */
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { folderId } from '../exchange-server/store/ids.mts';
import type { Thing } from './oracle.mts';
import type { Kind, Row } from './other-system.mts';
import { ANNA } from './settings.mts';

export const KINDS: readonly Kind[] = ['email', 'appointment', 'task'];
const BIN = 'deleteditems';
export const FOLDERS: Record<Kind, string> = { email: 'inbox', appointment: 'calendar', task: 'tasks' };

/** The EWS id of the folder that things of a kind lie in. */
export function folderIdOf(server: RunningExchange, kind: Kind): string {
	const outlook = server.control.outlook(ANNA);
	return folderId(outlook.mailbox.guid, outlook.folder(FOLDERS[kind]).number);
}

export function thingsInExchange(server: RunningExchange): Thing[] {
	const outlook = server.control.outlook(ANNA);
	return KINDS.flatMap((kind) => outlook.items(FOLDERS[kind]).map(({ id, subject, categories }) => ({ kind, subject, categories: inOrder(categories), text: outlook.item(id).body?.content.trim() })));
}

export function thingsInOtherSystem(rows: readonly Row[]): Thing[] {
	return rows.map(({ kind, subject, record, deleted }) => {
		const { categories, text } = JSON.parse(record) as { categories?: string[]; text?: string };
		return { kind, subject, categories: inOrder(categories ?? []), text: text?.trim(), doomed: deleted === 1 };
	});
}

/** An item's version, and whether it lies in a folder that users work in, or in the bin. */
interface Version {
	readonly version: string;
	readonly isInBin: boolean;
}

/** Each item of the folders that users work in and of the bin, by its subject. */
export function versionsInExchange(server: RunningExchange): Map<string, Version[]> {
	const outlook = server.control.outlook(ANNA);
	const versions = new Map<string, Version[]>();
	for (const folder of [...Object.values(FOLDERS), BIN]) {
		for (const { id, subject } of outlook.items(folder)) versions.set(subject, [...(versions.get(subject) ?? []), { version: `${folder}/${id}/${outlook.item(id).changeKey}`, isInBin: folder === BIN }]);
	}
	return versions;
}

function inOrder(categories: readonly string[]): string {
	return [...categories].sort().join(',');
}
