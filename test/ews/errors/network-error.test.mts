import { expect, it } from 'vitest';

import { errorOfNetwork } from '../../../src/ews/errors/network-error.ts';

// Called by itself: undici tells of TLS that breaks in the middle as of a closed connection, in most cases.
it.each(['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'EPROTO'])('TLS that breaks once a request may have left (%s) leaves open what became of it', (code) => {
	const broken = Object.assign(new Error('broken'), { code });
	expect(errorOfNetwork(broken, 'exchange')).toMatchObject({ detail: { kind: 'tls', code }, outcomeUnknown: true });
	for (const before of ['connect', 'proxy'] as const) expect(errorOfNetwork(broken, before)).toMatchObject({ detail: { kind: 'tls', code }, outcomeUnknown: false });
});
