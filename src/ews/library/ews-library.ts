/** ews-javascript-api with everything that EWS needs put right; see the modules beside this one, one for each fault. */
export type EwsLibrary = typeof import('ews-javascript-api');
