import type { XmlElement } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import type { OperationContext } from './context.mts';

/** Serves an element of CreateItem that answers another item (AcceptItem, CancelCalendarItem …); returns the content of `m:Items`. */
export type ResponseObjectHandler = (source: XmlElement, request: XmlElement, context: OperationContext) => Xml | Promise<Xml>;

const handlers = new Map<string, ResponseObjectHandler>();

export function registerResponseObject(name: string, handler: ResponseObjectHandler): void {
	handlers.set(name, handler);
}

export function responseObjectNamed(name: string): ResponseObjectHandler | undefined {
	return handlers.get(name);
}
