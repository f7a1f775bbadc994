import type { OperationContext } from '../operations/context.mts';
import type { ItemShape } from '../properties/shape.mts';
import type { FolderTarget } from '../operations/targets.mts';
import type { XmlElement } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';

/** A view that makes its own rows instead of paging over items, e.g. CalendarView: the rows and RootFolder's attributes. */
export type ItemView = (view: XmlElement, target: FolderTarget, shape: ItemShape, context: OperationContext) => { items: Xml; attributes: Readonly<Record<string, string | number | boolean>> };

const views = new Map<string, ItemView>();

export function registerItemView(name: string, view: ItemView): void {
	views.set(name, view);
}

export function itemViewNamed(name: string): ItemView | undefined {
	return views.get(name);
}
