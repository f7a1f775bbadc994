import type { LogonScheme } from '../http/logon.mts';
import type { ExchangeOptions, RunningExchange } from '../startExchange.mts';
import { startExchange } from '../startExchange.mts';
import type { Exchange } from '../store/exchange.mts';
import { AccountLock } from './account-lock.mts';
import { Autodiscover } from './autodiscover.mts';
import { lockingBasic } from './basic.mts';
import { BearerLogons } from './bearer.mts';
import type { EntraOptions } from './entra.mts';
import { Entra } from './entra.mts';
import { EwsAccess } from './ews-access.mts';
import type { NtlmOptions } from './ntlm.mts';
import { NtlmLogons } from './ntlm.mts';
import { entraRoute } from './token-endpoint.mts';
import './user-configuration.mts';

export interface SecuredExchangeOptions extends Omit<ExchangeOptions, 'schemes'> {
	/** Ways to log on that are offered, in the order of the challenges. Default: all. Bearer needs `entra`. */
	readonly logons?: ReadonlyArray<'Basic' | 'NTLM' | 'Bearer'>;
	readonly ntlm?: NtlmOptions;
	/** The directory whose tokens are taken; one that another server has already, where both share it. */
	readonly entra?: EntraOptions | Entra;
	/** Refused passwords in a row that lock an account. Default: none does. */
	readonly lockAfter?: number;
}

/** A running Exchange with everything that logging on takes. */
export interface SecuredExchange extends RunningExchange {
	readonly lock: AccountLock;
	readonly ntlm: NtlmLogons;
	readonly entra: Entra;
	readonly access: EwsAccess;
	readonly autodiscover: Autodiscover;
}

/** Starts an Exchange with NTLM, bearer tokens, its token endpoint, Autodiscover, account lock and switches for EWS. */
export async function startSecuredExchange(options: SecuredExchangeOptions): Promise<SecuredExchange> {
	const { logons = ['NTLM', 'Basic', 'Bearer'], ntlm: ntlmOptions, entra: entraOptions, lockAfter = Number.POSITIVE_INFINITY, ...server } = options;
	const lock = new AccountLock(lockAfter);
	const ntlm = new NtlmLogons(lock, ntlmOptions);
	const entra = entraOptions instanceof Entra ? entraOptions : new Entra(entraOptions ?? { tenants: [] });
	const access = new EwsAccess();
	const autodiscover = new Autodiscover();
	const offered: Record<'Basic' | 'NTLM' | 'Bearer', LogonScheme[]> = { Basic: [lockingBasic(lock)], NTLM: ntlm.schemes, Bearer: [new BearerLogons(entra).scheme] };
	const schemes = logons.flatMap((name) => offered[name]);
	let exchange: Exchange | undefined;
	const exchangeNow = (): Exchange => {
		if (!exchange) throw new Error('asked before it was started');
		return exchange;
	};
	const running = await startExchange({
		...server,
		schemes,
		admit: access.admit,
		routes: [...(server.routes ?? []), entraRoute(entra), autodiscover.route(exchangeNow, schemes.filter(({ scheme }) => scheme !== 'Bearer'))],
	});
	exchange = running.exchange;
	return { ...running, lock, ntlm, entra, access, autodiscover };
}
