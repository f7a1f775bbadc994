/** One link between the two sides (rule `account-one-to-one`). */
export interface AccountLink {
	/** Account of the other system. */
	account: string;
	/** SMTP address. */
	mailbox: string;
}
