import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { listQuery, listRestriction, stampRestriction } from '../../../src/ews/mapping/restriction.ts';
import { foldersOf, holdsOf, namesOf, samePath } from '../../../src/ews/operations/folders.ts';
import { nextSize } from '../../../src/ews/operations/answer-sizes.ts';

const folder = (id: string, parentId: string, name: string, folderClass = 'IPF.Note') => ({
	FolderId: { Id: id },
	ParentFolderId: { Id: parentId },
	DisplayName: name,
	FolderClass: folderClass,
	TotalCount: '3',
});

describe('folders', () => {
	it('have paths from the top, with a slash inside a name told apart', () => {
		const folders = foldersOf([folder('a', 'root', 'Inbox'), folder('b', 'a', 'A/B'), folder('c', 'b', 'C')], new Map([['a', 'inbox']]));
		expect(folders.map(({ path, role, itemCount }) => [path, role, itemCount])).toEqual([
			['Inbox', 'inbox', 3],
			['Inbox/A\\/B', undefined, 3],
			['Inbox/A\\/B/C', undefined, 3],
		]);
	});

	it('whose parents go round in a circle do not hang', () => {
		expect(foldersOf([folder('a', 'b', 'A'), folder('b', 'a', 'B')], new Map()).map(({ path }) => path)).toEqual(['B/A', 'A/B']);
	});

	it('hold what their class says', () => {
		expect(['IPF.Note', '', 'IPF.Note.OutlookHomepage', 'IPF.Appointment.Birthday', 'IPF.Task', 'IPF.Contact', 'IPF.Journal'].map((name) => holdsOf(name))).toEqual([
			'email',
			'email',
			'email',
			'appointment',
			'task',
			'contact',
			'other',
		]);
	});

	it('names of a path come back', () => {
		const name = fc.string({ minLength: 1, maxLength: 12 }).map((value) => value.trim()).filter((value) => value !== '' && !value.includes('\\'));
		fc.assert(
			fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
				const path = names.map((each) => each.replaceAll('/', '\\/')).join('/');
				expect(namesOf(path)).toEqual(names.map((each) => each.trim()));
				expect(samePath(path, names.map((each) => each.replaceAll('/', '\\/').toLowerCase()).join('/'))).toBe(true);
			}),
		);
	});
});

describe('searches', () => {
	it('one stamp is asked for by itself, several by Or', () => {
		const [one] = stampRestriction(['a|']).content as unknown as Array<{ name: string }>;
		const [several] = stampRestriction(['a|', 'b|']).content as unknown as Array<{ name: string; content: unknown[] }>;
		expect([one?.name, several?.name, several?.content.length]).toEqual(['Contains', 'Or', 2]);
	});

	it('filters become one restriction, or words of the query where the index is asked', () => {
		expect(listRestriction('email', {})).toBeUndefined();
		expect(JSON.stringify(listRestriction('email', { isRead: false, from: 'ben' }))).toContain('message:IsRead');
		expect(listRestriction('task', { taskStatus: 'open' })).toMatchObject({ name: 'Restriction', content: [{ name: 'IsEqualTo' }] });
		expect(listQuery('offer', {})).toBe('offer');
		expect(listQuery('offer OR bid', { isRead: false, subject: 'a "b"' })).toBe('(offer OR bid) AND subject:"a  b " AND isread:false');
	});
});

describe('the number of items in a request', () => {
	it('follows from the size of those before, within its bounds', () => {
		const sizes = { first: 50, most: 100 };
		expect(nextSize(0, 0, sizes)).toBe(50);
		expect(nextSize(20_000 * 50, 50, sizes)).toBe(75);
		expect(nextSize(1_000 * 50, 50, sizes)).toBe(100);
		expect(nextSize(30_000_000, 1, sizes)).toBe(1);
	});
});
