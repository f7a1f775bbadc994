import { describe, expect, it } from 'vitest';
import { startExchange } from '../startExchange.mts';

const [ANNA, BOB] = ['anna@example.test', 'bob@example.test'];

describe('the control API', () => {
	it('acts on calendars and tasks', async () => {
		const running = await startExchange({ users: [ANNA, BOB].map((address) => ({ address, password: 'secret' })) });
		const post = async (command: string, body: object): Promise<unknown> => {
			const answer = await fetch(`${running.origin}/control/${command}`, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) });
			if (answer.status !== 200) throw new Error(`${command}: ${await answer.text()}`);
			return answer.json();
		};
		const idOf = (answer: unknown): string => (answer as { id: string }).id;
		try {
			const series = { pattern: { kind: 'Daily', interval: 1 }, count: 4 };
			const appointment = { subject: 'Daily', zone: 'Europe/Zurich', start: '2026-03-27T09:00:00', end: '2026-03-27T10:00:00', series };
			const here = { mailbox: ANNA, id: idOf(await post('create-appointment', { mailbox: ANNA, appointment })) };
			await post('edit-occurrence', { ...here, date: '2026-03-28', edit: { start: '2026-03-28T11:00:00', end: '2026-03-28T12:00:00' } });
			await post('delete-occurrence', { ...here, date: '2026-03-29' });
			const starts = async (): Promise<string[]> => ((await post('occurrences', here)) as { start: string }[]).map(({ start }) => start);
			expect(await starts()).toEqual(['2026-03-27T08:00:00Z', '2026-03-28T10:00:00Z', '2026-03-30T07:00:00Z']);
			await post('edit-appointment', { ...here, edit: { subject: 'Still daily' } });
			await post('change-pattern', { ...here, series: { ...series, count: 2 } });
			expect(await starts()).toEqual(['2026-03-27T08:00:00Z', '2026-03-28T08:00:00Z']);

			await post('create-appointment', { mailbox: ANNA, appointment: { subject: 'Review', start: '2026-03-27T09:00:00', end: '2026-03-27T10:00:00', invite: [BOB] } });
			const [booking] = running.control.calendar(BOB).find('Review');
			await post('answer-meeting', { mailbox: BOB, id: booking && running.control.calendar(BOB).idOf(booking), answer: 'AcceptItem' });
			expect(running.control.outbox().map(({ what }) => what)).toEqual(['meeting-request', 'meeting-response']);

			const task = { mailbox: ANNA, id: idOf(await post('create-task', { mailbox: ANNA, task: { subject: 'Report' } })) };
			await post('assign-task', { ...task, assignee: BOB });
			await post('edit-task', { ...task, edit: { status: 'Completed' } });
			expect(running.control.tasks(BOB).find('Report')).toHaveLength(1);
			await expect(post('delete-occurrence', { ...here, date: 'tomorrow' })).rejects.toThrow('tomorrow is no date');
		} finally {
			await running.close();
		}
	});
});
