/** The server's time. Once set it stands still until it is advanced: tests never depend on the machine's clock. */
export class Clock {
	private fixed: number | undefined;

	now(): Date {
		return new Date(this.fixed ?? Date.now());
	}

	/** Stops the clock at an instant; undefined lets it follow the machine again. */
	set(instant: Date | undefined): void {
		this.fixed = instant?.getTime();
	}

	/** Moves a clock that stands (or stops a running one) by milliseconds. */
	advance(milliseconds: number): void {
		this.fixed = (this.fixed ?? Date.now()) + milliseconds;
	}

	/** The instant it stands at, or undefined while it follows the machine. */
	standing(): Date | undefined {
		return this.fixed === undefined ? undefined : new Date(this.fixed);
	}
}
