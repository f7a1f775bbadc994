import { describe, expect, it, vi } from 'vitest';
import { accessTokenSource } from '../../nodes/shared/access-token.ts';

const token = (secondsFromNow: number, name: string) => `head.${Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + secondsFromNow, name })).toString('base64url')}.signature`;

function functions(stored: object, renewed: object = {}) {
	const refreshOAuth2Token = vi.fn(async (): Promise<object> => renewed);
	const getCredentials = vi.fn(async () => stored);
	return { refreshOAuth2Token, getCredentials, helpers: { refreshOAuth2Token } };
}

const source = (from: object) => accessTokenSource(from as never, 'exchangeEwsOAuth2Api');

describe('connector-authentication: the token of a delegated OAuth2 credential', () => {
	it('is the stored one as long as it is valid', async () => {
		const valid = token(3600, 'valid');
		const n8n = functions({ oauthTokenData: { access_token: valid } });
		expect(await source(n8n)()).toBe(valid);
		expect(n8n.refreshOAuth2Token).not.toHaveBeenCalled();
	});

	it('is renewed by n8n shortly before it expires, once for all who ask at the same time', async () => {
		const renewed = token(3600, 'renewed');
		const n8n = functions({ oauthTokenData: { access_token: token(60, 'old') } }, { access_token: renewed });
		const get = source(n8n);
		expect(await Promise.all([get(), get(), get()])).toEqual([renewed, renewed, renewed]);
		expect(await get()).toBe(renewed);
		expect(n8n.refreshOAuth2Token).toHaveBeenCalledTimes(1);
	});

	it('is asked for again after a renewal that failed', async () => {
		const n8n = functions({ oauthTokenData: { access_token: token(-60, 'old') } }, { access_token: token(3600, 'renewed') });
		n8n.refreshOAuth2Token.mockRejectedValueOnce(new Error('needs to be reconnected'));
		const get = source(n8n);
		await expect(get()).rejects.toThrow('needs to be reconnected');
		expect(await get()).toContain('head.');
	});

	it('is renewed by n8n when Exchange refuses it although it is valid, once for all who were refused', async () => {
		const [revoked, renewed] = [token(3600, 'revoked'), token(3600, 'renewed')];
		const n8n = functions({ oauthTokenData: { access_token: revoked } }, { access_token: renewed });
		const get = source(n8n);
		expect(await get()).toBe(revoked);
		expect(await Promise.all([get(true), get(true)])).toEqual([renewed, renewed]);
		expect(await get()).toBe(renewed);
		expect(await get(true)).toBe(renewed);
		expect(n8n.refreshOAuth2Token).toHaveBeenCalledTimes(1);
	});

	it('is taken from n8n\'s store when another process has renewed it already', async () => {
		const [revoked, stored] = [token(3600, 'revoked'), token(3600, 'stored')];
		const n8n = functions({ oauthTokenData: { access_token: revoked } });
		const get = source(n8n);
		expect(await get()).toBe(revoked);
		n8n.getCredentials.mockResolvedValue({ oauthTokenData: { access_token: stored } });
		expect(await get(true)).toBe(stored);
		expect(n8n.refreshOAuth2Token).not.toHaveBeenCalled();
	});

	it('is missed with what to do where nobody has signed in', async () => {
		await expect(source(functions({}))()).rejects.toThrow('Connect my account');
	});
});
