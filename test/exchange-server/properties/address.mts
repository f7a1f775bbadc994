import type { Address } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, childText } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf, optionalLeaf } from '../xml/write.mts';
import { EwsError } from '../operations/errors.mts';

/** `<t:Mailbox>`; a table knows only the name. */
export function mailboxXml(address: Address, nameOnly = false): Xml {
	const name = optionalLeaf('t:Name', address.name ?? (nameOnly ? address.address : undefined));
	if (nameOnly) return element('t:Mailbox', name);
	if (address.address === '') return element('t:Mailbox', name);
	return element('t:Mailbox', name + leaf('t:EmailAddress', address.address) + leaf('t:RoutingType', address.routingType ?? 'SMTP') + leaf('t:MailboxType', address.mailboxType ?? 'OneOff'));
}

/** Reads a `<t:Mailbox>`. */
export function parseMailbox(mailbox: XmlElement | undefined): Address {
	const address = childText(mailbox, 'EmailAddress');
	const name = childText(mailbox, 'Name');
	if (!address && !name) throw new EwsError('ErrorMissingInformationEmailAddress');
	const routingType = childText(mailbox, 'RoutingType');
	return { address: address ?? '', ...(name && { name }), ...(routingType && routingType !== 'SMTP' && { routingType }) };
}

/** The Mailbox inside a SingleRecipientType (From, Sender …). */
export function parseSingleRecipient(recipient: XmlElement): Address {
	return parseMailbox(child(recipient, 'Mailbox'));
}
