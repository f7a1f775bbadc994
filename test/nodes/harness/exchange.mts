import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ExchangeOptions, RunningExchange } from '../../exchange-server/startExchange.mts';
import { startExchange } from '../../exchange-server/startExchange.mts';

/** Passwords of the users of the embedded Exchange; tests look for them where no secret may be. */
export const PASSWORDS = { anna: 'secret-of-anna', bob: 'secret-of-bob' };

/** An embedded Exchange with the mailboxes of Anna and Bob for all tests of a file. */
export function embeddedExchange(options: Partial<ExchangeOptions> = {}): () => RunningExchange {
	let running: RunningExchange | undefined;
	beforeAll(async () => {
		running = await startExchange({
			users: [
				{ address: 'anna@example.test', password: PASSWORDS.anna },
				{ address: 'bob@example.test', password: PASSWORDS.bob },
			],
			...options,
		});
	});
	afterEach(() => {
		running?.control.heal();
		running?.control.clearRequests();
	});
	afterAll(async () => {
		await running?.close();
	});
	return () => {
		if (running === undefined) throw new Error('The embedded Exchange is not started');
		return running;
	};
}

/** A plain message as the internet delivers it. */
export function message({ subject, id, from = 'Carla <carla@example.org>', body = 'Hello' }: { subject: string; id: string; from?: string; body?: string }): string {
	return [`From: ${from}`, 'To: anna@example.test', `Subject: ${subject}`, `Message-ID: <${id}@example.org>`, 'Date: Mon, 02 Mar 2026 08:00:00 +0000', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '', body, ''].join('\n');
}

/** A message with one attached file. */
export function messageWithAttachment({ subject, id, name, content }: { subject: string; id: string; name: string; content: string }): string {
	return [
		'From: Carla <carla@example.org>',
		'To: anna@example.test',
		`Subject: ${subject}`,
		`Message-ID: <${id}@example.org>`,
		'Date: Mon, 02 Mar 2026 08:00:00 +0000',
		'MIME-Version: 1.0',
		'Content-Type: multipart/mixed; boundary="part"',
		'',
		'--part',
		'Content-Type: text/plain; charset=utf-8',
		'',
		'See the file',
		'--part',
		`Content-Type: text/csv; name="${name}"`,
		`Content-Disposition: attachment; filename="${name}"`,
		'Content-Transfer-Encoding: base64',
		'',
		Buffer.from(content).toString('base64'),
		'--part--',
		'',
	].join('\n');
}
