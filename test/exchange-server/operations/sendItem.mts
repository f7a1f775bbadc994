import { send } from '../mail/deliver.mts';
import { child, isTrue, listOf } from '../xml/element.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { itemTarget, savedItemFolder } from './targets.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation
registerOperation('SendItem', (request, context) =>
	eachItem('SendItem', listOf(request, 'ItemIds'), context, (id) => {
		const { mailbox, item, givenChange } = itemTarget(id, context);
		const saves = isTrue(request.attributes.SaveItemToFolder);
		if (!saves && child(request, 'SavedItemFolderId')) throw new EwsError('ErrorInvalidSendItemSaveSettings');
		if (givenChange === undefined) throw new EwsError('ErrorChangeKeyRequired');
		if (givenChange !== item.changeKey) throw new EwsError('ErrorStaleObject');
		if (item.kind !== 'Message') throw new EwsError('ErrorObjectTypeChanged');
		const sent = { ...item, draft: false, properties: { ...item.properties } };
		sent.properties['message:From'] ??= context.exchange.addressOf(mailbox);
		sent.properties['message:Sender'] = context.exchange.addressOf(mailbox);
		send(context.exchange, mailbox, sent);
		item.draft = false;
		item.properties = { ...sent.properties, 'item:IsFromMe': true };
		if (saves) mailbox.move(item, savedItemFolder(request, context, 'sentitems').folder);
		else mailbox.remove(item);
		return success('SendItem');
	}),
);
