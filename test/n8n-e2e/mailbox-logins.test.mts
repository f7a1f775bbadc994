/** Logins of single mailboxes [account-one-to-one], changed as the credential's dialog changes them: n8n hands the data out hidden and gets it back hidden. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import { createCredential, shownCredential, testCredential, updateCredential } from '../n8n-harness/credentials.mts';
import type { CredentialTestResult } from '../n8n-harness/credentials.mts';
import { ANNA, BASIC, basicCredential, BOB, EMAIL, Stage } from './stage.mts';

interface Login {
	user: string;
	password: string;
}

type Logins = Record<string, Login>;

const CARLA = { address: 'carla@example.test', password: 'Carla-2-of-Exchange' } as const;
const DORA = { address: 'dora@example.test', password: 'Dora-2-of-Exchange' } as const;
const HIDDEN: Login = { user: '***', password: '***' };

describe('logins of single mailboxes, changed in n8n', () => {
	let stage: Stage;
	let credential: StoredCredential;

	beforeAll(async () => {
		stage = await Stage.start({ exchange: { users: [ANNA, BOB, CARLA, DORA] } });
		const logins = Object.fromEntries([ANNA, BOB, CARLA].map(({ address, password }) => [address, { user: address, password }]));
		credential = await createCredential(stage.n8n.client, 'Three', BASIC, basicCredential(stage.exchange.url, { user: '', password: '', ...listed([ANNA, BOB, CARLA]), mailboxLogins: JSON.stringify(logins) }));
	});
	afterAll(async () => {
		await stage?.close();
	});

	const listed = (users: ReadonlyArray<{ address: string }>) => ({ accounts: { links: users.map(({ address }) => ({ account: address.split('@')[0], mailbox: address })) } });

	/** Opens the credential, changes its list and its logins, and saves it, as the dialog does. */
	async function edit(users: ReadonlyArray<{ address: string }>, change: (shown: Logins) => Logins): Promise<Record<string, unknown>> {
		const shown = await shownCredential(stage.n8n.client, credential);
		const changed = { ...shown, ...listed(users), mailboxLogins: JSON.stringify(change(JSON.parse(String(shown['mailboxLogins'])) as Logins), null, 2) };
		await updateCredential(stage.n8n.client, credential, changed);
		return changed;
	}

	/** Who logged on for which mailbox when all were visited; Exchange takes a login with its own password only. */
	async function visited(): Promise<Array<[mailbox: string, user: string]>> {
		stage.exchange.control.clearRequests();
		const diagnosed = await stage.run([{}], [{ name: 'Exchange', type: EMAIL, parameters: { operation: 'diagnose' }, credential }]);
		expect(diagnosed.items('Exchange').filter(({ json }) => json['problem'] !== '')).toEqual([]);
		const seen = stage.exchange.control.requests().map(({ mailbox, user, status }): [string, string] => [String(mailbox), status === 200 ? String(user) : String(status)]);
		return [...new Map(seen.map((pair) => [pair.join(), pair])).values()].sort();
	}

	const each = (...users: ReadonlyArray<{ address: string }>): Array<[string, string]> => users.map(({ address }): [string, string] => [address, address]).sort();

	it('are handed out with every leaf hidden', async () => {
		const shown = JSON.parse(String((await shownCredential(stage.n8n.client, credential))['mailboxLogins'])) as Logins;
		expect(shown).toEqual({ [ANNA.address]: HIDDEN, [BOB.address]: HIDDEN, [CARLA.address]: HIDDEN });
		expect(await visited()).toEqual(each(ANNA, BOB, CARLA));
	});

	it('stay with their mailboxes when the credential is saved unchanged', async () => {
		await edit([ANNA, BOB, CARLA], (shown) => shown);
		expect(await visited()).toEqual(each(ANNA, BOB, CARLA));
	});

	it('stay with their mailboxes when the first account is removed', async () => {
		await edit([BOB, CARLA], ({ [ANNA.address]: _removed, ...others }) => others);
		expect(await visited()).toEqual(each(BOB, CARLA));
	});

	it('stay with their mailboxes when accounts are reordered, list and logins each in another way', async () => {
		await edit([CARLA, BOB], ({ [BOB.address]: bob = HIDDEN, [CARLA.address]: carla = HIDDEN }) => ({ [CARLA.address]: carla, [BOB.address]: bob }));
		expect(await visited()).toEqual(each(BOB, CARLA));
		await edit([BOB, CARLA], (shown) => shown);
		expect(await visited()).toEqual(each(BOB, CARLA));
	});

	it('stay with their mailboxes when accounts are added before and between them, and one of them gets another password', async () => {
		stage.n8n.client.secrets.noteLogin(DORA.address, DORA.password);
		const changed = await edit([DORA, CARLA, ANNA, BOB], ({ [BOB.address]: bob = HIDDEN, [CARLA.address]: carla = HIDDEN }) => ({
			[DORA.address]: { user: DORA.address, password: DORA.password },
			[CARLA.address]: { ...carla, password: CARLA.password },
			[ANNA.address]: { user: ANNA.address, password: ANNA.password },
			[BOB.address]: bob,
		}));
		expect(await visited()).toEqual(each(ANNA, BOB, CARLA, DORA));
		const tested = await testCredential(stage.n8n.client, credential, changed);
		expect(tested).toMatchObject({ status: 'OK', message: expect.stringContaining('4 mailboxes') });
	});

	it('are not given to a mailbox that took the place of another, nor is what hides them tried as a password', async () => {
		const before = await shownCredential(stage.n8n.client, credential);
		const changed = await edit([{ address: 'emil@example.test' }, CARLA], ({ [CARLA.address]: carla = HIDDEN }) => ({ 'emil@example.test': HIDDEN, [CARLA.address]: carla }));
		stage.exchange.control.clearRequests();
		const refused: CredentialTestResult = await testCredential(stage.n8n.client, credential, changed);
		expect(refused).toEqual({ status: 'Error', message: expect.stringContaining('"Logins of Single Mailboxes" has *** under "emil@example.test"') });
		expect(stage.exchange.control.requests()).toEqual([]);
		expect(before['mailboxLogins']).not.toContain('Exchange');
	});

	it('keep a certificate and its password together too, when others are removed and reordered', async () => {
		const files = { old: { pkcs12: Buffer.from('the oldest certificate').toString('base64'), password: 'Old-2-of-Exchange' }, older: { pkcs12: Buffer.from('an older certificate').toString('base64'), password: 'Older-2-of-Exchange' }, oldest: { pkcs12: Buffer.from('of them all the oldest').toString('base64'), password: 'Oldest-2-of-Exchange' } };
		const smime = await createCredential(stage.n8n.client, 'Certificates', 'exchangeSmimeApi', { certificate: '', password: '', otherFiles: JSON.stringify(files) });
		const shown = await shownCredential(stage.n8n.client, smime);
		const { older, oldest } = JSON.parse(String(shown['otherFiles'])) as Record<'older' | 'oldest', Record<string, string>>;
		expect([older, oldest]).toEqual([{ pkcs12: '***', password: '***' }, { pkcs12: '***', password: '***' }]);
		const reordered = { ...shown, otherFiles: JSON.stringify({ oldest, older }) };
		await updateCredential(stage.n8n.client, smime, reordered);
		expect(await testCredential(stage.n8n.client, smime, reordered)).toMatchObject({ status: 'OK', message: '2 certificates' });
	});
});
