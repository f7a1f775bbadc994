/** Exchange put back to a state of some seconds ago, as an administrator does it: the database is dismounted meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { RunningExchange } from '../exchange-server/startExchange.mts';
import { type BadDay, DISMOUNTED } from './bad-days.mts';
import type { Oracle } from './oracle.mts';
import { versionsInExchange } from './sides.mts';

/**
 * What Exchange holds otherwise than a moment before was undone, and what becomes of it differs by kind; everything else must come through as if nothing had
 * happened, although all sync states of the time between are void.
 *
 * @param underWay looks at the log and says how many requests are being served: none may be when the database goes, or it would write into what is no longer there
 */
export async function restoreBackup(server: RunningExchange, oracle: Oracle, days: readonly BadDay[], underWay: () => number): Promise<void> {
	server.control.heal();
	server.control.inject(DISMOUNTED);
	while (underWay() > 0) await wait(5);
	const before = versionsInExchange(server);
	server.control.restoreBackup();
	const after = versionsInExchange(server);
	for (const subject of new Set([...before.keys(), ...after.keys()])) {
		const [was, is] = [before.get(subject) ?? [], after.get(subject) ?? []];
		if (!isDeepStrictEqual(was, is)) oracle.undone(subject, is.filter(({ isInBin }) => !isInBin).length);
	}
	server.control.heal();
	server.control.inject(...days);
}
