import { folderId } from '../store/ids.mts';
import { decodeSyncState, encodeSyncState, initialState } from '../store/syncState.mts';
import { child, childText } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import { parseFolderShape, renderFolder } from '../properties/folderShape.mts';
import { requireChild } from '../properties/shape.mts';
import { EwsError } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import { folderIn } from './targets.mts';

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation
registerOperation('SyncFolderHierarchy', (request, context) =>
	eachItem(
		'SyncFolderHierarchy',
		[request],
		context,
		() => {
			const shape = parseFolderShape(requireChild(request, 'FolderShape'));
			const base = child(request, 'SyncFolderId');
			const { mailbox, folder } = base ? folderIn(base, context, 'ErrorSyncFolderNotFound') : { mailbox: context.mailbox, folder: context.mailbox.folderNamed('msgfolderroot') };
			const scope = `hierarchy/${base ? folder.number : 'all'}`;
			const text = childText(request, 'SyncState');
			const state = text ? decodeSyncState(text, mailbox, scope) : initialState();
			if (!state) throw new EwsError('ErrorInvalidSyncStateData');
			const { given } = state;
			let position = state.position;
			const changes: Array<{ at: number; xml: Xml }> = [];
			const below = mailbox.treeOf(folder).slice(1);
			const present = new Set(below.map(({ number }) => number));
			for (const each of below) {
				if (each.position <= state.position && given.has(each.number)) continue;
				changes.push({ at: each.position, xml: element(given.has(each.number) ? 't:Update' : 't:Create', renderFolder(mailbox, each, shape)) });
				given.add(each.number);
				position = Math.max(position, each.position);
			}
			// Gone for good, or moved out of the tree that is watched.
			for (const gone of [...mailbox.goneFolders, ...mailbox.folders.values()]) {
				if (present.has(gone.number) || !given.has(gone.number)) continue;
				changes.push({ at: gone.position, xml: element('t:Delete', element('t:FolderId', '', { Id: folderId(mailbox.guid, gone.number) })) });
				given.delete(gone.number);
				position = Math.max(position, gone.position);
			}
			changes.sort((a, b) => a.at - b.at);
			return success(
				'SyncFolderHierarchy',
				leaf('m:SyncState', encodeSyncState({ position, roundStart: position, readAt: mailbox.lastChange, given }, mailbox, scope)) +
					leaf('m:IncludesLastFolderInRange', true) +
					element('m:Changes', changes.map(({ xml }) => xml).join('')),
			);
		},
		element('m:SyncState') + leaf('m:IncludesLastFolderInRange', true),
	),
);
