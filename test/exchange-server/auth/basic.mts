import type { LogonScheme } from '../http/logon.mts';
import { BASIC } from '../http/logon.mts';
import type { AccountLock } from './account-lock.mts';

/** Basic, with accounts that lock. */
export function lockingBasic(lock: AccountLock): LogonScheme {
	return {
		...BASIC,
		logOn: async (credentials, request, exchange) => {
			const text = Buffer.from(credentials, 'base64').toString('utf8');
			const named = exchange.userNamed(text.slice(0, Math.max(0, text.indexOf(':'))));
			const logon = await BASIC.logOn(credentials, request, exchange);
			return named === undefined || lock.decide(named, logon.result === 'user') ? logon : { result: 'refused' };
		},
	};
}
