/** Everything that goes wrong with a logon, and none of it tells a secret: not to the log, not to an execution, not to the database, not to the browser. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCredential, shownCredential, testCredential } from '../n8n-harness/credentials.mts';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import { executionEnd } from '../n8n-harness/executions.mts';
import type { Execution } from '../n8n-harness/executions.mts';
import { n8nEnvironment } from '../n8n-harness/n8n-environment.mts';
import { N8N_COMMAND, NODE } from '../n8n-harness/places.mts';
import { pollEvery } from '../n8n-harness/poll-times.mts';
import { searchInterface } from '../n8n-harness/secret-search.mts';
import { Secrets } from '../n8n-harness/secrets.mts';
import { waitUntil } from '../n8n-harness/wait-until.mts';
import { activateWorkflow, createWorkflow, deactivateWorkflow, startWorkflow, workflowOf } from '../n8n-harness/workflows.mts';
import { encryptedMail, pkcs12 } from '../mime/smime/encrypted-mail.mts';
import { ANNA, APP_ONLY, BOB, CARLA, OAUTH2, PROXY, SecuredStage, SERVICE } from './secured-stage.mts';
import { BASIC, EMAIL, TASK, TRIGGER } from './stage.mts';

const WRONG = 'Wr0ng "2" <of> & Exchange%';
/** In a field that n8n shows: whoever may see the credential sees it there, but nobody else may anywhere. */
const MISPLACED = 'M1splaced "2" <of> & Exchange%';
const links = (...mailboxes: string[]) => ({ links: mailboxes.map((mailbox) => ({ account: '', mailbox })) });

describe('secrets in n8n', () => {
	let stage: SecuredStage;

	beforeAll(async () => {
		stage = await SecuredStage.start({ N8N_LOG_LEVEL: 'debug' });
		const { secrets } = stage.n8n.client;
		for (const { address, password } of [ANNA, BOB, CARLA, SERVICE]) secrets.noteLogin(address, password);
	});
	afterAll(async () => {
		// Fails where anything is found.
		await stage?.close();
	});

	/** What went wrong in a node, whatever way it came out. */
	function trouble(execution: Execution, node = 'Exchange'): string {
		const items = [0, 1].flatMap((output) => execution.items(node, output)).map(({ json, error }) => JSON.stringify([json, error]));
		return [...(execution.error?.node === undefined || execution.error.node === node ? [execution.error?.message, execution.error?.description] : []), ...items].join('\n');
	}

	/** Each way in which a node tells that it failed, in one execution: as its items, on its output for errors, and as the end of the execution. */
	async function failing(credential: StoredCredential): Promise<string[]> {
		const account = { __rl: true, mode: 'name', value: ANNA.address };
		const common = { authentication: credential.type, account };
		const workflow = await createWorkflow(
			stage.n8n.client,
			workflowOf(`fails with ${credential.name}`, [
				{ name: 'By hand', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Diagnose', type: EMAIL, parameters: { authentication: credential.type, operation: 'diagnose' }, credential, onError: 'continueRegularOutput' },
				{ name: 'Hands on', type: TASK, parameters: { ...common, operation: 'getMany' }, credential, onError: 'continueErrorOutput', to: [['Stops'], ['Stops']] },
				{ name: 'Stops', type: EMAIL, parameters: { ...common, operation: 'getMany' }, credential },
			]),
		);
		const execution = await executionEnd(stage.n8n.client, await startWorkflow(stage.n8n.client, workflow, 'By hand'));
		expect([credential.name, execution.status]).toEqual([credential.name, 'error']);
		const tested = await testCredential(stage.n8n.client, credential, await shownCredential(stage.n8n.client, credential));
		return [...['Diagnose', 'Hands on', 'Stops'].map((node) => trouble(execution, node)), tested.message];
	}

	const passwords: Array<[string, (of: SecuredStage) => Record<string, unknown>, RegExp]> = [
		['a wrong password, Basic', (of) => of.password({ password: `${WRONG} 1` }), /refused the logon/],
		['a wrong password, NTLM', (of) => of.password({ authentication: 'ntlm', user: 'EXAMPLE\\anna', password: `${WRONG} 2`, accounts: links(ANNA.address) }), /refused the logon/],
		['a wrong password of one mailbox', (of) => of.password({ user: '', password: '', accounts: links(ANNA.address, BOB.address), mailboxLogins: JSON.stringify({ [ANNA.address]: { user: ANNA.address, password: `${WRONG} 3` }, [BOB.address]: { user: BOB.address, password: BOB.password } }) }), /refused the logon/],
		['a wrong password of the proxy', (of) => of.password({ proxyUrl: of.proxy.url, proxyUser: PROXY.user, proxyPassword: `${WRONG} 4` }), /proxy/],
		['a right password of the proxy, and a wrong one behind it', (of) => of.password({ password: `${WRONG} 5`, proxyUrl: of.proxy.url, proxyUser: PROXY.user, proxyPassword: PROXY.password }), /refused the logon/],
		['a password in the address', (of) => of.password({ url: `https://anna:${encodeURIComponent(MISPLACED)}@mail.example.test/EWS/Exchange.asmx` }), /Field \\?"URL/],
		['a password in the address of the proxy', (of) => of.password({ proxyUrl: `http://n8n:${encodeURIComponent(MISPLACED)}@proxy.example.test:3128` }), /Field \\?"Proxy/],
		['a password where a number belongs', (of) => of.password({ mailboxLogins: `{ "${ANNA.address}": "${BOB.password}" }`, accounts: links(ANNA.address) }), /Logins of Single Mailboxes/],
		['a server that is not there', (of) => of.password({ url: 'https://127.0.0.1:9/EWS/Exchange.asmx', timeoutSeconds: 5 }), /reach|connection|port/],
	];

	it.each(passwords)('%s is told without it', async (name, data, said) => {
		for (const text of await failing(await stage.credential(name, BASIC, data(stage)))) {
			expect(text).toMatch(said);
			expect(text).not.toContain('M1splaced');
		}
	});

	it.each<[string, (of: SecuredStage) => Record<string, unknown>, RegExp]>([
		['a wrong client secret', (of) => of.application({ clientSecret: WRONG }), /AADSTS7000215/],
		['a key of another certificate', (of) => of.application({ proof: 'certificate', certificate: of.appCertificate.cert, privateKey: of.appCertificate.key.replace(/\n[^\n]{8}/, '\nAAAAAAAA') }), /Private Key \(PEM\)/],
		['an unknown tenant', (of) => of.application({ authority: `${of.exchange.origin}/nobody`, tenantId: 'nobody.example.test' }), /AADSTS90002/],
	])('an application with %s is told without it', async (name, data, said) => {
		for (const text of await failing(await stage.credential(name, APP_ONLY, data(stage)))) expect(text).toMatch(said);
	});

	it('a sign-in that is over, and a client secret that is wrong, are told without them', async () => {
		const credential = await stage.credential('Signed in', OAUTH2, stage.delegated());
		await stage.signIn(credential, ANNA.address);
		stage.noteTokens();
		expect((await stage.run(credential, EMAIL, { operation: 'diagnose' })).error).toBeUndefined();
		for (const token of stage.exchange.entra.issued) stage.exchange.entra.revoked.add(token);
		expect((await stage.run(credential, EMAIL, { operation: 'diagnose' })).error).toBeUndefined();
		stage.noteTokens();
		for (const token of stage.exchange.entra.issued) stage.exchange.entra.revoked.add(token);
		stage.exchange.entra.grants.clear();
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) expect(trouble(await stage.run(credential, EMAIL, { operation: 'getMany' }, { onError }))).toContain('needs to be reconnected');
		const wrong = await stage.credential('Wrong client secret', OAUTH2, stage.delegated({ clientSecret: WRONG }));
		await stage.signIn(wrong, ANNA.address).catch(() => undefined);
		expect((await stage.run(wrong, EMAIL, { operation: 'getMany' })).error?.message).toContain('Connect my account');
	});

	it('what works tells none either: Basic, NTLM, proxy, logins of single mailboxes, an application by secret and by certificate', async () => {
		const logins = Object.fromEntries([ANNA, BOB, CARLA].map(({ address, password }) => [address, { user: address, password }]));
		const credentials = [
			await stage.credential('Basic', BASIC, stage.password()),
			await stage.credential('NTLM by proxy', BASIC, stage.password({ authentication: 'ntlm', proxyUrl: stage.proxy.url, proxyUser: PROXY.user, proxyPassword: PROXY.password })),
			await stage.credential('Impersonating', BASIC, stage.password({ user: SERVICE.address, password: SERVICE.password, access: 'impersonation', accounts: links(ANNA.address, BOB.address) })),
			await stage.credential('Logins', BASIC, stage.password({ user: '', password: '', accounts: links(...Object.keys(logins)), mailboxLogins: JSON.stringify(logins) })),
			await stage.credential('Application', APP_ONLY, stage.application()),
			await stage.credential('Application by certificate', APP_ONLY, stage.application({ proof: 'certificate', clientSecret: '', certificate: stage.appCertificate.cert, privateKey: stage.appCertificate.key })),
		];
		for (const credential of credentials) {
			const { error, items } = await stage.run(credential, EMAIL, { operation: 'diagnose' });
			expect([credential.name, error, items('Exchange').map(({ json }) => json['problem']).join('')]).toEqual([credential.name, undefined, '']);
		}
	});

	it('a trigger that may not log on, and one that cannot open a mail, tell none', async () => {
		const password = 'P12 "2" <of> & Exchange%';
		const certificate = pkcs12(password);
		await stage.exchange.control.deliver(ANNA.address, encryptedMail('<confidential@example.org>'));
		const smime = await createCredential(stage.n8n.client, 'Certificate', 'exchangeSmimeApi', { certificate, password: `${password} but wrong`, otherFiles: JSON.stringify({ 'an older one': { pkcs12: certificate, password: WRONG } }) });
		const right = await stage.credential('Right', BASIC, stage.password());
		const wrong = await stage.credential('Wrong', BASIC, stage.password({ password: WRONG }));
		const watch = (credential: StoredCredential) => ({ name: 'Exchange', type: TRIGGER, parameters: { kinds: ['email'], firstRun: 'beginning', includeExcluded: true, pollTimes: pollEvery(5) }, credential });
		const opening = workflowOf('opens', [{ ...watch(right), parameters: { ...watch(right).parameters, decryptSmime: true } }]);
		for (const node of opening.nodes) node.credentials = { ...node.credentials, exchangeSmimeApi: { id: smime.id, name: smime.name } };
		const opened = await createWorkflow(stage.n8n.client, opening);
		const execution = await startWorkflow(stage.n8n.client, opened, 'Exchange');
		await activateWorkflow(stage.n8n.client, opened);
		const refused = await createWorkflow(stage.n8n.client, workflowOf('refused', [watch(wrong)]));
		// n8n polls once while it activates a workflow, and says why it could not.
		await expect(activateWorkflow(stage.n8n.client, refused)).rejects.toThrow('refused the logon');
		const { items } = await executionEnd(stage.n8n.client, execution);
		expect(items('Exchange').map(({ json }) => [json['subject'], json['encryption']])).toEqual([['Confidential', 'encrypted']]);
		for (const workflow of [opened, refused]) await deactivateWorkflow(stage.n8n.client, workflow);
	});

	it('a password in a field that is not for it stands in no log, row or file', async () => {
		const misplaced = new Secrets();
		misplaced.note(MISPLACED, 'misplaced');
		await stage.n8n.searchWritten(misplaced);
		expect(misplaced.found).toEqual([]);
	});

	describe('the search itself', () => {
		it('finds a secret in whatever form a workflow would spill it', async () => {
			const spilt = 'Spilt "2" <of> & Exchange%é';
			const forms = [spilt, JSON.stringify({ a: JSON.stringify(spilt) }), encodeURIComponent(spilt), Buffer.from(`x${spilt}`).toString('base64'), Buffer.from(`xx${spilt}y`).toString('base64url'), Buffer.from(spilt).toString('hex'), spilt.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;'), 'TlRMTVNTUAADAAAAGAAYAHoA'];
			for (const [index, form] of forms.entries()) {
				const alone = new Secrets();
				alone.noteLogin('anna', spilt);
				alone.search('here', `before ${form} behind`);
				expect([index, alone.found.length > 0]).toEqual([index, true]);
				expect(JSON.stringify(alone.found)).not.toContain('Spilt');
			}
		});

		it('finds what a workflow did spill: in its execution, in the database and its file', async () => {
			const spilt = 'Spilt-on-purpose-4711';
			const workflow = await createWorkflow(
				stage.n8n.client,
				workflowOf('spills', [
					{ name: 'By hand', type: 'n8n-nodes-base.manualTrigger' },
					{ name: 'Spill', type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { mode: 'runOnceForAllItems', language: 'javaScript', jsCode: `throw new Error(Buffer.from('user:' + ['Spilt', 'on', 'purpose', '4711'].join('-')).toString('base64'));` } },
				]),
			);
			const id = await startWorkflow(stage.n8n.client, workflow, 'By hand');
			await waitUntil(async () => (await stage.n8n.client.request<{ status: string }>('GET', `/rest/executions/${id}`)).status === 'error', { what: 'the spill', timeoutMs: 60_000 });
			const found = new Secrets();
			found.note(spilt, 'spilt');
			found.note('Editor is now accessible', 'what n8n writes when it starts');
			await searchInterface({
				async request<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string): Promise<T> {
					const answer = await stage.n8n.client.request<T>(method, path);
					found.search('interface', JSON.stringify(answer));
					return answer;
				},
			});
			const { rows, files } = await stage.n8n.searchWritten(found);
			const places = new Set(found.found.map(({ where }) => where.replace(/-wal$/, '')));
			expect(places).toContain('interface');
			expect(places).toContain('log');
			expect(places).toContain('database, execution_data.data');
			expect([...places].some((place) => place.startsWith('file database.sqlite'))).toBe(true);
			expect(rows['credentials_entity']).toBeGreaterThan(0);
			expect(rows['execution_entity']).toBeGreaterThan(0);
			expect(files.length).toBeGreaterThan(1);
		});

		it('finds every secret in the credentials, once they are decrypted', async () => {
			const folder = await mkdtemp(join(tmpdir(), 'decrypted-'));
			try {
				const file = join(folder, 'credentials.json');
				await promisify(execFile)(NODE, [N8N_COMMAND, 'export:credentials', '--all', '--decrypted', `--output=${file}`], { env: n8nEnvironment(stage.n8n.process.settings), timeout: 120_000 });
				const found = new Secrets();
				for (const { address, password } of [ANNA, BOB, CARLA, SERVICE]) found.note(password, address);
				found.note(WRONG, 'wrong');
				found.search('export', await readFile(file));
				expect(new Set(found.found.map(({ secret }) => secret))).toEqual(new Set([ANNA.address, BOB.address, CARLA.address, SERVICE.address, 'wrong']));
			} finally {
				await rm(folder, { recursive: true, force: true });
			}
		});
	});
});
