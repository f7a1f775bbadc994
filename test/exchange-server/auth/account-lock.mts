import type { User } from '../store/exchange.mts';

/** Locks a directory account after so many refused passwords in a row, as Active Directory does. */
export class AccountLock {
	/** Refused passwords in a row, by address. */
	readonly refusals = new Map<string, number>();
	private readonly threshold: number;

	/** @param threshold refused passwords that lock; Infinity: none does */
	constructor(threshold: number) {
		this.threshold = threshold;
	}

	isLocked(user: User): boolean {
		return (this.refusals.get(user.address) ?? 0) >= this.threshold;
	}

	/** What comes of a password: true lets the user in. A locked account is refused whatever the password. */
	decide(user: User, isRight: boolean): boolean {
		if (this.isLocked(user)) return false;
		if (isRight) this.refusals.delete(user.address);
		else this.refusals.set(user.address, (this.refusals.get(user.address) ?? 0) + 1);
		return isRight;
	}

	/** What an administrator does: Unlock-ADAccount. */
	unlock(address: string): void {
		this.refusals.delete(address.toLowerCase());
	}
}
