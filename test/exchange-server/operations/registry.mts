import type { XmlElement } from '../xml/element.mts';
import type { Xml } from '../xml/write.mts';
import type { OperationContext } from './context.mts';

/** Serves one request element; answers with the element for the SOAP body (`<m:GetItemResponse>…`). */
export type OperationHandler = (request: XmlElement, context: OperationContext) => Xml | Promise<Xml>;

const handlers = new Map<string, OperationHandler>();

/** Adds an operation by the local name of its request element; operations live in a file each and register themselves. */
export function registerOperation(name: string, handler: OperationHandler): void {
	handlers.set(name, handler);
}

export function operationNamed(name: string): OperationHandler | undefined {
	return handlers.get(name);
}
