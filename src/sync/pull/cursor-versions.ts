import { RecordError } from '../../records/record-error';
import { type Cursor, CURSOR_VERSION } from './cursor';

/** A cursor as some version of this package stored it. */
export type StoredCursor = Omit<Cursor, 'version'> & { version: number };

/** Makes of a cursor of one version, given as a copy, one of the next. */
export type Migration = (cursor: StoredCursor) => void;

/** By the version that they begin with: one for each that was ever stored. A field that may be absent needs none, unless an earlier package would lose something that hangs on it. */
export const MIGRATIONS: Readonly<Record<number, Migration>> = { 1: nameFolders };

/**
 * The cursor in the present version: a copy.
 *
 * @throws RecordError when it comes from a later version or is none.
 */
export function atPresentVersion(cursor: StoredCursor, migrations = MIGRATIONS, present: number = CURSOR_VERSION): Cursor {
	if (typeof cursor !== 'object' || cursor === null || typeof cursor.version !== 'number' || typeof cursor.state !== 'object' || cursor.state === null) {
		throw new RecordError('cursor', typeof cursor, 'what an earlier poll stored');
	}
	if (cursor.version > present) {
		throw new RecordError('cursor.version', cursor.version, `${present} or lower: a newer version of this package wrote it; install that one again`);
	}
	const copy = structuredClone(cursor);
	while (copy.version < present) {
		const migrate = migrations[copy.version];
		if (migrate === undefined) throw new RecordError('cursor.version', cursor.version, `one of ${[...Object.keys(migrations), present].join(', ')}`);
		migrate(copy);
		copy.version++;
	}
	return copy as Cursor;
}

/** Version 2 knows where each folder lies, so that another one in its place is noticed. An earlier package would forget `formerIds`, and deletes with them. */
function nameFolders({ state }: StoredCursor): void {
	for (const { watched, folders } of Object.values(state.accounts)) {
		for (const { id, path, kind } of watched?.folders ?? []) {
			const folder = folders[id];
			if (folder !== undefined) folder.place = { path, kind };
		}
	}
}
