import type { Xml } from '../xml/write.mts';
import { element, leaf } from '../xml/write.mts';
import type { OperationContext } from './context.mts';
import { EwsError } from './errors.mts';

/** A response message that reports success. */
export function success(name: string, content: Xml = ''): Xml {
	return element(`m:${name}ResponseMessage`, leaf('m:ResponseCode', 'NoError') + content, { ResponseClass: 'Success' });
}

/** A response message that reports an error; `empty` is what the schema demands after it (`<m:Items/>`). */
export function failure(name: string, error: EwsError, empty: Xml = ''): Xml {
	const responseClass = error.code === 'ErrorBatchProcessingStopped' || error.code === 'ErrorNameResolutionMultipleResults' ? 'Warning' : 'Error';
	return element(
		`m:${name}ResponseMessage`,
		leaf('m:MessageText', error.message) + leaf('m:ResponseCode', error.code) + leaf('m:DescriptiveLinkKey', 0) + (error.messageXml ? element('m:MessageXml', error.messageXml) : '') + empty,
		{ ResponseClass: responseClass },
	);
}

/** The whole answer around its response messages. */
export function response(name: string, messages: readonly Xml[]): Xml {
	return element(`m:${name}Response`, element('m:ResponseMessages', messages.join('')));
}

/** Serves each of a request's parts; an EwsError of item scope becomes that part's response. */
export async function eachItem<T>(
	name: string,
	parts: readonly T[],
	context: OperationContext,
	serve: (part: T, index: number) => Xml | Promise<Xml>,
	empty: Xml = '',
): Promise<Xml> {
	const messages: Xml[] = [];
	for (const [index, part] of parts.entries()) {
		try {
			const fault = context.itemFault(index);
			if (fault) throw fault;
			messages.push(await serve(part, index));
		} catch (error) {
			if (!(error instanceof EwsError) || error.scope === 'fault') throw error;
			messages.push(failure(name, error, empty));
		}
	}
	return response(name, messages);
}
