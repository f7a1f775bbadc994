import type { ExchangeService, GetItemResponse } from 'ews-javascript-api';

import type { EwsLibrary } from '../../../src/ews/library/ews-library.ts';
import { basicAuthenticator } from '../../../src/ews/transport/basic-authenticator.ts';
import type { Clock } from '../../../src/ews/transport/clock.ts';
import type { ConnectionSettings } from '../../../src/ews/transport/connection-settings.ts';
import type { EwsConnection, MailboxConnection } from '../../../src/ews/transport/ews-connection.ts';
import { openEwsConnection } from '../../../src/ews/transport/open-ews-connection.ts';

export const PASSWORD = 'kRypt0-Gr1mm';

/** A clock that does not wait: it notes how long and goes on. */
export interface FastClock extends Clock {
	waits: number[];
	/** Somebody sets the machine's clock on or back. */
	set(by: number): void;
}

export function fastClock(start = Date.UTC(2026, 0, 5)): FastClock {
	let now = start;
	let elapsed = 0;
	const waits: number[] = [];
	return {
		waits,
		now: () => now,
		elapsed: () => elapsed,
		async wait(ms) {
			waits.push(ms);
			now += ms;
			elapsed += ms;
		},
		set(by) {
			now += by;
		},
	};
}

/** A connection of Anna to a server, and her mailbox. */
export function connect(url: string, settings: Partial<ConnectionSettings> = {}, clock: Clock = fastClock()): { connection: EwsConnection; anna: MailboxConnection } {
	const connection = openEwsConnection(
		{ url, authenticator: basicAuthenticator({ user: 'anna@example.test', password: PASSWORD }), timeouts: { connectMs: 5000, headersMs: 5000, bodyMs: 5000 }, ...settings },
		clock,
	);
	return { connection, anna: connection.mailbox({ address: 'anna@example.test', mode: 'own' }) };
}

/** Reads items by GetItem. */
export async function getItems(service: ExchangeService, ids: readonly string[], library: EwsLibrary): Promise<{ Responses: GetItemResponse[] }> {
	return await service.BindToItems(
		ids.map((id) => new library.ItemId(id)),
		new library.PropertySet(library.BasePropertySet.IdOnly, [library.ItemSchema.Subject]),
	);
}

/** Reads one item and gives its subject. */
export async function subjectOf(mailbox: MailboxConnection, id = 'AAMk1'): Promise<string> {
	const { Responses } = await mailbox.run({ operation: 'GetItem', repeatable: true }, async (service, library) => await getItems(service, [id], library));
	const item = Responses[0]?.Item;
	if (item === undefined || item === null) throw new Error('no item');
	return item.Subject;
}

/** Creates an item, by a request that is not to be sent twice. */
export async function createOnce(mailbox: MailboxConnection): Promise<void> {
	await mailbox.run({ operation: 'CreateItem', repeatable: false }, async (service, library) => {
		const message = new library.EmailMessage(service);
		message.Subject = 'Once';
		await message.Save(library.WellKnownFolderName.Inbox);
	});
}
