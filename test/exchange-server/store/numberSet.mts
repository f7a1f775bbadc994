/** A set of item numbers kept as ranges: what a sync state remembers of the items it has handed out (IdsetGiven). */
export class NumberSet {
	/** Starts and ends (inclusive), ascending, not touching. */
	private ranges: Array<[number, number]>;
	private readonly added = new Set<number>();
	private readonly removed = new Set<number>();

	constructor(ranges: Array<[number, number]> = []) {
		this.ranges = ranges;
	}

	has(number: number): boolean {
		if (this.added.has(number)) return true;
		if (this.removed.has(number)) return false;
		let low = 0;
		let high = this.ranges.length - 1;
		while (low <= high) {
			const middle = (low + high) >>> 1;
			const range = this.ranges[middle];
			if (!range) return false;
			if (number < range[0]) high = middle - 1;
			else if (number > range[1]) low = middle + 1;
			else return true;
		}
		return false;
	}

	add(number: number): void {
		this.removed.delete(number);
		this.added.add(number);
	}

	delete(number: number): void {
		this.added.delete(number);
		this.removed.add(number);
	}

	/** The ranges with everything added and removed worked in. */
	toRanges(): ReadonlyArray<readonly [number, number]> {
		if (this.added.size === 0 && this.removed.size === 0) return this.ranges;
		const removed = [...this.removed].sort((a, b) => a - b);
		const cut: Array<[number, number]> = [];
		let next = 0;
		for (const [start, end] of this.ranges) {
			let from = start;
			while (next < removed.length && (removed[next] ?? 0) < start) next += 1;
			while (next < removed.length && (removed[next] ?? 0) <= end) {
				const hole = removed[next] ?? 0;
				if (hole > from) cut.push([from, hole - 1]);
				from = hole + 1;
				next += 1;
			}
			if (from <= end) cut.push([from, end]);
		}
		for (const number of this.added) cut.push([number, number]);
		cut.sort((a, b) => a[0] - b[0]);
		const joined: Array<[number, number]> = [];
		for (const range of cut) {
			const last = joined.at(-1);
			if (last && range[0] <= last[1] + 1) last[1] = Math.max(last[1], range[1]);
			else joined.push([range[0], range[1]]);
		}
		this.ranges = joined;
		this.added.clear();
		this.removed.clear();
		return joined;
	}
}
