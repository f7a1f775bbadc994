import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../../src/records/checked-record.ts';
import { restoreVerdict } from '../../src/rules/restore.ts';

const RECORD = checkedRecord('task', { subject: 'Call', dueDate: '2026-03-05' }, { timeZone: 'Europe/Zurich', now: 0 });

describe('restore-not-synced', () => {
	it.each(['pull', 'push'] as const)('restore-not-synced: %s takes what has never been in the bin', (direction) => {
		expect(restoreVerdict(direction, RECORD, { isInvitation: false, wasInBin: false })).toEqual({ sync: true });
		expect(restoreVerdict(direction, RECORD, { isInvitation: true, wasInBin: false })).toEqual({ sync: true });
	});
	it('restore-not-synced: pull does not emit what comes back from the bin', () => {
		expect(restoreVerdict('pull', RECORD, { isInvitation: false, wasInBin: true })).toEqual({
			sync: false,
			rule: 'restore-not-synced',
			message: 'Task "Call" (2026-03-05) has been restored from Deleted Items, and restoring is not synced; create it anew to have it synced.',
		});
	});
	it('restore-not-synced: push does not write anew what lies in the bin, and says what to do', () => {
		expect(restoreVerdict('push', RECORD, { isInvitation: false, wasInBin: true })).toMatchObject({ sync: false, rule: 'restore-not-synced', message: expect.stringContaining('external id') });
	});
});

describe('invitation-restored', () => {
	it('invitation-restored: pull emits a restored invitation again', () => {
		expect(restoreVerdict('pull', RECORD, { isInvitation: true, wasInBin: true })).toEqual({ sync: true });
	});
	it('invitation-restored: push never writes it', () => {
		expect(restoreVerdict('push', RECORD, { isInvitation: true, wasInBin: true })).toMatchObject({ sync: false, rule: 'invitation-restored' });
	});
});
