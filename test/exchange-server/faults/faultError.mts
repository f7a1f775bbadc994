import { EwsError } from '../operations/errors.mts';
import { leaf } from '../xml/write.mts';

/** The error a scripted fault or item error stands for: with BackOffMilliseconds, or hidden in another code, as Exchange was seen to do. */
export function faultError(fault: { code: string; text?: string; backOffMilliseconds?: number; hiddenIn?: string }, scope: 'item' | 'fault'): EwsError {
	const values: string[] = [];
	if (fault.hiddenIn !== undefined) {
		values.push(leaf('t:Value', new EwsError(fault.code).message, { Name: 'InnerErrorMessageText' }), leaf('t:Value', fault.code, { Name: 'InnerErrorResponseCode' }), leaf('t:Value', 0, { Name: 'InnerErrorDescriptiveLinkKey' }));
	}
	if (fault.backOffMilliseconds !== undefined) values.push(leaf('t:Value', fault.backOffMilliseconds, { Name: 'BackOffMilliseconds' }));
	return new EwsError(fault.hiddenIn ?? fault.code, { scope, ...(fault.text !== undefined && { text: fault.text }), ...(values.length > 0 && { messageXml: values.join('') }) });
}
