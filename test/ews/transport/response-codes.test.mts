import { describe, expect, it } from 'vitest';

import { EwsError, type HttpAnswerKind } from '../../../src/ews/errors/ews-error.ts';
import { asksForSmallerBatch, faultOf } from '../../../src/ews/errors/mailbox-fault.ts';
import { meaningOfCode } from '../../../src/ews/errors/response-codes.ts';
import { decideRetry } from '../../../src/ews/transport/retry-policy.ts';

const error = (code: string, more: { backOffMs?: number; innerCode?: string } = {}): EwsError => new EwsError({ kind: 'responseCode', code, text: '', ...more }, code);
const faultFor = (code: string) => faultOf(error(code), { host: 'mail.example.test', operation: 'GetItem' });
const words = (list: string): string[] => list.trim().split(/\s+/);

describe('what a response code means', () => {
	it.each(
		words(
			'ErrorServerBusy ErrorInternalServerTransientError ErrorTooManyObjectsOpened ErrorExceededConnectionCount ErrorTimeoutExpired ErrorMailboxStoreUnavailable ErrorMailboxMoveInProgress ErrorMailboxFailover ErrorConnectionFailed ErrorADUnavailable ErrorADOperation ErrorInsufficientResources ErrorNotEnoughMemory ErrorRequestAborted ErrorClientDisconnected ErrorProxyRequestProcessingFailed ErrorNoRespondingCASInDestinationSite ErrorSubmissionQuotaExceeded',
		),
	)('%s passes: the account waits', (code) => {
		expect(faultFor(code)).toMatchObject({ scope: 'account', retry: { can: true } });
		expect(['throttled', 'unavailable']).toContain(faultFor(code).reason);
	});

	it.each([
		...words('ErrorItemNotFound ErrorCannotUseFolderIdForItemId ErrorCalendarOccurrenceIsDeletedFromRecurrence').map((code) => [code, 'gone', 'item']),
		...words('ErrorSyncFolderNotFound ErrorFolderNotFound').map((code) => [code, 'gone', 'folder']),
		['ErrorInvalidSyncStateData', 'syncStateLost', 'folder'],
		...words(
			'ErrorItemCorrupt ErrorCorruptData ErrorContentConversionFailed ErrorMimeContentConversionFailed ErrorMimeContentOfNextYear ErrorMessageSizeExceeded ErrorAttachmentSizeLimitExceeded ErrorVirusDetected ErrorVirusMessageDeleted ErrorItemSavePropertyError ErrorPropertyUpdate ErrorCalendarEndDateIsEarlierThanStartDate ErrorRecurrenceHasNoOccurrence ErrorOccurrenceCrossingBoundary ErrorCannotDeleteObject ErrorCannotDeleteTaskOccurrence',
		).map((code) => [code, 'itemRefused', 'item']),
		...words('ErrorInvalidPropertySet ErrorInvalidIdMalformed ErrorInvalidIdEmpty ErrorSchemaValidation ErrorInvalidRequest').map((code) => [code, 'badRequest', 'item']),
		...words('ErrorNonExistentMailbox ErrorMailboxConfiguration ErrorImpersonateUserDenied ErrorImpersonationFailed').map((code) => [code, 'accessDenied', 'account']),
		...words('ErrorPasswordExpired ErrorPasswordChangeRequired ErrorAccountDisabled').map((code) => [code, 'logonRefused', 'account']),
		['ErrorAccessDenied', 'accessDenied', 'folder'],
		['ErrorSendAsDenied', 'accessDenied', 'item'],
		...words('ErrorInternalServerError ErrorItemSave ErrorMoveCopyFailed ErrorOfNextYear toString __proto__').map((code) => [code, 'unknown', 'item']),
	])('%s stays: %s, %s', (code, reason, scope) => expect(faultFor(code ?? '')).toMatchObject({ reason, scope, retry: { can: false } }));

	it.each(words('ErrorStaleObject ErrorIrresolvableConflict ErrorChangeKeyRequiredForWriteOperations'))('%s is helped by a new look at the item', (code) =>
		expect(faultFor(code)).toMatchObject({ reason: 'changedMeanwhile', scope: 'item', retry: { can: true, afterMs: 0 } }),
	);

	it.each(words('ErrorIncorrectSchemaVersion ErrorInvalidServerVersion ErrorInvalidSchemaVersionForMailboxVersion'))('%s steps the version down', (code) =>
		expect(decideRetry(error(code), 1, false)).toEqual({ do: 'lowerVersion' }),
	);

	it('ErrorInternalServerError means what hides in it', () => {
		expect(meaningOfCode('ErrorInternalServerError', 'ErrorServerBusy')).toEqual(meaningOfCode('ErrorServerBusy'));
		expect(meaningOfCode('ErrorInternalServerError', 'ErrorSomethingElse').reason).toBe('unknown');
	});

	it.each([
		['ErrorServerBusy', 'ErrorServerBusy'],
		['ErrorMailboxMoveInProgress', 'ErrorMailboxMoveInProgress'],
		['ErrorSomethingElse', 'ErrorInternalServerError'],
	])('the fault of an ErrorInternalServerError that hides %s has the code %s, and names both', (innerCode, code) => {
		const fault = faultOf(error('ErrorInternalServerError', { innerCode }), { host: 'mail.example.test', operation: 'GetItem' });
		expect(fault.code).toBe(code);
		expect(fault.message).toContain(`ErrorInternalServerError (${innerCode})`);
	});

	it('ErrorTimeoutExpired asks for fewer items at once, ErrorServerBusy does not', () => {
		expect(asksForSmallerBatch(faultFor('ErrorTimeoutExpired'))).toBe(true);
		expect(asksForSmallerBatch(faultFor('ErrorServerBusy'))).toBe(false);
	});
});

describe('a server that asks for a pause', () => {
	const http = (status: number, what: HttpAnswerKind, retryAfterMs?: number): EwsError => new EwsError({ kind: 'http', status, what, ...(retryAfterMs !== undefined && { retryAfterMs }) }, what);

	it.each<[string, EwsError, number]>([
		['429', http(429, 'throttled'), 60_000],
		['429 with Retry-After', http(429, 'throttled', 5_000), 5_000],
		['503 with Retry-After', http(503, 'busy', 5_000), 5_000],
		['an empty 500 with Retry-After', http(500, 'emptyError', 5_000), 5_000],
		['the page for passing errors with Retry-After', http(302, 'genericErrorPage', 5_000), 5_000],
		['ErrorServerBusy', error('ErrorServerBusy', { backOffMs: 5_000 }), 5_000],
		['ErrorServerBusy hidden in ErrorInternalServerError', error('ErrorInternalServerError', { innerCode: 'ErrorServerBusy', backOffMs: 5_000 }), 5_000],
	])('%s: the account is held for so long, and the code is ErrorServerBusy', (_, asked, afterMs) => {
		expect(decideRetry(asked, 1, true)).toEqual({ do: 'backOff', ms: afterMs });
		expect(faultOf(asked, { host: 'mail.example.test', operation: 'GetItem' })).toMatchObject({ reason: 'throttled', scope: 'account', code: 'ErrorServerBusy', retry: { can: true, afterMs } });
	});

	it.each([http(429, 'throttled', 0), http(503, 'busy', 0), http(500, 'emptyError', 0), error('ErrorServerBusy', { backOffMs: 0 })])('of no time is not hammered at (%#)', (asked) => {
		expect([1, 2, 3, 9].map((attempt) => decideRetry(asked, attempt, true))).toEqual([1_000, 2_000, 4_000, 30_000].map((ms) => ({ do: 'retry', ms })));
	});

	it.each([http(503, 'busy'), http(500, 'emptyError'), http(302, 'genericErrorPage')])('without it, $detail.what is the server’s or a gateway’s trouble and has no code', (asked) => {
		expect(decideRetry(asked, 1, true)).toEqual({ do: 'retry', ms: 1_000 });
		expect(faultOf(asked, { host: 'mail.example.test', operation: 'GetItem' })).toMatchObject({ reason: 'unavailable', scope: 'connector', code: undefined });
	});
});

it('codes of the server are cut, too', () => {
	const said = new EwsError({ kind: 'responseCode', code: 'X'.repeat(900_000), innerCode: 'Y'.repeat(900_000), text: '' }, 'x');
	const fault = faultOf(said, { host: 'mail.example.test', operation: 'GetItem' });
	expect(fault.message.length).toBeLessThan(1_000);
	expect(fault.code?.length).toBeLessThan(1_000);
});

it('what the server says is cut and holds no token', () => {
	const said = new EwsError({ kind: 'soapFault', code: 'ErrorInvalidRequest', status: 500, text: `Authorization: Bearer ${'abcDEF123.'.repeat(20)} ${'long '.repeat(500)}` }, 'x');
	const { message } = faultOf(said, { host: 'mail.example.test', operation: 'GetItem' });
	expect(message).not.toContain('abcDEF123');
	expect(message.length).toBeLessThan(600);
});
