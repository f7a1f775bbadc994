import { describe, expect, it } from 'vitest';

import type { LoggedRequest } from '../exchange-server/http/requestLog.mts';
import { badDays, THROTTLED_UNTOLD } from './bad-days.mts';
import { PauseWatch } from './pauses.mts';
import { LOGON_PAUSE_MS, STEADY, UNTOLD_BACK_OFF_MS } from './settings.mts';

const BEGUN = Date.parse('2026-11-02T08:00:00Z');
const TOLD: Partial<LoggedRequest> = { status: 500, fault: 'ErrorServerBusy as SOAP fault', response: '<t:Value Name="BackOffMilliseconds">700</t:Value>' };

/** A request that arrives so many milliseconds after the beginning and takes two. */
function request(at: number, more: Partial<LoggedRequest> = {}): LoggedRequest {
	return { number: 1, time: new Date(BEGUN + at), user: STEADY, method: 'POST', path: '/EWS/Exchange.asmx', headers: {}, bytesIn: 0, bytesOut: 0, status: 200, milliseconds: 2, errors: [], ...more };
}

function watch(...requests: LoggedRequest[]): PauseWatch {
	const pauses = new PauseWatch(STEADY, [...badDays(false), THROTTLED_UNTOLD]);
	for (const each of requests) pauses.note(each);
	return pauses;
}

describe('whether pauses are kept', () => {
	it('is content with requests before and after, and with those that were on their way', () => {
		const { pauses, violations } = watch(request(0), request(10, TOLD), request(11), request(20), request(30), request(35), request(710)).judged();
		expect(pauses).toMatchObject([{ why: TOLD.fault, ms: 700 }]);
		expect(violations).toEqual([]);
	});

	it.each<[string, Partial<LoggedRequest>, number]>([
		['BackOffMilliseconds', TOLD, 700],
		['Retry-After', { status: 503, fault: 'HTTP 503 with Retry-After' }, 1_000],
		['429 with Retry-After', { status: 429, fault: 'HTTP 429 with Retry-After' }, 1_000],
		['429 alone', { status: 429, fault: THROTTLED_UNTOLD.name }, UNTOLD_BACK_OFF_MS],
	])('%s: sees a request in the middle and one that is a millisecond early', (_, told, ms) => {
		expect(watch(request(0, told), request(ms)).judged().violations).toEqual([]);
		for (const at of [ms / 2, ms - 1]) expect(watch(request(0, told), request(at)).judged().violations).toEqual([expect.stringContaining(`${Math.round(at - 2)} ms after a pause had begun`)]);
	});

	it('sees more requests behind the answer than can have been under way', () => {
		expect(watch(request(10, TOLD), ...[13, 14, 15].map((at) => request(at))).judged().violations).toEqual([]);
		expect(watch(request(10, TOLD), ...[13, 14, 15, 16].map((at) => request(at))).judged().violations).toEqual([expect.stringContaining('4 requests')]);
	});

	it('forgives a request that was late because a process stood still, and none that was later', () => {
		const pauses = watch(request(0, TOLD), request(200), request(300));
		// The server and the client, for much of the time at once: that does not make it longer.
		pauses.stoodStill({ from: BEGUN + 1, to: BEGUN + 190 });
		pauses.stoodStill({ from: BEGUN + 20, to: BEGUN + 180 });
		expect(pauses.judged().violations).toEqual([expect.stringContaining('298 ms')]);
	});

	it('looks at one login alone', () => {
		expect(watch(request(0, TOLD), request(300, { user: 'anna@example.test' })).judged().violations).toEqual([]);
		expect(watch(request(0, { ...TOLD, user: 'anna@example.test' }), request(300)).judged()).toEqual({ pauses: [], violations: [] });
	});

	describe('of the logon limit', () => {
		const refused = { status: 401 };

		it('follow from three refusals in a row', () => {
			const pauses = watch(request(0, refused), request(100, refused), request(200, refused), request(200 + LOGON_PAUSE_MS));
			expect(pauses.judged()).toMatchObject({ pauses: [{ ms: LOGON_PAUSE_MS }], violations: [] });
			pauses.note(request(3_000));
			expect(pauses.judged().violations).toEqual([expect.stringContaining('2798 ms after a pause had begun (logon-limit')]);
		});

		it.each<[string, LoggedRequest[]]>([
			['an answer in between', [request(0, refused), request(100, refused), request(150), request(200, refused)]],
			['an answer under way meanwhile', [request(0, refused), request(50, { milliseconds: 400 }), request(100, refused), request(200, refused)]],
			['two at the same time, which may count as one', [request(0, refused), request(1, refused), request(200, refused)]],
			['a pause in between, which began the count anew', [request(0, refused), request(100, refused), request(200 + LOGON_PAUSE_MS, refused)]],
		])('do not follow where there is %s', (_, requests) => {
			expect(watch(...requests, request(8_000)).judged()).toEqual({ pauses: [], violations: [] });
		});
	});
});
