import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePorts, listens } from '../n8n-harness/free-ports.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { QUICK } from '../quick-look.mts';
import { expectAnswersByTheSchema, runPython } from './otherClients.mts';
import { startExchange } from './startExchange.mts';

const DAVMAIL = '/usr/bin/davmail';

function settings(url: string, imapPort: number, smtpPort: number): string {
	return [
		'davmail.server=true',
		'davmail.mode=EWS',
		`davmail.url=${url}`,
		'davmail.bindAddress=127.0.0.1',
		`davmail.imapPort=${imapPort}`,
		`davmail.smtpPort=${smtpPort}`,
		'davmail.caldavPort=',
		'davmail.ldapPort=',
		'davmail.popPort=',
		'davmail.disableUpdateCheck=true',
		'davmail.enableKerberos=false',
		'davmail.imapAutoExpunge=true',
		'log4j.rootLogger=WARN',
		'',
	].join('\n');
}

describe.runIf(existsSync(DAVMAIL) && !QUICK)("Debian's davmail, a gateway from IMAP and SMTP to EWS,", () => {
	it('works against this server', { timeout: 600_000 }, async () => {
		const server = await startExchange({ users: ['anna', 'bob'].map((name) => ({ address: `${name}@example.test`, password: 'secret' })) });
		const folder = await mkdtemp(join(tmpdir(), 'davmail-'));
		const [imapPort, smtpPort] = (await freePorts(2)) as [number, number];
		const file = join(folder, 'davmail.properties');
		await writeFile(file, settings(server.url, imapPort, smtpPort));
		const davmail = spawn(DAVMAIL, [file], { cwd: folder, stdio: 'ignore', env: { ...process.env, HOME: folder } });
		try {
			const started = async (): Promise<boolean> => {
				expect(davmail.exitCode).toBeNull();
				return await listens(imapPort);
			};
			await waitUntil(started, { what: 'davmail to listen', timeoutMs: 300_000 });
			expect((await runPython(new URL('davmail_check.py', import.meta.url), [String(imapPort), String(smtpPort)])).at(-1)).toBe('all steps passed');
			await expectAnswersByTheSchema(server.control);
		} finally {
			davmail.kill('SIGKILL');
			await server.close();
			await rm(folder, { recursive: true, force: true });
		}
	});
});
