import type { OwnProperty } from './property-path';

/**
 * The one named property that this product puts on Exchange items. A mailbox database holds at most 32 767 names of properties, so everything that
 * is remembered stands in this one (MS-OXCPRPT 2.2.5; Microsoft Learn, "Persistent application settings in EWS").
 */
export const STAMP: OwnProperty = { guid: 'b3c6cf5d-6f2b-4a4e-9d0c-5d2c7a1e8f64', name: 'ExchangeEwsSync', type: 'String' };
