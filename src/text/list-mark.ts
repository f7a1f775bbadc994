const ROMAN: ReadonlyArray<readonly [value: number, digits: string]> = [
	[1000, 'm'],
	[900, 'cm'],
	[500, 'd'],
	[400, 'cd'],
	[100, 'c'],
	[90, 'xc'],
	[50, 'l'],
	[40, 'xl'],
	[10, 'x'],
	[9, 'ix'],
	[5, 'v'],
	[4, 'iv'],
	[1, 'i'],
];

/** Beyond it, Roman numerals are written as numbers, as browsers do. */
const LARGEST_ROMAN = 3999;

/**
 * The mark of a numbered item: `type` as the attribute of `ol` has it (`1`, `a`, `A`, `i`, `I`; anything else counts as `1`).
 *
 * https://html.spec.whatwg.org/multipage/grouping-content.html#attr-ol-type
 */
export function listMark(type: string, number: number): string {
	switch (type) {
		case 'a':
			return number > 0 ? letters(number) : String(number);
		case 'A':
			return listMark('a', number).toUpperCase();
		case 'i':
			return number > 0 && number <= LARGEST_ROMAN ? roman(number) : String(number);
		case 'I':
			return listMark('i', number).toUpperCase();
		default:
			return String(number);
	}
}

function letters(number: number): string {
	let mark = '';
	for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) mark = String.fromCharCode(0x61 + ((rest - 1) % 26)) + mark;
	return mark;
}

function roman(number: number): string {
	let mark = '';
	let rest = number;
	for (const [value, digits] of ROMAN) {
		while (rest >= value) {
			mark += digits;
			rest -= value;
		}
	}
	return mark;
}
