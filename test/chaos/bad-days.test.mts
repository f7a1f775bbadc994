import { describe, expect, it } from 'vitest';

import type { LoggedRequest } from '../exchange-server/http/requestLog.mts';
import { badDays, Strikes } from './bad-days.mts';

function request(operation: string, text: string, fault?: string): LoggedRequest {
	return { number: 1, time: new Date(0), method: 'POST', path: '/EWS/Exchange.asmx', headers: {}, bytesIn: 0, bytesOut: 0, status: 200, milliseconds: 1, errors: [], operation, request: text, ...(fault !== undefined && { fault }) };
}

describe('the bad days of the chaos run', () => {
	it('have a name each and may strike', () => {
		const days = badDays(true);
		expect(new Set(days.map(({ name }) => name)).size).toBe(days.length);
		for (const { name, probability } of days) expect(probability, name).toBeGreaterThan(0);
	});

	it('are counted by name, also those that never struck', () => {
		const strikes = new Strikes(badDays(false));
		strikes.note(request('GetItem', '<m:GetItem/>', 'HTTP 502'));
		strikes.note(request('GetItem', '<m:GetItem/>', 'HTTP 502'));
		strikes.note(request('CreateItem', '<m:CreateItem/>'));
		expect(strikes.byName.get('HTTP 502')).toEqual({ struck: 2, met: 3 });
		expect(strikes.byName.get('Illegal characters')).toEqual({ struck: 0, met: 2 });
		expect(strikes.byName.get('ErrorStaleObject')).toEqual({ struck: 0, met: 0 });
	});

	it('show as dead where no request is such that they could strike it', () => {
		const strikes = new Strikes(badDays(false));
		for (const operation of ['GetItem', 'CreateItem', 'DeleteItem', 'SyncFolderItems']) strikes.note(request(operation, `<m:${operation}/>`));
		expect(strikes.dead().map((line) => line.split(': ').at(-1))).toEqual(['ErrorInvalidSyncStateData', 'ErrorItemNotFound', 'ErrorIrresolvableConflict', 'ErrorStaleObject']);
		strikes.note(request('UpdateItem', '<m:UpdateItem/>'));
		strikes.note(request('SyncFolderItems', '<m:SyncFolderItems><m:SyncState>x</m:SyncState></m:SyncFolderItems>'));
		expect(strikes.dead()).toEqual([]);
	});
});
