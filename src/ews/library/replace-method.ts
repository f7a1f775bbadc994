/** A class or object of the library, as far as its members are replaced. */
export type Patchable = object;

/** A method of the library with its `this`; what it takes and gives stands where it is replaced. */
export type LibraryMethod<This, Args extends readonly unknown[], Result> = (this: This, ...args: Args) => Result;

/**
 * Replaces a method of the library. The pinned version is reached into at places that are not its public surface, so that an update could take the
 * ground away silently: hence it fails at once.
 * @param replacement is given the original to build on
 * @throws Error when the library has no such method (any more)
 */
export function replaceMethod<This, Args extends readonly unknown[], Result>(
	target: Patchable | undefined,
	name: string,
	replacement: (original: LibraryMethod<This, Args, Result>) => LibraryMethod<This, Args, Result>,
): void {
	const original: unknown = target === undefined ? undefined : Reflect.get(target, name);
	if (target === undefined || typeof original !== 'function') throw missing(name);
	Object.defineProperty(target, name, { configurable: true, writable: true, value: replacement(original as LibraryMethod<This, Args, Result>) });
}

/** Replaces a getter of the library; fails as {@link replaceMethod} does. */
export function replaceGetter<This, Result>(target: Patchable | undefined, name: string, replacement: (original: (this: This) => Result) => (this: This) => Result): void {
	const descriptor = target === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name);
	if (target === undefined || descriptor?.get === undefined) throw missing(name);
	Object.defineProperty(target, name, { ...descriptor, get: replacement(descriptor.get as (this: This) => Result) });
}

function missing(name: string): Error {
	return new Error(`ews-javascript-api has no ${name} where it is put right: the pinned version is not the one that is bundled.`);
}
