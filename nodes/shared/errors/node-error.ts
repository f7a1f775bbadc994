import type { Failure, INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { FaultShape } from './fault-shape';
import { isFault, isRefusal } from './fault-shape';

/** Where an error happened. */
export interface ErrorPlace {
	node: INode;
	itemIndex?: number;
	/** Rule `connector-name`. */
	connector?: string;
}

/**
 * The error that n8n shows: a NodeApiError for what Exchange or the way to it reports, a NodeOperationError for what the builder can mend in the
 * node, the record or the credential.
 */
export function nodeError(error: unknown, place: ErrorPlace): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const item = place.itemIndex === undefined ? {} : { itemIndex: place.itemIndex };
	if (isFault(error)) {
		const failure = failureOf(error);
		return new NodeApiError(place.node, { message: error.message, code: error.reason } as JsonObject, {
			message: named(error.message, place.connector),
			description: [adviceOf(error), error.code === undefined ? '' : `Code: ${error.code}.`].filter((part) => part !== '').join(' '),
			...(httpCodeOf(error) === undefined ? {} : { httpCode: httpCodeOf(error) as string }),
			...(failure === undefined ? {} : { failure }),
			...item,
		});
	}
	const message = error instanceof Error ? error.message : String(error);
	return new NodeOperationError(place.node, named(message, place.connector), {
		...(isRefusal(error) ? { description: `Mend the field "${error.field}" and run again.`, failure: { cause: 'configuration-invalid' } as const } : {}),
		...item,
	});
}

/** HTTP status for n8n, which backs off a polling trigger by it; a refused logon counts as 401 whatever carried it. */
function httpCodeOf(fault: FaultShape): string | undefined {
	switch (fault.reason) {
		case 'logonRefused':
			return '401';
		case 'accessDenied':
		case 'serviceDisabled':
			return '403';
		case 'gone':
			return '404';
		case 'changedMeanwhile':
			return '409';
		case 'throttled':
			return '429';
		case 'unavailable':
			return '503';
		default:
			return fault.httpStatus === undefined ? undefined : String(fault.httpStatus);
	}
}

function failureOf(fault: FaultShape): Failure | undefined {
	const wait = fault.retry.can && fault.retry.afterMs > 0 ? { retryAfterMs: fault.retry.afterMs } : {};
	switch (fault.reason) {
		case 'throttled':
			return { cause: 'rate-limited', ...wait };
		case 'unavailable':
			return { cause: 'temporarily-unavailable', ...wait };
		case 'logonRefused':
			return { cause: 'credential-invalid' };
		case 'accessDenied':
		case 'serviceDisabled':
		case 'gone':
		case 'notTheService':
		case 'tls':
			return { cause: 'configuration-invalid' };
		default:
			return undefined;
	}
}

/** What to do about a fault; the fault's own message says what happened. */
export function adviceOf(fault: Pick<FaultShape, 'reason' | 'retry' | 'code'>): string {
	switch (fault.reason) {
		case 'gone':
			return 'It was deleted or moved meanwhile: an item gets another ID when it moves. Look it up again.';
		case 'changedMeanwhile':
			return 'Somebody changed the item meanwhile: read it again and repeat the change.';
		case 'syncStateLost':
			return 'The next poll reads the folder again from the beginning; nothing is lost.';
		case 'throttled':
			return fault.retry.can ? `Exchange asks for a pause of ${Math.ceil(fault.retry.afterMs / 1000)} seconds.` : 'Exchange asks for a pause.';
		case 'unavailable':
			return 'Check that n8n reaches the server (address, DNS, firewall, proxy), or wait until it is back.';
		case 'logonRefused':
			if (fault.code === 'SecretWithheld') return 'Nothing was sent. Correct the URL in the credential.';
			return 'Check user, domain and password (or the sign-in) in the credential. To spare the account nothing is tried again with the same password.';
		case 'accessDenied':
			return 'Give the login full access to the mailbox or, on-premises, the role ApplicationImpersonation, and choose it in the credential under Mailbox Access; an application needs its permission for this mailbox.';
		case 'serviceDisabled':
			return 'An administrator has to switch EWS on for the mailbox or allow this application (EwsEnabled, EwsApplicationAccessPolicy). In Exchange Online it is blocked from October 2026 for all but the applications on the tenant\'s list (EwsAllowedAppIDs), and ends on 1 April 2027.';
		case 'tls':
			return 'Enter the certificate of your authority under Trusted Certificates (PEM) in the credential, and check the host name in the URL.';
		case 'notTheService':
			return 'Check the URL in the credential: it usually ends in /EWS/Exchange.asmx, not in /owa.';
		case 'itemRefused':
			return 'Exchange cannot hand out or take in this very item; the others are not affected.';
		case 'badRequest':
			return 'Repeating it cannot help.';
		case 'malformedAnswer':
			return 'Something on the way may have changed the answer, a proxy for instance.';
		case 'tooLarge':
			return 'Ask for less at once, or leave the attachments out.';
		case 'aborted':
			return 'The execution was stopped or its time was up.';
		case 'unknown':
			return '';
	}
}

function named(message: string, connector: string | undefined): string {
	return connector === undefined || message.includes(connector) ? message : `${connector}: ${message}`;
}
