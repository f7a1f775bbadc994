import { descend } from '../xml/element.mts';
import type { XmlElement } from '../xml/element.mts';
import { MalformedXml, parseXml } from '../xml/parse.mts';
import type { Xml } from '../xml/write.mts';
import type { OperationContext } from '../operations/context.mts';
import { EwsError } from '../operations/errors.mts';
import { operationNamed } from '../operations/registry.mts';
import type { Exchange, User } from '../store/exchange.mts';
import type { Mailbox } from '../store/mailbox.mts';
import { checkElementOrder } from './elementOrder.mts';
import type { ParsedEnvelope } from './envelope.mts';
import { answerEnvelope, faultEnvelope, readEnvelope } from './envelope.mts';

/** An answer before it is written to the connection. */
export interface EwsAnswer {
	readonly status: number;
	readonly body: Xml;
}

const PART_LISTS = ['ItemIds', 'Items', 'ItemChanges', 'AttachmentIds', 'Attachments', 'FolderIds', 'ParentFolderIds', 'Folders', 'FolderChanges'];

/** How many items, ids or changes a request carries. */
export function partCount(operation: XmlElement): number {
	for (const list of PART_LISTS) {
		const found = descend(operation, list);
		if (found) return found.children.length;
	}
	return 1;
}

/** Parses a request's text; what Exchange's web server does not even understand is an answer at once. */
export function readRequest(text: string): ParsedEnvelope | EwsAnswer {
	try {
		const envelope = readEnvelope(parseXml(text));
		if (envelope) return envelope;
		return { status: 500, body: faultEnvelope(new EwsError('ErrorInvalidRequest', { scope: 'fault' })) };
	} catch (error) {
		if (!(error instanceof MalformedXml)) throw error;
		return { status: 400, body: '' };
	}
}

function mailboxFor(user: User, envelope: ParsedEnvelope, exchange: Exchange): Mailbox {
	if (envelope.impersonated !== undefined) {
		if (!user.mayImpersonate) throw new EwsError('ErrorImpersonateUserDenied', { text: 'The account does not have permission to impersonate the requested user.', scope: 'fault' });
		const mailbox = exchange.mailboxOf(envelope.impersonated);
		if (!mailbox) throw new EwsError('ErrorNonExistentMailbox', { text: 'No mailbox with such guid.', scope: 'fault' });
		return mailbox;
	}
	const own = exchange.mailboxOf(user.address);
	if (!own) throw new EwsError('ErrorMissingEmailAddress', { text: 'When making a request as an account that does not have a mailbox, you must specify the mailbox primary SMTP address for any distinguished folder Ids.', scope: 'fault' });
	return own;
}

/** Serves a request that was understood, for a user who logged on. */
export async function serveEws(envelope: ParsedEnvelope, user: User, exchange: Exchange, itemFault: OperationContext['itemFault']): Promise<EwsAnswer> {
	try {
		const handler = operationNamed(envelope.operation.name);
		if (!handler) throw new EwsError('ErrorInvalidRequest', { text: `The operation ${envelope.operation.name} is not known.`, scope: 'fault' });
		checkElementOrder(envelope.operation);
		const body = await handler(envelope.operation, {
			exchange,
			user,
			mailbox: mailboxFor(user, envelope, exchange),
			operation: envelope.operation.name,
			serverVersion: envelope.serverVersion,
			...(envelope.timeZone !== undefined && { timeZone: envelope.timeZone }),
			itemFault,
		});
		return { status: 200, body: answerEnvelope(body) };
	} catch (error) {
		if (error instanceof EwsError) return { status: 500, body: faultEnvelope(error) };
		throw error;
	}
}
