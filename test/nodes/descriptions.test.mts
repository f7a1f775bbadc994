import { existsSync, readFileSync } from 'node:fs';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import * as door from '../../index.ts';
import { resolvedCredential } from './harness/n8n-core.mts';

const nodes: Array<[string, INodeType]> = [
	['ExchangeTrigger', new door.ExchangeTrigger()],
	['ExchangeEmail', new door.ExchangeEmail()],
	['ExchangeAppointment', new door.ExchangeAppointment()],
	['ExchangeTask', new door.ExchangeTask()],
];
const credentials = [new door.ExchangeEwsBasicApi(), new door.ExchangeEwsOAuth2Api(), new door.ExchangeEwsAppOnlyApi(), new door.ExchangeSmimeApi()];
const root = new URL('../../', import.meta.url);
const packageJson = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };

function all(properties: readonly INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => [
		property,
		...all((property.options ?? []).filter((option): option is INodeProperties => 'type' in option)),
		...(property.options ?? []).flatMap((option) => ('values' in option ? all(option.values) : [])),
	]);
}

/** Everything that the editor shows of parameters, and whose it is. */
function shownTexts(properties: readonly INodeProperties[]): string[] {
	return all(properties).flatMap((property) => {
		const options = (property.options ?? []).flatMap((option) => ('value' in option ? [option.name, option.description, option.action] : [option.displayName]));
		return [property.displayName, property.description, property.hint, property.placeholder, ...options].flatMap((text) => (text === undefined ? [] : [`${property.name}: ${text}`]));
	});
}

/** "Connector" is a word of the README; the editor knows credentials. */
const UNKNOWN_WORDS = /: .*connector/i;

describe.each(nodes)('%s', (name, node) => {
	const { description } = node;

	it('speaks of what a builder sees: the credential', () => {
		expect(shownTexts(description.properties).filter((text) => UNKNOWN_WORDS.test(text))).toEqual([]);
	});

	it('is registered in package.json with icons and a codex file of its own name', () => {
		expect(packageJson.n8n.nodes).toContain(`dist/nodes/${name}/${name}.node.js`);
		const codex = JSON.parse(readFileSync(new URL(`nodes/${name}/${name}.node.json`, root), 'utf8')) as { node: string };
		expect(codex.node).toBe(`n8n-nodes-exchange-ews.${description.name}`);
		const { light, dark } = description.icon as { light: string; dark: string };
		for (const icon of [light, dark]) expect(existsSync(new URL(icon.replace('file:', ''), new URL(`nodes/${name}/`, root)))).toBe(true);
	});

	it('offers each credential that exists, for its authentication, and tests it', () => {
		for (const credential of description.credentials ?? []) {
			expect(credentials.map((each) => each.name)).toContain(credential.name);
			expect(Object.keys(node.methods?.credentialTest ?? {})).toContain(credential.testedBy);
		}
	});

	it('has every list search and load method that its parameters name', () => {
		const methods = node.methods as Record<string, Record<string, unknown>>;
		for (const property of all(description.properties)) {
			const load = property.typeOptions?.loadOptionsMethod;
			if (load !== undefined) expect(Object.keys(methods['loadOptions'] ?? {})).toContain(load);
			for (const mode of property.modes ?? []) {
				const search = mode.typeOptions?.searchListMethod;
				if (search !== undefined) expect(Object.keys(methods['listSearch'] ?? {})).toContain(search);
			}
			const mapper = property.typeOptions?.resourceMapper;
			if (mapper !== undefined && 'resourceMapperMethod' in mapper) expect(Object.keys(methods['resourceMapping'] ?? {})).toContain(mapper.resourceMapperMethod);
		}
	});

	it('shows parameters for operations and parameters that exist only', () => {
		const names = new Set(description.properties.map((property) => property.name));
		const operations = description.properties.find((property) => property.name === 'operation')?.options?.map((option) => ('value' in option ? option.value : undefined));
		for (const property of description.properties) {
			for (const [shownFor, values] of Object.entries(property.displayOptions?.show ?? {})) {
				expect(names).toContain(shownFor);
				if (shownFor === 'operation') for (const value of values ?? []) expect(operations).toContain(value);
			}
		}
	});

	it('has operations with an action and a description', () => {
		const operation = description.properties.find((property) => property.name === 'operation');
		for (const option of operation?.options ?? []) {
			expect(option).toMatchObject({ action: expect.stringMatching(/^[A-Z][a-z]+ /), description: expect.stringMatching(/\w/) });
		}
		expect(operation !== undefined || name === 'ExchangeTrigger').toBe(true);
	});
});

describe('credentials', () => {
	it('are registered in package.json', () => {
		expect(packageJson.n8n.credentials).toEqual(credentials.map((credential) => `dist/credentials/${credential.constructor.name}.credentials.js`));
	});

	it('keep no secret in a list, because n8n restores hidden values of a list by position', () => {
		for (const credential of credentials) {
			const lists = credential.properties.filter((property) => property.typeOptions?.multipleValues === true);
			for (const property of all(lists)) expect(property.typeOptions?.password).not.toBe(true);
		}
	});

	it('speak of what an administrator sees: the credential', () => {
		expect(credentials.flatMap(({ name, properties }) => shownTexts(properties).filter((text) => UNKNOWN_WORDS.test(text)).map((text) => `${name}.${text}`))).toEqual([]);
	});

	it('mark what must be filled in, secrets too; what one of two fields may hold is not marked', () => {
		const required = credentials.flatMap((credential) => all(credential.properties).filter((property) => property.required === true).map((property) => `${credential.name}.${property.name}`));
		expect(required.sort()).toEqual(
			[
				'exchangeEwsAppOnlyApi.accounts',
				'exchangeEwsAppOnlyApi.certificate',
				'exchangeEwsAppOnlyApi.clientId',
				'exchangeEwsAppOnlyApi.clientSecret',
				'exchangeEwsAppOnlyApi.mailbox',
				'exchangeEwsAppOnlyApi.privateKey',
				'exchangeEwsAppOnlyApi.tenantId',
				'exchangeEwsBasicApi.mailbox',
				'exchangeEwsOAuth2Api.mailbox',
			].sort(),
		);
	});

	it('hide every secret', () => {
		const hidden = credentials.flatMap((credential) => all(credential.properties).filter((property) => property.typeOptions?.password === true || property.typeOptions?.redactJsonLeaves === true).map((property) => `${credential.name}.${property.name}`));
		expect(hidden.sort()).toEqual(
			[
				'exchangeEwsAppOnlyApi.certificate',
				'exchangeEwsAppOnlyApi.clientSecret',
				'exchangeEwsAppOnlyApi.privateKey',
				'exchangeEwsAppOnlyApi.proxyPassword',
				'exchangeEwsBasicApi.mailboxLogins',
				'exchangeEwsBasicApi.password',
				'exchangeEwsBasicApi.proxyPassword',
				'exchangeEwsOAuth2Api.proxyPassword',
				'exchangeSmimeApi.certificate',
				'exchangeSmimeApi.otherFiles',
				'exchangeSmimeApi.password',
			].sort(),
		);
	});

	it.each([
		[{ cloud: 'global', tenant: 'contoso.example', ownResource: '' }, 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token', 'https://outlook.office365.com/EWS.AccessAsUser.All offline_access'],
		[{ cloud: 'gccHigh', tenant: '', ownResource: '' }, 'https://login.microsoftonline.us/organizations/oauth2/v2.0/token', 'https://outlook.office365.us/EWS.AccessAsUser.All offline_access'],
		[{ cloud: 'dod', tenant: 't', ownResource: '' }, 'https://login.microsoftonline.us/t/oauth2/v2.0/token', 'https://outlook-dod.office365.us/EWS.AccessAsUser.All offline_access'],
		[{ cloud: 'china', tenant: 't', ownResource: '' }, 'https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token', 'https://partner.outlook.cn/EWS.AccessAsUser.All offline_access'],
		[{ cloud: 'global', tenant: 't', ownResource: 'https://mail.example.test' }, 'https://login.microsoftonline.com/t/oauth2/v2.0/token', 'https://mail.example.test/EWS.AccessAsUser.All offline_access'],
	])('connector-authentication: OAuth2 with %j asks the right cloud for EWS and for a token that n8n can renew', (chosen, accessTokenUrl, scope) => {
		const defaults = Object.fromEntries(new door.ExchangeEwsOAuth2Api().properties.map((property) => [property.name, property.default]));
		expect(resolvedCredential({ ...defaults, ...chosen })).toMatchObject({ accessTokenUrl, authUrl: accessTokenUrl.replace(/token$/, 'authorize'), scope });
	});
});
