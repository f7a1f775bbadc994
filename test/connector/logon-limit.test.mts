import { describe, expect, it } from 'vitest';

import { LogonLimit } from '../../src/connector/logon-limit.ts';
import { MailboxFault } from '../../src/sync/fault.ts';

const MAILBOX = 'anna@example.test';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The clock on the wall, which somebody may set, and the time that passes whatever it shows. */
class Time {
	#now = Date.parse('2026-03-01T12:00:00Z');
	#elapsed = 5_000;

	readonly now = (): number => this.#now;
	readonly elapsed = (): number => this.#elapsed;

	pass(milliseconds: number): void {
		this.#now += milliseconds;
		this.#elapsed += milliseconds;
	}

	set(by: number): void {
		this.#now += by;
	}
}

async function refused(): Promise<never> {
	throw new MailboxFault({ reason: 'logonRefused', scope: 'account', retry: { can: false }, httpStatus: 401, message: 'Refused.' });
}

/** What a request ends with. */
async function faultOf(running: Promise<unknown>): Promise<MailboxFault> {
	return await running.then(
		() => expect.unreachable('the request was let through'),
		(error: unknown) => error as MailboxFault,
	);
}

/** A login that has just been refused once too often; each connector that asks makes a limit of its own. */
async function pausing(name: string, time: Time): Promise<() => LogonLimit> {
	const limit = (): LogonLimit => new LogonLimit(['logon-limit.test', name], { attempts: 1, pauseMinutes: 60 }, time);
	expect((await faultOf(limit().run(MAILBOX, refused))).httpStatus).toBe(401);
	return limit;
}

describe('logon-limit: a login that pauses', () => {
	it.each([
		['thirty days back', -30 * DAY],
		['an hour back', -HOUR],
		['an hour on', HOUR],
		['a year on', 365 * DAY],
	])('is asked again after the minutes it was given, no sooner and no later, when the clock is set %s', async (name, by) => {
		const time = new Time();
		const limit = await pausing(name, time);
		time.set(by);
		expect(limit().pausedUntil).toBe(time.now() + HOUR);
		time.pass(HOUR - 1);
		const fault = await faultOf(limit().run(MAILBOX, async () => 'let through'));
		expect(fault).toMatchObject({ reason: 'logonRefused', code: 'LogonLimit', retry: { can: true, afterMs: 1 } });
		expect(fault.message).toContain(new Date(time.now() + 1).toISOString());
		time.pass(1);
		expect(limit().pausedUntil).toBeUndefined();
		expect(await limit().run(MAILBOX, async () => 'let through')).toBe('let through');
	});

	it.each([
		['is refused', refused, 1],
		['is refused, the login was refused before', refused, 3],
		['succeeds', async () => 'late', 1],
	])('pauses no shorter and no longer when what was under way %s', async (name, ends, attempts) => {
		const time = new Time();
		const limit = (): LogonLimit => new LogonLimit(['logon-limit.test', `under way ${name}`], { attempts, pauseMinutes: 60 }, time);
		const verified = limit();
		await verified.run(MAILBOX, async () => 'accepted');
		let end = (): void => {};
		const underWay = verified.run(MAILBOX, async () => {
			await new Promise<void>((resolve) => (end = resolve));
			return await ends();
		});
		underWay.catch(() => undefined);
		for (let attempt = 1; attempt <= attempts; attempt++) await faultOf((attempt === 1 ? verified : limit()).run(MAILBOX, refused));
		const pausedUntil = time.now() + HOUR;
		expect(limit().pausedUntil).toBe(pausedUntil);
		time.pass(1_000);
		end();
		await Promise.allSettled([underWay]);
		expect(limit().pausedUntil).toBe(pausedUntil);
		expect(await faultOf(limit().run(MAILBOX, async () => 'let through'))).toMatchObject({ code: 'LogonLimit' });
	});
});

describe('logon-limit: who waits for his turn', () => {
	it('leaves it to the next when he gives up, who does not come before the first has ended', async () => {
		const limit = new LogonLimit(['logon-limit.test', 'turns'], { attempts: 3, pauseMinutes: 60 }, new Time());
		const begun: string[] = [];
		let end = (): void => {};
		const first = limit.run(MAILBOX, async () => {
			begun.push('first');
			await new Promise<void>((resolve) => (end = resolve));
		});
		const caller = new AbortController();
		const note = (who: string) => async (): Promise<void> => void begun.push(who);
		const second = limit.run(MAILBOX, note('second'), caller.signal).catch((error: unknown) => error);
		const third = limit.run(MAILBOX, note('third'));
		caller.abort();
		expect(await second).toMatchObject({ detail: { kind: 'aborted' }, outcomeUnknown: false });
		expect(begun).toEqual(['first']);
		end();
		await Promise.all([first, third]);
		expect(begun).toEqual(['first', 'third']);
	});
});
