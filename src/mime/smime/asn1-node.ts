import { fromBER, ObjectIdentifier } from 'asn1js';
import type { BaseBlock } from 'asn1js';
import { SmimeError } from './smime-error';

const UNIVERSAL = 1;
const CONTEXT = 3;

const DEEPEST = 40;
/** Values a structure may have: enough for two thousand recipients ... */
const MOST_NODES = 20_000;
/** ... and one more for every so many bytes, since a mail that was encrypted as a stream comes in pieces of a thousand bytes and more. */
const BYTES_PER_NODE = 500;

/** One value of a BER structure, with its bytes as they stand in the input. */
export class Asn1Node {
	readonly #block: BaseBlock;

	constructor(block: BaseBlock) {
		this.#block = block;
	}

	/** Tag, length and value, as they came. */
	get raw(): Buffer {
		const view = this.#block.valueBeforeDecodeView;
		return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
	}

	/** The value's bytes without tag and length. */
	get value(): Buffer {
		return this.raw.subarray(this.#block.idBlock.blockLength + this.#block.lenBlock.blockLength);
	}

	get isConstructed(): boolean {
		return this.#block.idBlock.isConstructed;
	}

	/** True for `[number]`. */
	isContext(number: number): boolean {
		return this.#block.idBlock.tagClass === CONTEXT && this.#block.idBlock.tagNumber === number;
	}

	/** True for the universal type of that number, e.g. 2 INTEGER, 3 BIT STRING, 4 OCTET STRING, 16 SEQUENCE, 17 SET. */
	isUniversal(number: number): boolean {
		return this.#block.idBlock.tagClass === UNIVERSAL && this.#block.idBlock.tagNumber === number;
	}

	get children(): Asn1Node[] {
		if (!this.isConstructed) return [];
		const value: unknown = 'value' in this.#block.valueBlock ? this.#block.valueBlock.value : undefined;
		if (!Array.isArray(value)) return [];
		return (value as BaseBlock[]).map((block) => new Asn1Node(block)).filter((node) => !node.isUniversal(0));
	}

	/** @throws SmimeError Where there is no such element. */
	child(index: number): Asn1Node {
		const child = this.children[index];
		if (child === undefined) throw new SmimeError('The structure is incomplete');
		return child;
	}

	/** The `[number]` among the children. */
	contextChild(number: number): Asn1Node | undefined {
		return this.children.find((child) => child.isContext(number));
	}

	/** @throws SmimeError Where it is no OBJECT IDENTIFIER. */
	objectId(): string {
		if (!(this.#block instanceof ObjectIdentifier)) throw new SmimeError('The structure has no object identifier where one belongs');
		return this.#block.getValue();
	}

	/** Bytes of an OCTET STRING, or of a tagged one, put together where it comes in pieces (BER). */
	octets(): Buffer {
		if (!this.isConstructed) return this.value;
		return Buffer.concat(this.children.map((piece) => piece.octets()));
	}

	/** A small INTEGER that is not negative. @throws SmimeError Beyond 2^31. */
	smallInteger(): number {
		const bytes = this.value;
		if (!this.isUniversal(2) || bytes.length === 0 || bytes.length > 5) throw new SmimeError('The structure has a number out of range');
		const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
		if (number > 0x7fffffff) throw new SmimeError('The structure has a number out of range');
		return number;
	}

	/** An INTEGER of any size, as hex without leading zeros. */
	integerHex(): string {
		return this.value.toString('hex').replace(/^(?:00)+(?=.)/, '');
	}
}

/** An AlgorithmIdentifier: object identifier and parameters. */
export interface Algorithm {
	objectId: string;
	parameters: Asn1Node | undefined;
	/** As it came. */
	raw: Buffer;
}

/** @throws SmimeError Where it is none. */
export function algorithmOf(node: Asn1Node): Algorithm {
	return { objectId: node.child(0).objectId(), parameters: node.children[1], raw: node.raw };
}

/** Reads BER or DER; bytes after the first value are passed over. Bounded in depth and number of values. @throws SmimeError Where it is none. */
export function readAsn1(bytes: Buffer): Asn1Node {
	const { offset, result } = fromBER(bytes, {
		maxDepth: DEEPEST,
		maxNodes: MOST_NODES + Math.floor(bytes.length / BYTES_PER_NODE),
		maxContentLength: Math.max(bytes.length, 1),
		parseEmbedded: false,
	});
	if (offset === -1) throw new SmimeError('The structure is damaged');
	return new Asn1Node(result);
}

/** Writes one DER value. `tag` is the identifier octet, e.g. 0x30 for SEQUENCE. */
export function writeDer(tag: number, ...contents: Buffer[]): Buffer {
	const content = Buffer.concat(contents);
	if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
	const length = Buffer.from(content.length.toString(16).replace(/^(?=(?:..)*.$)/, '0'), 'hex');
	return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}
