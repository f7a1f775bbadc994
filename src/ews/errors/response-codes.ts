import type { FaultReason, FaultScope } from '../../sync/fault';

/**
 * Whether asking again can help. `never`; `wait`: after the server's own back-off, else the connection's; `now`: at once, since what stood in the
 * way is gone or is changed before the next attempt.
 */
export type CodeRetry = 'never' | 'wait' | 'now';

/** What the connection does about a code besides waiting. */
export type CodeRemedy = 'lowerConcurrency' | 'halveBatch' | 'lowerVersion';

/** What one response code means. */
export interface CodeMeaning {
	reason: FaultReason;
	scope: FaultScope;
	retry: CodeRetry;
	remedy?: CodeRemedy;
	/** What an administrator or builder can do, where there is something. */
	advice?: string;
}

const wait = (reason: FaultReason, scope: FaultScope, remedy?: CodeRemedy): CodeMeaning => ({ reason, scope, retry: 'wait', ...(remedy === undefined ? {} : { remedy }) });
const never = (reason: FaultReason, scope: FaultScope, advice?: string): CodeMeaning => ({ reason, scope, retry: 'never', ...(advice === undefined ? {} : { advice }) });
const now = (reason: FaultReason, scope: FaultScope, remedy?: CodeRemedy): CodeMeaning => ({ reason, scope, retry: 'now', ...(remedy === undefined ? {} : { remedy }) });

const IMPERSONATION = 'Grant the connector\'s login the management role ApplicationImpersonation (or the application permission full_access_as_app), or reach the mailbox as a delegate.';

/**
 * Response codes of EWS and what they mean to a sync.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
 */
const MEANINGS: Readonly<Record<string, CodeMeaning>> = {
	// Passing.
	ErrorServerBusy: wait('throttled', 'account'),
	ErrorInternalServerTransientError: wait('unavailable', 'account'),
	ErrorTooManyObjectsOpened: wait('throttled', 'account'),
	ErrorExceededConnectionCount: wait('throttled', 'account', 'lowerConcurrency'),
	ErrorExceededFindCountLimit: wait('throttled', 'account', 'halveBatch'),
	ErrorTimeoutExpired: wait('unavailable', 'account', 'halveBatch'),
	ErrorMailboxStoreUnavailable: wait('unavailable', 'account'),
	ErrorMailboxMoveInProgress: wait('unavailable', 'account'),
	ErrorMailboxFailover: wait('unavailable', 'account'),
	ErrorConnectionFailed: wait('unavailable', 'account'),
	ErrorADUnavailable: wait('unavailable', 'account'),
	ErrorADOperation: wait('unavailable', 'account'),
	ErrorInsufficientResources: wait('throttled', 'account'),
	ErrorNotEnoughMemory: wait('unavailable', 'account'),
	ErrorRequestAborted: wait('unavailable', 'account'),
	ErrorClientDisconnected: wait('unavailable', 'account'),
	ErrorProxyRequestProcessingFailed: wait('unavailable', 'account'),
	ErrorNoRespondingCASInDestinationSite: wait('unavailable', 'account'),
	ErrorSubmissionQuotaExceeded: wait('throttled', 'account'),
	ErrorMessageDispositionRequired: never('badRequest', 'item'),

	// Helped by asking differently.
	ErrorBatchProcessingStopped: now('unavailable', 'item'),
	ErrorStaleObject: now('changedMeanwhile', 'item'),
	ErrorIrresolvableConflict: now('changedMeanwhile', 'item'),
	ErrorChangeKeyRequired: now('changedMeanwhile', 'item'),
	ErrorChangeKeyRequiredForWriteOperations: now('changedMeanwhile', 'item'),
	ErrorInvalidChangeKey: now('changedMeanwhile', 'item'),
	ErrorIncorrectSchemaVersion: now('badRequest', 'connector', 'lowerVersion'),
	ErrorInvalidServerVersion: now('badRequest', 'connector', 'lowerVersion'),
	ErrorInvalidSchemaVersionForMailboxVersion: now('badRequest', 'connector', 'lowerVersion'),

	// Starting over.
	ErrorInvalidSyncStateData: never('syncStateLost', 'folder'),
	ErrorSyncFolderNotFound: never('gone', 'folder'),
	ErrorFolderNotFound: never('gone', 'folder'),
	ErrorParentFolderNotFound: never('gone', 'folder'),
	ErrorInvalidSubscription: never('gone', 'folder'),
	ErrorSubscriptionNotFound: never('gone', 'folder'),
	ErrorExpiredSubscription: never('gone', 'folder'),
	ErrorInvalidWatermark: never('syncStateLost', 'folder'),

	// Gone.
	ErrorItemNotFound: never('gone', 'item'),
	ErrorAttachmentNotFound: never('gone', 'item'),
	ErrorCannotUseFolderIdForItemId: never('gone', 'item'),
	ErrorCannotUseItemIdForFolderId: never('gone', 'item'),
	ErrorCalendarOccurrenceIsDeletedFromRecurrence: never('gone', 'item'),

	// This item, for good.
	ErrorItemCorrupt: never('itemRefused', 'item'),
	ErrorCorruptData: never('itemRefused', 'item'),
	ErrorContentConversionFailed: never('itemRefused', 'item'),
	ErrorMimeContentConversionFailed: never('itemRefused', 'item'),
	ErrorMimeContentInvalid: never('itemRefused', 'item'),
	ErrorMimeContentInvalidBase64String: never('itemRefused', 'item'),
	ErrorMessageSizeExceeded: never('itemRefused', 'item', 'The message is larger than the server takes.'),
	ErrorAttachmentSizeLimitExceeded: never('itemRefused', 'item', 'An attachment is larger than the server takes.'),
	ErrorVirusDetected: never('itemRefused', 'item', 'The server\'s virus scanner refused the item.'),
	ErrorVirusMessageDeleted: never('itemRefused', 'item', 'The server\'s virus scanner deleted the item.'),
	ErrorItemSavePropertyError: never('itemRefused', 'item'),
	ErrorPropertyUpdate: never('itemRefused', 'item'),
	ErrorPropertyValidationFailure: never('itemRefused', 'item'),
	ErrorCannotDeleteObject: never('itemRefused', 'item'),
	ErrorCannotDeleteTaskOccurrence: never('itemRefused', 'item'),
	ErrorInvalidPropertySet: never('badRequest', 'item'),
	ErrorInvalidPropertyUpdateSentMessage: never('badRequest', 'item'),
	ErrorInvalidPropertyRequest: never('badRequest', 'item'),
	ErrorInvalidIdMalformed: never('badRequest', 'item'),
	ErrorUnsupportedPathForQuery: never('badRequest', 'item'),
	ErrorNameResolutionNoResults: never('gone', 'item'),
	ErrorFolderExists: never('badRequest', 'folder'),
	ErrorDistinguishedUserNotSupported: never('badRequest', 'account'),

	// This mailbox, until somebody does something.
	ErrorAccessDenied: never('accessDenied', 'folder', 'The connector\'s login has no right to this mailbox or folder.'),
	ErrorCreateItemAccessDenied: never('accessDenied', 'folder', 'The connector\'s login may not create items in this folder.'),
	ErrorDeleteItemsFailed: never('accessDenied', 'folder'),
	ErrorSendAsDenied: never('accessDenied', 'item', 'The mailbox stands as the sender: besides full access the connector\'s login needs the right Send As (Add-ADPermission -ExtendedRights "Send As", in Exchange Online Add-RecipientPermission -AccessRights SendAs).'),
	ErrorNonExistentMailbox: never('accessDenied', 'account', 'There is no mailbox with this address on the server.'),
	ErrorMissingEmailAddress: never('accessDenied', 'account', 'The login has no mailbox of its own; give the mailbox it is to reach.'),
	ErrorMailboxConfiguration: never('accessDenied', 'account'),
	ErrorImpersonateUserDenied: never('accessDenied', 'account', IMPERSONATION),
	ErrorImpersonationDenied: never('accessDenied', 'account', IMPERSONATION),
	ErrorImpersonationFailed: never('accessDenied', 'account', IMPERSONATION),
	ErrorImpersonationRequired: never('accessDenied', 'account', IMPERSONATION),
	ErrorCallerIsInvalidADAccount: never('logonRefused', 'account'),
	ErrorPasswordExpired: never('logonRefused', 'account', 'The password has expired: set a new one and enter it in the credential.'),
	ErrorPasswordChangeRequired: never('logonRefused', 'account', 'The password must be changed at the next logon: change it and enter the new one in the credential.'),
	ErrorAccountDisabled: never('logonRefused', 'account', 'The account is disabled in the directory.'),
	ErrorUserNotAllowedByPolicy: never('serviceDisabled', 'account', 'A policy of the server forbids EWS to this user or application (EWSEnabled, EwsApplicationAccessPolicy).'),
	ErrorQuotaExceeded: never('itemRefused', 'account', 'The mailbox is full.'),
	ErrorInvalidLicense: never('serviceDisabled', 'account'),
	ErrorSchemaValidation: never('badRequest', 'item'),
	ErrorInvalidRequest: never('badRequest', 'item'),
	ErrorInvalidArgument: never('badRequest', 'item'),
	ErrorInvalidOperation: never('badRequest', 'item'),

	// Neither known to pass nor to stay: a failed attempt.
	ErrorInternalServerError: never('unknown', 'item'),
	ErrorItemSave: never('unknown', 'item'),
	ErrorMoveCopyFailed: never('unknown', 'item'),
};

/** Families of codes that mean the same; the table above comes first. */
const FAMILIES: ReadonlyArray<readonly [RegExp, CodeMeaning]> = [
	[/^ErrorImpersonat/, never('accessDenied', 'account', IMPERSONATION)],
	[/^ErrorMimeContent/, never('itemRefused', 'item')],
	[/^ErrorInvalidId/, never('badRequest', 'item')],
	[/^Error(?:Calendar|Recurrence|Occurrence)/, never('itemRefused', 'item')],
	[/^ErrorInvalid/, never('badRequest', 'item')],
];

/** The code that says what happened: where Exchange hides a known one behind an internal error of its own (see `innerCode`), the hidden one. */
export function tellingCode(code: string, innerCode?: string): string {
	return innerCode !== undefined && code.startsWith('ErrorInternalServer') && Object.hasOwn(MEANINGS, innerCode) ? innerCode : code;
}

/** Meaning of a response code, the {@link tellingCode} where it hides another; `unknown` for one that is not listed. */
export function meaningOfCode(outerCode: string, innerCode?: string): CodeMeaning {
	const code = tellingCode(outerCode, innerCode);
	const listed = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
	return listed ?? FAMILIES.find(([family]) => family.test(code))?.[1] ?? never('unknown', 'item');
}
