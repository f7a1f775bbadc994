import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, selectors } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { CACHE } from '../n8n-harness/places.mts';
import type { RestClient } from '../n8n-harness/rest-client.mts';

const CHROMIUM = '/usr/bin/chromium';
/** n8n marks what its own tests look for with this attribute. */
const TEST_ID = 'data-test-id';
/** One size for all pictures. */
const WINDOW = { width: 1280, height: 800 };
/** Says nothing of the page and comes and goes by itself. */
const WITHOUT_TOASTS = '.el-notification { display: none !important; }';

/** Whether there is a browser to test with: Debian's package chromium. */
export const hasBrowser = existsSync(CHROMIUM);

/** Where pictures go: `PICTURES=test/browser/pictures` renews those of the README. */
const PICTURES = process.env['PICTURES'] ?? join(CACHE, 'pictures');

/** Fields of the credential dialog that are filled in as text. */
export interface BasicLogin {
	url: string;
	user: string;
	password: string;
}

/** n8n's editor in a real browser, driven as a builder drives it. */
export class Editor {
	readonly page: Page;
	readonly #browser: Browser;
	readonly #address: string;

	private constructor(browser: Browser, page: Page, address: string) {
		this.#browser = browser;
		this.page = page;
		this.#address = address;
	}

	/** A browser in which the client's user is logged in. */
	static async open(client: RestClient): Promise<Editor> {
		selectors.setTestIdAttribute(TEST_ID);
		const browser = await chromium.launch({
			executablePath: CHROMIUM,
			args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
		});
		const context = await browser.newContext({ viewport: WINDOW, locale: 'en-US', timezoneId: 'Europe/Zurich' });
		const [name = '', value = ''] = client.sessionCookie.split('=');
		await context.addCookies([{ name, value, url: client.address, httpOnly: true }]);
		// The session belongs to the browser that logged in: the client's own id.
		await context.addInitScript(() => localStorage.setItem('n8n-browserId', 'e2e'));
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		return new Editor(browser, page, client.address);
	}

	async close(): Promise<void> {
		await this.#browser.close();
	}

	/** The panel of the open node. */
	get panel(): Locator {
		return this.page.getByTestId('ndv');
	}

	/** The credential dialog. */
	get dialog(): Locator {
		return this.page.getByTestId('editCredential-modal');
	}

	/** What the open node put out. */
	get output(): Locator {
		return this.page.getByTestId('output-panel');
	}

	node(name: string): Locator {
		return this.page.locator(`[${TEST_ID}="canvas-node"][data-node-name="${name}"]`);
	}

	/** A parameter's input in the open node or dialog. */
	parameter(name: string, within: Locator = this.panel): Locator {
		return within.getByTestId(`parameter-input-${name}`);
	}

	/** A new workflow, or a stored one. */
	async workflow(id = 'new'): Promise<void> {
		await this.page.goto(`${this.#address}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
		await this.page.getByTestId('canvas').waitFor();
	}

	/** Types into the search of the node panel; the names that it offers. */
	async searchNodes(text: string): Promise<string[]> {
		await this.page.getByTestId('node-creator-search-bar').fill(text);
		const names = this.page.getByTestId('node-creator-item-name');
		await names.filter({ hasText: /exchange/i }).first().waitFor();
		return (await names.allInnerTexts()).map((name) => name.trim());
	}

	/** Takes a node of that name from the panel, and then one of its actions or events; its parameters are open afterwards. */
	async take(name: string, action: string): Promise<void> {
		const items = this.page.getByTestId('node-creator-item-name');
		await items.filter({ hasText: new RegExp(`^\\s*${name}\\s*$`) }).click();
		await items.filter({ hasText: new RegExp(`^\\s*${action}\\s*$`) }).click();
		await this.panel.waitFor();
	}

	/** Sets a choice. */
	async choose(parameter: Locator, option: string | RegExp): Promise<void> {
		await parameter.click();
		await this.page.getByTestId('parameter-input-item').filter({ hasText: option, visible: true }).first().click();
	}

	/** Fills in a text of the credential dialog. */
	async enter(field: string, text: string, row = 0): Promise<void> {
		await this.parameter(field, this.dialog).nth(row).locator('input').fill(text);
	}

	async enterBasicLogin({ url, user, password }: BasicLogin): Promise<void> {
		await this.enter('url', url);
		await this.choose(this.parameter('authentication', this.dialog), 'User name and password with every request');
		await this.enter('user', user);
		await this.enter('password', password);
	}

	/** Saves the credential, which n8n then tests; what the dialog says about a test that failed. */
	async saveRefusedCredential(): Promise<string> {
		const tested = this.page.waitForResponse((response) => response.url().endsWith('/rest/credentials/test'));
		await this.dialog.getByTestId('credential-save-button').click();
		const { data } = (await (await tested).json()) as { data: { message: string } };
		const banner = this.dialog.getByText('Couldn’t connect with these settings');
		await banner.waitFor();
		const more = this.dialog.getByText('More details');
		if (await more.isVisible()) await more.click();
		await this.dialog.getByText(data.message.slice(0, 60)).waitFor();
		await banner.scrollIntoViewIfNeeded();
		return await this.dialog.innerText();
	}

	/** Saves a credential that is right: the dialog closes. */
	async saveCredential(): Promise<void> {
		await this.dialog.getByTestId('credential-save-button').click();
		await this.dialog.waitFor({ state: 'hidden' });
	}

	/** Writes an expression or text into a parameter that has an expression editor. */
	async writeExpression(parameter: Locator, text: string): Promise<void> {
		const editor = parameter.locator('.cm-content');
		await editor.click();
		await this.page.keyboard.press('ControlOrMeta+A');
		// Brackets are closed by the editor itself.
		await this.page.keyboard.insertText(text);
		await this.page.keyboard.press('Escape');
	}

	/** A picture of the page for the README. */
	async picture(name: string): Promise<void> {
		await mkdir(PICTURES, { recursive: true });
		await this.page.mouse.move(0, 0);
		await this.page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled', caret: 'hide', style: WITHOUT_TOASTS });
	}
}
