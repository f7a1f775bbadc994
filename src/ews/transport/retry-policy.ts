import { MailboxFault } from '../../sync/fault';
import { EwsError } from '../errors/ews-error';
import { DEFAULT_BACK_OFF_MS, FIRST_RETRY_MS, meaningOf } from '../errors/mailbox-fault';

/** What to do about a failed attempt. */
export type RetryDecision =
	| { do: 'giveUp' }
	/** Hold the whole account for so long, then try again. */
	| { do: 'backOff'; ms: number }
	/** Try this request again after so long. */
	| { do: 'retry'; ms: number }
	/** Ask for an older schema version at once. */
	| { do: 'lowerVersion' };

const LONGEST_RETRY_MS = 30_000;
/** A name that cannot be resolved and a port that refuses seldom heal within minutes. */
const MAX_CONNECT_ATTEMPTS = 3;

/**
 * Decides about the next attempt.
 * @param attempt number of the attempt that failed, from 1
 * @param repeatable whether the request may be carried out twice
 */
export function decideRetry(error: unknown, attempt: number, repeatable: boolean): RetryDecision {
	if (!(error instanceof EwsError) || error instanceof MailboxFault) return { do: 'giveUp' };
	if (error.outcomeUnknown && !repeatable) return { do: 'giveUp' };
	const doubling = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS);
	const { detail } = error;
	switch (detail.kind) {
		case 'network':
			return detail.during !== 'exchange' && attempt >= MAX_CONNECT_ATTEMPTS ? { do: 'giveUp' } : { do: 'retry', ms: doubling };
		case 'http':
			switch (detail.what) {
				case 'throttled':
					return asked(detail.retryAfterMs ?? DEFAULT_BACK_OFF_MS, doubling);
				case 'busy':
				case 'genericErrorPage':
				case 'emptyError':
					return detail.status < 500 && detail.what === 'emptyError'
						? { do: 'giveUp' }
						: asked(detail.retryAfterMs, doubling);
				default:
					return { do: 'giveUp' };
			}
		case 'soapFault':
		case 'responseCode': {
			if (asksForOlderVersion(error)) return { do: 'lowerVersion' };
			const meaning = meaningOf(detail);
			if (meaning?.retry !== 'wait') return { do: 'giveUp' };
			// Halving is the batch's business; asking for the same again would only time out again.
			if (meaning.remedy === 'halveBatch' && detail.backOffMs === undefined) return { do: 'giveUp' };
			if (detail.backOffMs !== undefined) return asked(detail.backOffMs, doubling);
			return meaning.reason === 'throttled' ? { do: 'backOff', ms: DEFAULT_BACK_OFF_MS } : { do: 'retry', ms: doubling };
		}
		case 'tls':
		case 'malformedAnswer':
		case 'tooLarge':
		case 'aborted':
			return { do: 'giveUp' };
	}
}

/** A pause as the server asked for it, if it did. One of no time at all (`Retry-After: 0`, or a date that our clock has passed) says that it may be tried again, not that it may be hammered at. */
function asked(ms: number | undefined, doubling: number): RetryDecision {
	return ms !== undefined && ms > 0 ? { do: 'backOff', ms } : { do: 'retry', ms: doubling };
}

/** Exchange 2010 does not name its trouble with a newer version: it calls the request invalid and mentions the element. */
function asksForOlderVersion(error: EwsError): boolean {
	const { detail } = error;
	if (detail.kind !== 'soapFault' && detail.kind !== 'responseCode') return false;
	if (meaningOf(detail)?.remedy === 'lowerVersion') return true;
	return detail.kind === 'soapFault' && detail.code === 'ErrorSchemaValidation' && /RequestServerVersion|'Version' attribute/i.test(detail.text);
}
