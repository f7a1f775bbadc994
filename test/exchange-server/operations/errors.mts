import type { Xml } from '../xml/write.mts';

/** What Exchange says to each response code, where it is not the general sentence. */
const TEXTS: Readonly<Record<string, string>> = {
	ErrorAccessDenied: 'Access is denied. Check credentials and try again.',
	ErrorBatchProcessingStopped: 'Due to a previous error in processing the request batch, the remaining items were not processed.',
	ErrorCannotDeleteObject: 'The object cannot be deleted.',
	ErrorChangeKeyRequired: 'The change key passed in the request is missing.',
	ErrorChangeKeyRequiredForWriteOperations: 'A change key is required for this operation.',
	ErrorDeleteDistinguishedFolder: 'Distinguished folders cannot be deleted.',
	ErrorFolderExists: 'A folder with the specified name already exists.',
	ErrorFolderNotFound: 'The specified folder could not be found in the store.',
	ErrorIncorrectUpdatePropertyCount: 'An object within a change description must contain one and only one property to modify.',
	ErrorInvalidArgument: 'The request is invalid.',
	ErrorInvalidChangeKey: 'The change key is invalid.',
	ErrorInvalidExtendedProperty: 'The extended property attribute combination is invalid.',
	ErrorInvalidId: 'The Id is invalid.',
	ErrorInvalidIdEmpty: 'Id must be non-empty.',
	ErrorInvalidIdMalformed: 'Id is malformed.',
	ErrorInvalidPropertyForExists: 'The property can not be used with this type of restriction.',
	ErrorInvalidPropertySet: 'Set action is invalid for property.',
	ErrorInvalidPropertyDelete: 'Delete action is invalid for property.',
	ErrorInvalidPropertyAppend: 'Append action is invalid for property.',
	ErrorInvalidPropertyUpdateSentMessage: 'Update operation is invalid for property of a sent message.',
	ErrorInvalidRecipients: 'At least one recipient isn\'t valid.',
	ErrorInvalidRequest: 'The request is invalid.',
	ErrorInvalidSyncStateData: 'Synchronization state data is corrupt or otherwise invalid.',
	ErrorIrresolvableConflict: 'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
	ErrorItemCorrupt: 'The item is corrupt.',
	ErrorItemNotFound: 'The specified object was not found in the store.',
	ErrorItemSave: 'The item save operation did not succeed.',
	ErrorMailboxMoveInProgress: 'Mailbox move in progress. Try again later.',
	ErrorMessageDispositionRequired: 'Message disposition is required.',
	ErrorMessageSizeExceeded: 'The message exceeds the maximum supported size.',
	ErrorMissingRecipients: 'At least one recipient is required.',
	ErrorMissingInformationEmailAddress: 'Missing information in EmailAddress.',
	ErrorNameResolutionMultipleResults: 'Multiple results were found.',
	ErrorNameResolutionNoResults: 'No results were found.',
	ErrorNonExistentMailbox: 'The SMTP address has no mailbox associated with it.',
	ErrorNoPropertyTagForCustomProperties: 'Property tags cannot be used for custom properties.',
	ErrorObjectTypeChanged: 'Object type changed.',
	ErrorQuotaExceeded: 'The mailbox quota has been exceeded.',
	ErrorSchemaValidation: 'The request failed schema validation.',
	ErrorSendAsDenied: 'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
	ErrorServerBusy: 'The server cannot service this request right now. Try again later.',
	ErrorInternalServerError: 'An internal server error occurred. The operation failed.',
	ErrorInternalServerTransientError: 'An internal server error occurred. Try again later.',
	ErrorStaleObject: 'The object is stale.',
	ErrorPropertyValidationFailure: 'Validation of a property failed.',
	ErrorSyncFolderNotFound: 'The folder to synchronize could not be found.',
	ErrorTimeoutExpired: 'The request timed out.',
	ErrorUnsupportedPathForQuery: 'The query can not be processed.',
	ErrorUnsupportedPathForSortGroup: 'The property can not be used for sorting.',
	ErrorUnsupportedTypeForConversion: 'The type is not supported for conversion.',
};

/** An answer of Exchange's other than success: of one item where an item was being worked on, else a SOAP fault. */
export class EwsError extends Error {
	readonly code: string;
	/** Content of MessageXml, already written (`<t:Value Name="…">…`, `<t:FieldURI …/>`). */
	readonly messageXml: Xml | undefined;
	/** `fault` ends the whole request with a SOAP fault (HTTP 500), `item` becomes one response message. */
	readonly scope: 'item' | 'fault';

	constructor(code: string, options: { text?: string; messageXml?: Xml; scope?: 'item' | 'fault' } = {}) {
		super(options.text ?? TEXTS[code] ?? `The operation failed with ${code}.`);
		this.code = code;
		this.messageXml = options.messageXml;
		this.scope = options.scope ?? 'item';
	}
}

/** A request that the schema would not let pass. */
export function schemaViolation(detail: string): EwsError {
	return new EwsError('ErrorSchemaValidation', { text: `The request failed schema validation: ${detail}`, scope: 'fault' });
}
