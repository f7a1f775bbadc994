import type { ItemShape } from '../properties/shape.mts';
import type { Item } from '../store/item.mts';
import type { Mailbox } from '../store/mailbox.mts';
import type { XmlElement } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { EwsError } from './errors.mts';

/** What the calendar does for an id that means one occurrence of a series. */
export interface OccurrenceHandlers {
	/** The occurrence's element. */
	readonly render: (master: Item, occurrence: string, shape: ItemShape, mailbox: Mailbox, context: OperationContext) => Xml;
	/** Applies an ItemChange; returns the content of `m:Items`. */
	readonly update: (master: Item, occurrence: string, itemChange: XmlElement, request: XmlElement, mailbox: Mailbox, context: OperationContext) => Xml;
	readonly remove: (master: Item, occurrence: string, request: XmlElement, mailbox: Mailbox, context: OperationContext) => void;
}

let handlers: OccurrenceHandlers | undefined;

export function registerOccurrenceHandlers(registered: OccurrenceHandlers): void {
	handlers = registered;
}

/** The registered handlers; without a calendar there are no occurrences. */
export function occurrenceHandlers(): OccurrenceHandlers {
	if (!handlers) throw new EwsError('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange');
	return handlers;
}

export function renderOccurrence(master: Item, occurrence: string, shape: ItemShape, mailbox: Mailbox, context: OperationContext): Xml {
	return occurrenceHandlers().render(master, occurrence, shape, mailbox, context);
}
