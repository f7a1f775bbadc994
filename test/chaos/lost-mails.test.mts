import { describe, expect, it } from 'vitest';

import { LostMails, storedFolder } from './lost-mails.mts';

const FOLDER = { syncState: 'one', isListedAnew: false };

describe('mails whose sync state was lost', () => {
	it('may be deleted unheard until another sync state is stored', () => {
		const lost = new LostMails();
		expect(lost.isOpen).toBe(false);
		lost.lost(FOLDER);
		for (const stored of [FOLDER, { syncState: undefined, isListedAnew: false }, { syncState: undefined, isListedAnew: true }]) {
			lost.look(stored);
			expect(lost.isOpen).toBe(true);
		}
		lost.look({ syncState: 'two', isListedAnew: false });
		expect(lost.isOpen).toBe(false);
		expect(lost.times.map((time) => time.replace(/^\S+ /, ''))).toEqual(['lost', 'listed anew']);
	});

	it('are listed anew also where the sync state is the same as before', () => {
		const lost = new LostMails();
		lost.lost(FOLDER);
		lost.look({ ...FOLDER, isListedAnew: true });
		expect(lost.isOpen).toBe(false);
	});

	it('are known by the cursor that is stored', () => {
		const cursor = (state: object): string => JSON.stringify({ version: 2, state: { accounts: { anna: { folders: { inbox: state } } } } });
		expect(storedFolder(cursor({ caughtUp: true, syncState: 'one' }), 'anna', 'inbox')).toEqual(FOLDER);
		expect(storedFolder(cursor({ caughtUp: true, listedAnew: true }), 'anna', 'inbox')).toEqual({ syncState: undefined, isListedAnew: true });
		for (const none of [undefined, cursor({})]) expect(storedFolder(none, 'anna', 'outbox')).toEqual({ syncState: undefined, isListedAnew: false });
	});
});
