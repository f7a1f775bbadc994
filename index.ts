/**
 * n8n-nodes-exchange-ews: the nodes and credentials for n8n, and the connector itself for programs without n8n. {@link openConnector} is the door: it
 * opens mailboxes from plain settings, pulls with a cursor and pushes records; the nodes use this very door.
 */

export { ExchangeEwsAppOnlyApi } from './credentials/ExchangeEwsAppOnlyApi.credentials';
export { ExchangeEwsBasicApi } from './credentials/ExchangeEwsBasicApi.credentials';
export { ExchangeEwsOAuth2Api } from './credentials/ExchangeEwsOAuth2Api.credentials';
export { ExchangeSmimeApi } from './credentials/ExchangeSmimeApi.credentials';
export { ExchangeAppointment } from './nodes/ExchangeAppointment/ExchangeAppointment.node';
export { ExchangeEmail } from './nodes/ExchangeEmail/ExchangeEmail.node';
export { ExchangeTask } from './nodes/ExchangeTask/ExchangeTask.node';
export { ExchangeTrigger } from './nodes/ExchangeTrigger/ExchangeTrigger.node';

export { openConnector } from './src/connector/open-connector';
export type { ConnectorOptions } from './src/connector/open-connector';
export type { Connector } from './src/connector/Connector';
export type { AppProof, Authentication, Cloud, ConnectorSettings, DelegatedAuthentication, Login, MailboxAccess } from './src/connector/connector-settings';
export type { AccountDiagnosis, Diagnosis } from './src/connector/diagnosis';

export type { ResolveSrv, SrvRecord } from './src/ews/autodiscover/srv-records';

export { checkedRecord } from './src/records/checked-record';
export type { CheckContext } from './src/records/checked-record';
export type { AppointmentRecord, BusyStatus, OccurrenceChange, OccurrenceTimes, Recurrence, SeriesException } from './src/records/appointment';
export type { Importance, MailAddress, RecordBase, RecordKind, Sensitivity } from './src/records/common-fields';
export type { AttachmentContent, EmailAttachment, EmailFlag, EmailRecord, Encryption, SignatureState } from './src/records/email';
export type { ExchangeRecord, RecordOf, RecordsByKind } from './src/records/record';
export type { RecordError } from './src/records/record-error';
export type { TaskRecord, TaskStatus } from './src/records/task';

export { RULES } from './src/rules/catalogue';
export type { Rule, RuleDirection, RuleId } from './src/rules/catalogue';

export type { AccountLink } from './src/sync/account-link';
export type { StorableAttachment, StoreAttachment, StoredAttachment } from './src/sync/attachments';
export type { FaultDetails, FaultReason, FaultScope, ItemResult, MailboxFault, RetryAdvice } from './src/sync/fault';
export type * from './src/sync/mailbox';
export type { Outcome, OutcomeStatus } from './src/sync/outcome';
export type { Cursor } from './src/sync/pull/cursor';
export type * from './src/sync/pull/pull-types';
export type * from './src/sync/push/push-types';
