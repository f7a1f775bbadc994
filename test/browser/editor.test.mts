import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../exchange-server/seed/demo.mts';
import { startExchange } from '../exchange-server/startExchange.mts';
import type { RunningExchange } from '../exchange-server/startExchange.mts';
import type { StoredCredential } from '../n8n-harness/credentials.mts';
import { exampleNames, readExample } from '../n8n-harness/example-workflows.mts';
import { N8n } from '../n8n-harness/n8n.mts';
import { createWorkflow, withCredentials, workflowOf } from '../n8n-harness/workflows.mts';
import { Editor, hasBrowser } from './editor.mts';

/** Example workflows that the README shows, and the names of their pictures. */
const PICTURED: Readonly<Record<string, string>> = { 'emails-exchange-to-data-table.json': '9-example-workflow', 'tasks-two-way.json': '10-two-way' };

const ANNA = { address: 'anna@example.test', password: 'Anna-2-of-Exchange', name: 'Anna Muster' } as const;

if (!hasBrowser) console.log('The editor is not tested: there is no /usr/bin/chromium (Debian’s package chromium).');

/** One visit of a builder, from an empty n8n on; each step stands on those before it. */
describe.skipIf(!hasBrowser)('in the editor a builder', () => {
	let exchange: RunningExchange;
	let n8n: N8n;
	let editor: Editor;

	beforeAll(async () => {
		[exchange, n8n] = await Promise.all([startExchange({ users: [ANNA] }), N8n.start()]);
		await seedDemo(exchange.exchange, ANNA.address);
		editor = await Editor.open(n8n.client);
	});
	afterAll(async () => {
		await editor?.close();
		await Promise.all([n8n?.close(), exchange?.close()]);
	});

	it('finds all nodes by “exchange” in the node panel', async () => {
		await editor.workflow();
		await editor.page.getByTestId('canvas-plus-button').click();
		const names = await editor.searchNodes('exchange');
		// n8n leaves “Trigger” out of a trigger's name there.
		expect(names.slice(0, 4).sort()).toEqual(['Exchange', 'Exchange Appointment', 'Exchange Email', 'Exchange Task']);
		await editor.picture('1-node-panel');
	});

	it('drops the trigger and finds credential, watch and folders without searching', async () => {
		await editor.take('Exchange', 'On item created');
		for (const name of ['kinds', 'accountChoice', 'events', 'firstRun', 'includeExcluded']) {
			await expect.poll(async () => await editor.parameter(name).isVisible(), { message: `parameter ${name} is shown` }).toBe(true);
		}
		const credential = await editor.panel.getByTestId('node-credentials-slot').boundingBox();
		const watch = await editor.parameter('kinds').boundingBox();
		expect(credential?.y ?? Infinity).toBeLessThan(watch?.y ?? 0);
	});

	it('reads why a wrong password is refused, and the password is not in it', async () => {
		await editor.panel.getByTestId('node-credentials-empty-state').getByText('Connect').click();
		await editor.dialog.waitFor();
		await editor.enterBasicLogin({ url: exchange.url, user: ANNA.address, password: 'quite-wrong-7731' });
		const said = await editor.saveRefusedCredential();
		expect(said).toContain('refused the logon (401). Check user name, domain, password');
		expect(said).not.toContain('quite-wrong-7731');
		await editor.picture('2-logon-refused');
	});

	it('adds an account twice and reads which rows are the same (account-one-to-one)', async () => {
		await editor.enter('password', ANNA.password);
		for (const [row, account, mailbox] of [
			[0, 'anna', ANNA.address],
			[1, 'anna again', ANNA.address.toUpperCase()],
		] as const) {
			await editor.dialog.getByTestId('fixed-collection-add').click();
			await editor.enter('account', account, row);
			await editor.enter('mailbox', mailbox, row);
		}
		const said = await editor.saveRefusedCredential();
		expect(said).toContain('rows 1 and 2 have the same mailbox (rule account-one-to-one)');
		await editor.picture('3-account-twice');
	});

	it('mends it, and n8n says that the connection works', async () => {
		await editor.dialog.getByTestId('fixed-collection-delete').nth(1).click();
		await editor.saveCredential();
		await editor.panel.getByTestId('credential-edit-button').click();
		await editor.dialog.getByText('Connection tested successfully').waitFor();
		await editor.picture('4-credential');
		await editor.dialog.getByLabel('Close this dialog').click();
		await editor.dialog.waitFor({ state: 'hidden' });
	});

	it('chooses a folder from a list with search', async () => {
		await editor.panel.getByTestId('fixed-collection-emailFolders').getByTestId('fixed-collection-add').click();
		await editor.panel.getByTestId('resource-locator-folder').getByTestId('rlc-input').click();
		const items = editor.page.getByTestId('rlc-item');
		await items.filter({ hasText: /^Sent Items/ }).waitFor();
		await editor.picture('5-folder-list');
		await editor.page.getByTestId('rlc-search').fill('projekte');
		await expect.poll(async () => (await items.allInnerTexts()).map((text) => text.trim().replace(/ \(\d+\)$/, ''))).toEqual(['Inbox/Projekte', 'Inbox/Projekte/Lagerhalle']);
		await items.first().click();
		await expect.poll(async () => await editor.panel.getByTestId('resource-locator-folder').getByTestId('rlc-input').inputValue()).toMatch(/^Inbox\/Projekte \(\d+\)$/);
	});

	it('runs the trigger by hand and sees items', async () => {
		await editor.panel.getByTestId('node-execute-button').first().click();
		await editor.output.getByText('5 items').waitFor();
		await editor.output.getByText('Inbox/Projekte', { exact: true }).first().waitFor();
		await editor.picture('6-test-event');
	});

	it('sees a second output where excluded items have their own', async () => {
		await editor.parameter('includeExcluded').getByRole('switch').or(editor.parameter('includeExcluded').locator('.el-switch')).first().click();
		await editor.page.getByTestId('ndv-close-button').click();
		const trigger = editor.node('Exchange Trigger');
		await trigger.getByText('Changed').waitFor();
		await trigger.getByText('Skipped').waitFor();
	});

	it('maps fields in Sync, runs it, and reads in the output Skipped which rule left an item out', async () => {
		const rows = [
			{ number: 'M-1', title: 'Offer for the hall', from: 'Carla Clerk <carla@partner.example>', draft: false },
			{ number: 'M-2', title: 'Not ready yet', from: 'Carla Clerk <carla@partner.example>', draft: true },
		];
		const stored = await createWorkflow(
			n8n.client,
			workflowOf('CRM to Exchange', [
				{ name: 'By hand', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'CRM', type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { jsCode: `return ${JSON.stringify(rows.map((json) => ({ json })))};` } },
			]),
		);
		await editor.workflow(stored.id);
		await editor.node('CRM').getByTestId('canvas-handle-plus').click();
		await editor.searchNodes('exchange email');
		await editor.take('Exchange Email', 'Sync an email');
		await expect.poll(async () => await editor.parameter('operation').isVisible(), { message: 'the operation can be chosen' }).toBe(true);

		await editor.page.getByTestId('execute-previous-node').click();
		await editor.page.getByTestId('ndv-input-panel').getByText('2 items').waitFor();
		await editor.writeExpression(editor.parameter('externalId'), '{{ $json.number }}');
		await editor.panel.getByTestId('mapping-mode-select').click();
		await editor.page.getByText('Map Each Column Manually').click();
		// The usual fields are there at once, the others are added.
		await editor.parameter('subject', fields()).waitFor();
		await mapField('Subject', 'subject', '{{ $json.title }}', 'Offer for the hall');
		await mapField('From', 'from', '{{ $json.from }}', 'Carla Clerk <carla@partner.example>');
		await mapField('Is a Draft', 'isDraft', '{{ $json.draft }}', 'false');
		await editor.parameter('separateOutputs').getByRole('switch').or(editor.parameter('separateOutputs').locator('.el-switch')).first().click();
		await editor.panel.getByTestId('mapping-mode-select').evaluate((element) => element.scrollIntoView({ block: 'start' }));
		await editor.picture('7-mapping');

		await editor.panel.getByTestId('node-execute-button').first().click();
		await editor.output.getByText('created', { exact: true }).first().waitFor();
		// The editor goes back to the first output when the execution is stored, which may be after this click.
		await expect
			.poll(
				async () => {
					await editor.output.getByText('Skipped').first().click();
					return await editor.output.getByText('drafts-not-synced').first().isVisible();
				},
				{ message: 'the output Skipped shows what was left out', interval: 500 },
			)
			.toBe(true);
		await editor.output.getByText('Email "Not ready yet" is a draft and is not synced until it has been sent.').first().waitFor();
		await editor.picture('8-skipped');
		const subjects = exchange.control.outlook(ANNA.address).items('inbox').map(({ subject }) => subject);
		expect([subjects.filter((subject) => subject === 'Offer for the hall').length, subjects.includes('Not ready yet')]).toEqual([1, false]);
	});

	it('imports every example workflow, and nothing is wrong with any node', async () => {
		const credential = (await n8n.client.request<StoredCredential[]>('GET', '/rest/credentials')).map(({ id, name, type }) => ({ id, name, type }));
		const folder = await mkdtemp(join(tmpdir(), 'examples-'));
		try {
			for (const name of await exampleNames()) {
				const workflow = withCredentials(await readExample(name), credential);
				const file = join(folder, name);
				await writeFile(file, JSON.stringify(workflow));
				await editor.workflow();
				await editor.page.getByTestId('workflow-import-input').or(editor.page.locator('input[type="file"]')).first().setInputFiles(file);
				const executable = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote').length;
				await expect.poll(async () => await editor.page.getByTestId('canvas-node').filter({ hasNot: editor.page.getByTestId('sticky') }).count(), { message: name, timeout: 30_000 }).toBe(executable);
				expect([name, await editor.page.getByTestId('node-issues').count(), await editor.page.locator('.el-notification').allInnerTexts()]).toEqual([name, 0, []]);
				const picture = PICTURED[name];
				if (picture === undefined) continue;
				await editor.page.getByTestId('zoom-to-fit').click();
				await editor.picture(picture);
			}
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	/** What is mapped. */
	function fields(): Locator {
		return editor.panel.getByTestId('mapping-fields-container');
	}

	/** Adds a field to the mapping where it is not shown, and writes an expression into it. @param value what it is for the first item: the editor shows it once it has taken the expression */
	async function mapField(label: string, id: string, expression: string, value: string): Promise<void> {
		const field = editor.parameter(id, fields());
		if (!(await field.isVisible())) {
			await fields().getByText('Add field to send').click();
			await editor.page.getByRole('menuitem', { name: label, exact: true }).click();
		}
		await field.hover();
		await fields().getByTestId(`value["${id}"]-parameter-input-options-container`).getByTestId('radio-button-expression').click();
		await editor.writeExpression(field, expression);
		await fields().getByText(label, { exact: true }).first().click();
		await fields().getByText(value, { exact: true }).first().waitFor();
	}
});
