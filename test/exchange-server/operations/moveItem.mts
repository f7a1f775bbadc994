import { parseShape, renderContext, renderItem } from '../properties/shape.mts';
import { child, childText, listOf } from '../xml/element.mts';
import type { XmlElement } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderIn, itemTarget } from './targets.mts';

const ID_ONLY = parseShape(undefined, 'IdOnly');

function serve(name: 'MoveItem' | 'CopyItem', request: XmlElement, context: OperationContext): Promise<Xml> {
	const withIds = childText(request, 'ReturnNewItemIds') !== 'false';
	return eachItem(
		name,
		listOf(request, 'ItemIds'),
		context,
		(id) => {
			const target = folderIn(child(request, 'ToFolderId'), context, 'ErrorToFolderNotFound');
			const { mailbox, item, occurrence } = itemTarget(id, context);
			if (occurrence !== undefined) throw new EwsError('ErrorCalendarCannotMoveOrCopyOccurrence');
			// Into another mailbox it is a copy and a deletion; the client learns no new id (the schema's empty Items).
			if (name === 'CopyItem' || target.mailbox !== mailbox) {
				const copy = target.mailbox.copy(item, target.folder);
				if (name === 'MoveItem') mailbox.remove(item);
				const tell = withIds && target.mailbox === mailbox;
				return success(name, element('m:Items', tell ? renderItem(copy, ID_ONLY, renderContext(context, target.mailbox, { item: copy })) : ''));
			}
			const moved = mailbox.move(item, target.folder, { keepChangeKey: target.folder.distinguished === 'deleteditems' });
			return success(name, element('m:Items', withIds ? renderItem(moved, ID_ONLY, renderContext(context, mailbox, { item: moved })) : ''));
		},
		element('m:Items'),
	);
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/moveitem-operation
registerOperation('MoveItem', (request, context) => serve('MoveItem', request, context));
registerOperation('CopyItem', (request, context) => serve('CopyItem', request, context));
