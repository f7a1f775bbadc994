import nextTurn from 'p-immediate';

/** How long the event loop, which all workflows of an n8n share, is held before others get a turn. */
const SLICE_MS = 3;

/** When somebody first asked in the present turn of the event loop; undefined: nobody has yet. */
let turnBegan: number | undefined;

let lastAsked: Promise<void> = Promise.resolve();

/**
 * Lets others go on in the middle of long work, where the present turn of the event loop has lasted long enough; to be asked right before each piece of it. The turn is everybody's:
 * what several works do in it, one after the other, counts together. They ask one after the other, too: the next is answered when the one before has done its piece.
 */
export function offerTurn(): Promise<void> {
	// This very promise is what the one before waits for as well: its piece comes first, as it began to wait first.
	lastAsked = lastAsked.then(grant);
	return lastAsked;
}

async function grant(): Promise<void> {
	if (turnBegan !== undefined && performance.now() - turnBegan >= SLICE_MS) {
		// Not by a timer, whose shortest time is a millisecond: where nobody else has anything to do, that would be lost in each turn.
		await nextTurn();
		turnBegan = undefined;
	}
	if (turnBegan === undefined) beginTurn();
}

function beginTurn(): void {
	const began = performance.now();
	turnBegan = began;
	void nextTurn().then(() => {
		if (turnBegan === began) turnBegan = undefined;
	});
}
