import { extendedValue } from '../properties/extended.mts';
import { propertyOf } from '../properties/kinds.mts';
import { parseShape, renderContext, renderItem, requireChild } from '../properties/shape.mts';
import { pageOf } from '../search/paging.mts';
import type { Source } from '../search/restriction.mts';
import { parseRestriction } from '../search/restriction.mts';
import { parseSortOrder } from '../search/sort.mts';
import { itemViewNamed } from '../search/views.mts';
import type { Item } from '../store/item.mts';
import { instantOf } from '../store/item.mts';
import type { XmlElement } from '../xml/element.mts';
import { child, listOf } from '../xml/element.mts';
import { element } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { schemaViolation } from './errors.mts';
import { registerOperation } from './registry.mts';
import { eachItem, success } from './response.mts';
import type { FolderTarget } from './targets.mts';
import { folderTarget } from './targets.mts';

/** EWSFindCountLimit: rows of one answer, and of one with a restriction. */
const MAX_ROWS = 1_000;
const MAX_ROWS_RESTRICTED = 250;

function sourceOf({ mailbox }: FolderTarget, context: OperationContext): Source<Item> {
	const rendering = renderContext(context, mailbox, { table: true });
	return {
		property: (uri) => {
			const definition = propertyOf(uri);
			if (!definition || (definition.type === 'Structured' && !definition.value)) return undefined;
			return (item) => {
				const own = propertyOf(uri, item.kind) ?? definition;
				return own.value ? own.value(item, { ...rendering, item }) : item.properties[uri];
			};
		},
		extended: (path) => (item) => {
			const value = extendedValue(item, path)?.value;
			return value;
		},
	};
}

function newestFirst(a: Item, b: Item): number {
	return (instantOf(b, 'item:DateTimeReceived')?.getTime() ?? 0) - (instantOf(a, 'item:DateTimeReceived')?.getTime() ?? 0) || b.number - a.number;
}

const PAGED = ['IndexedPageItemView', 'FractionalPageItemView', 'SeekToConditionPageItemView', 'ContactsView'];

function viewOf(request: XmlElement): XmlElement | undefined {
	return request.children.find(({ name }) => PAGED.includes(name) || itemViewNamed(name) !== undefined || name === 'CalendarView');
}

// https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation
registerOperation('FindItem', (request, context) => {
	const shape = parseShape(requireChild(request, 'ItemShape'));
	const traversal = request.attributes.Traversal;
	if (traversal !== 'Shallow' && traversal !== 'Associated' && traversal !== 'SoftDeleted') throw schemaViolation(`The 'Traversal' attribute is invalid - The value '${traversal ?? ''}' is invalid.`);
	const restriction = child(request, 'Restriction');
	const sortOrder = child(request, 'SortOrder');
	const view = viewOf(request);
	return eachItem('FindItem', listOf(request, 'ParentFolderIds'), context, (id) => {
		const target = folderTarget(id, context);
		const special = view && itemViewNamed(view.name);
		if (special) {
			const { items, attributes } = special(view, target, shape, context);
			return success('FindItem', element('m:RootFolder', element('t:Items', items), attributes));
		}
		const source = sourceOf(target, context);
		const matches = restriction ? parseRestriction(restriction, source) : () => true;
		const folder = traversal === 'SoftDeleted' ? target.mailbox.folderNamed('recoverableitemsdeletions') : target.folder;
		const rows: Item[] = [];
		for (const item of folder.items.values()) {
			if (item.associated === (traversal === 'Associated') && (traversal !== 'SoftDeleted' || item.deletedFrom === target.folder.number) && matches(item)) rows.push(item);
		}
		rows.sort(sortOrder ? parseSortOrder(sortOrder, source) : newestFirst);
		const page = pageOf(rows, view, restriction ? MAX_ROWS_RESTRICTED : MAX_ROWS);
		const items = page.rows.map((item) => renderItem(item, shape, renderContext(context, target.mailbox, { item, bodyType: shape.bodyType, table: true }))).join('');
		return success('FindItem', element('m:RootFolder', element('t:Items', items), page.attributes));
	});
});
