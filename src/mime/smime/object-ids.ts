/** Object identifiers of CMS (RFC 5652, 5083), PKCS #12 (RFC 7292) and their algorithms. */
export const OID = {
	data: '1.2.840.113549.1.7.1',
	signedData: '1.2.840.113549.1.7.2',
	envelopedData: '1.2.840.113549.1.7.3',
	encryptedData: '1.2.840.113549.1.7.6',
	compressedData: '1.2.840.113549.1.9.16.1.9',
	authEnvelopedData: '1.2.840.113549.1.9.16.1.23',

	contentTypeAttribute: '1.2.840.113549.1.9.3',
	messageDigestAttribute: '1.2.840.113549.1.9.4',
	subjectKeyIdentifier: '2.5.29.14',
	keyUsage: '2.5.29.15',
	subjectAltName: '2.5.29.17',
	basicConstraints: '2.5.29.19',
	crlDistributionPoints: '2.5.29.31',
	certificatePolicies: '2.5.29.32',
	policyMappings: '2.5.29.33',
	extendedKeyUsage: '2.5.29.37',
	inhibitAnyPolicy: '2.5.29.54',

	rsa: '1.2.840.113549.1.1.1',
	rsaOaep: '1.2.840.113549.1.1.7',
	rsaPss: '1.2.840.113549.1.1.10',
	mgf1: '1.2.840.113549.1.1.8',
	pSpecified: '1.2.840.113549.1.1.9',
	ecPublicKey: '1.2.840.10045.2.1',
	ed25519: '1.3.101.112',
	ed448: '1.3.101.113',

	tripleDesCbc: '1.2.840.113549.3.7',
	rc2Cbc: '1.2.840.113549.3.2',
	tripleDesWrap: '1.2.840.113549.1.9.16.3.6',

	pbkdf2: '1.2.840.113549.1.5.12',
	pbes2: '1.2.840.113549.1.5.13',
	pbmac1: '1.2.840.113549.1.5.14',
	pbeSha1TripleDes: '1.2.840.113549.1.12.1.3',
	pbeSha1TwoKeyTripleDes: '1.2.840.113549.1.12.1.4',
	pbeSha1Rc2With128Bits: '1.2.840.113549.1.12.1.5',
	pbeSha1Rc2With40Bits: '1.2.840.113549.1.12.1.6',

	keyBag: '1.2.840.113549.1.12.10.1.1',
	shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
	certificateBag: '1.2.840.113549.1.12.10.1.3',
	nestedSafeContents: '1.2.840.113549.1.12.10.1.6',
	x509Certificate: '1.2.840.113549.1.9.22.1',

	emailAddress: '1.2.840.113549.1.9.1',
	smtpUtf8Mailbox: '1.3.6.1.5.5.7.8.9',

	emailProtection: '1.3.6.1.5.5.7.3.4',
	anyExtendedKeyUsage: '2.5.29.37.0',
} as const;

/** Digests by object identifier, under their names in node:crypto. MD5 is left out on purpose: it proves nothing any more. */
export const DIGEST_BY_OID: ReadonlyMap<string, string> = new Map([
	['1.3.14.3.2.26', 'sha1'],
	['2.16.840.1.101.3.4.2.4', 'sha224'],
	['2.16.840.1.101.3.4.2.1', 'sha256'],
	['2.16.840.1.101.3.4.2.2', 'sha384'],
	['2.16.840.1.101.3.4.2.3', 'sha512'],
	['2.16.840.1.101.3.4.2.8', 'sha3-256'],
	['2.16.840.1.101.3.4.2.9', 'sha3-384'],
	['2.16.840.1.101.3.4.2.10', 'sha3-512'],
]);

/** Digests that a signature algorithm names itself; one that is not here takes the digest of the signer info. */
export const DIGEST_BY_SIGNATURE_OID: ReadonlyMap<string, string> = new Map([
	['1.2.840.113549.1.1.5', 'sha1'],
	['1.2.840.113549.1.1.14', 'sha224'],
	['1.2.840.113549.1.1.11', 'sha256'],
	['1.2.840.113549.1.1.12', 'sha384'],
	['1.2.840.113549.1.1.13', 'sha512'],
	['1.2.840.10045.4.1', 'sha1'],
	['1.2.840.10045.4.3.1', 'sha224'],
	['1.2.840.10045.4.3.2', 'sha256'],
	['1.2.840.10045.4.3.3', 'sha384'],
	['1.2.840.10045.4.3.4', 'sha512'],
]);

/** Pseudo-random functions of PBKDF2 (RFC 8018, B.1.2). */
export const HMAC_BY_OID: ReadonlyMap<string, string> = new Map([
	['1.2.840.113549.2.7', 'sha1'],
	['1.2.840.113549.2.8', 'sha224'],
	['1.2.840.113549.2.9', 'sha256'],
	['1.2.840.113549.2.10', 'sha384'],
	['1.2.840.113549.2.11', 'sha512'],
]);

/** AES by object identifier (RFC 3565, RFC 5084, RFC 3394): how it is used and the length of the key in bytes. */
export const AES_BY_OID: ReadonlyMap<string, { mode: 'cbc' | 'gcm' | 'wrap'; keyLength: 16 | 24 | 32 }> = new Map([
	['2.16.840.1.101.3.4.1.2', { mode: 'cbc', keyLength: 16 }],
	['2.16.840.1.101.3.4.1.22', { mode: 'cbc', keyLength: 24 }],
	['2.16.840.1.101.3.4.1.42', { mode: 'cbc', keyLength: 32 }],
	['2.16.840.1.101.3.4.1.6', { mode: 'gcm', keyLength: 16 }],
	['2.16.840.1.101.3.4.1.26', { mode: 'gcm', keyLength: 24 }],
	['2.16.840.1.101.3.4.1.46', { mode: 'gcm', keyLength: 32 }],
	['2.16.840.1.101.3.4.1.5', { mode: 'wrap', keyLength: 16 }],
	['2.16.840.1.101.3.4.1.25', { mode: 'wrap', keyLength: 24 }],
	['2.16.840.1.101.3.4.1.45', { mode: 'wrap', keyLength: 32 }],
]);

/** ECDH with the key derivation of ANSI X9.63 (RFC 5753, 7.1.4; SEC 1): the digest it uses. Cofactor and standard agree on the curves in use (cofactor 1). */
export const ECDH_DIGEST_BY_OID: ReadonlyMap<string, string> = new Map([
	['1.3.133.16.840.63.0.2', 'sha1'],
	['1.3.133.16.840.63.0.3', 'sha1'],
	['1.3.132.1.11.0', 'sha224'],
	['1.3.132.1.11.1', 'sha256'],
	['1.3.132.1.11.2', 'sha384'],
	['1.3.132.1.11.3', 'sha512'],
	['1.3.132.1.14.0', 'sha224'],
	['1.3.132.1.14.1', 'sha256'],
	['1.3.132.1.14.2', 'sha384'],
	['1.3.132.1.14.3', 'sha512'],
]);
