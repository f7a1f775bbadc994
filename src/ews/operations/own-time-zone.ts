import { type WireNode, child, children, text } from '../mapping/wire-node';
import { zoneOf } from '../mapping/time-zone';
import { element } from '../mapping/xml-element';
import { callOne, faultIn } from './call';
import type { MailboxContext } from './mailbox-context';

/** Outlook on the web keeps what its user chose in this item of the mailbox's root. */
const OPTIONS = 'OWA.UserOptions';
const ZONE = 'timezone';

/**
 * The IANA zone that the mailbox's owner chose in Outlook on the web; undefined where nobody ever opened it there, where the login may not read the root
 * (delegates of single folders), or where the name says nothing.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserconfiguration-operation
 *
 * @throws MailboxFault for what concerns more than this one question
 */
export async function readOwnTimeZone(context: MailboxContext): Promise<string | undefined> {
	const { address, mode } = context.connection.access;
	const whose = mode === 'delegate' ? [element('Mailbox', [element('EmailAddress', address)])] : [];
	let answer: WireNode;
	try {
		answer = await callOne(context, { name: 'GetUserConfiguration', repeatable: true }, () => ({
			body: [
				element('UserConfigurationName', [element('DistinguishedFolderId', whose, { Id: 'root' })], { Name: OPTIONS }),
				element('UserConfigurationProperties', 'Dictionary'),
			],
		}));
	} catch (error) {
		const fault = faultIn(error);
		if (fault.scope === 'item' || fault.scope === 'folder') return undefined;
		throw fault;
	}
	const entries = children(child(answer, 'UserConfiguration', 'Dictionary'), 'DictionaryEntry');
	const chosen = entries.find((entry) => text(entry, 'DictionaryKey', 'Value') === ZONE);
	const name = text(chosen, 'DictionaryValue', 'Value') ?? '';
	const { timeZone, unknownZone } = zoneOf({ Id: name }, 'UTC');
	return name === '' || unknownZone !== undefined ? undefined : timeZone;
}
