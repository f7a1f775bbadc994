import { describe, expect, it } from 'vitest';

import { Oracle, type Thing } from './oracle.mts';

const TEXT = 'Text of x1';

function thing(categories = '', more: Partial<Thing> = {}): Thing {
	return { kind: 'task', subject: 'x1', categories, text: TEXT, ...more };
}

/** One task, and what users do to it. */
function oracleOf(live: (oracle: Oracle) => void = () => {}): Oracle {
	const oracle = new Oracle();
	oracle.created('task', 'x1', TEXT);
	live(oracle);
	return oracle;
}

describe('the oracle of the chaos run', () => {
	it('is content with what was made and is once on both sides', () => {
		expect(oracleOf().differences([thing()], [thing()])).toEqual([]);
		expect(oracleOf((oracle) => oracle.changed('x1', 'Exchange', 'C1')).differences([thing('C1')], [thing('C1')])).toEqual([]);
	});

	it('misses what both sides have lost', () => {
		expect(oracleOf().differences([], [])).toEqual(['lost on both sides: task x1']);
	});

	it('lets go what somebody asked to be deleted, from both sides or from none', () => {
		const oracle = oracleOf((each) => each.askedToGo('x1'));
		expect(oracle.differences([], [])).toEqual([]);
		expect(oracle.differences([thing()], [thing()])).toEqual([]);
		expect(oracle.differences([thing()], [])).toEqual(['only in Exchange: task x1']);
		expect(oracle.differences([], [thing('', { doomed: true })])).toEqual(['only in the other system: task x1 (to be deleted)']);
		expect(oracle.differences([thing()], [thing('', { doomed: true })])).toEqual(['still to be deleted: task x1']);
	});

	it('sees what is there twice, on one side or on both', () => {
		expect(oracleOf().differences([thing(), thing()], [thing()])).toEqual(['2 times in Exchange: task x1']);
		expect(oracleOf().differences([thing(), thing()], [thing(), thing()])).toEqual(['2 times in Exchange: task x1', '2 times in the other system: task x1']);
	});

	it('lets stand twice what was there twice when Exchange was put back, where nobody pushes it any more', () => {
		const undone = (times: number, isAskedToGo: boolean): Oracle =>
			oracleOf((each) => {
				if (isAskedToGo) each.askedToGo('x1');
				each.undone('x1', times);
			});
		expect(undone(2, true).differences([thing(), thing()], [])).toEqual([]);
		expect(undone(2, true).differences([thing(), thing(), thing()], [])).toEqual(['3 times in Exchange: task x1 (2 times when Exchange was put back)']);
		for (const times of [0, 1]) expect(undone(times, true).differences([thing(), thing()], [])).toEqual([`2 times in Exchange: task x1 (${times} times when Exchange was put back)`]);
		expect(undone(2, false).differences([thing(), thing()], [thing()])).toEqual(['2 times in Exchange: task x1 (2 times when Exchange was put back)']);
	});

	it('sees what nobody made, and what nobody made so', () => {
		expect(oracleOf().differences([thing(), thing('', { subject: 'y' })], [thing()])).toEqual(['nobody made it: y']);
		expect(oracleOf().differences([thing('C9')], [thing('C9')])).toEqual(['nobody made it so: task x1 is C9 in Exchange', 'nobody made it so: task x1 is C9 in the other system', expect.stringContaining('a change was lost')]);
		expect(oracleOf().differences([thing('', { text: undefined })], [thing()])).toEqual(['nobody made it so: task x1 says undefined in Exchange']);
		expect(oracleOf().differences([thing('', { kind: 'email' })], [thing()])).toEqual(['became an email in Exchange: task x1']);
	});

	it('lets a mail come without its body, which Exchange may have called damaged, and not lose it in Exchange', () => {
		const oracle = new Oracle();
		oracle.created('email', 'x1', TEXT);
		const [whole, bare] = [thing('', { kind: 'email' }), thing('', { kind: 'email', text: undefined })];
		expect(oracle.differences([whole], [bare])).toEqual([]);
		expect(oracle.differences([bare], [whole])).toEqual(['nobody made it so: email x1 says undefined in Exchange']);
	});

	it('sees a difference, and where users of Exchange alone changed it, whether their last change stands', () => {
		const oracle = oracleOf((each) => {
			each.changed('x1', 'Exchange', 'C1');
			each.changed('x1', 'Exchange', 'C2');
		});
		expect(oracle.differences([thing('C2')], [thing('C1')])).toEqual(['differs: task x1 is C2 in Exchange, C1 in the other system']);
		expect(oracle.differences([thing('C1')], [thing('C1')])).toEqual(['a change was lost: task x1 is C1, and was last made C2 by a user of Exchange']);
		oracle.changed('x1', 'the other system', 'C3');
		for (const made of ['C1', 'C2', 'C3']) expect(oracle.differences([thing(made)], [thing(made)])).toEqual([]);
	});

	it('knows that the delete of a mail is not told where the sync state of its folder was lost, and that of nothing else', () => {
		const gone = (kind: 'email' | 'task'): string[] => {
			const oracle = new Oracle();
			oracle.created(kind, 'x1', 'Text of x1');
			oracle.askedToGo('x1');
			oracle.syncStateLost('x1');
			return oracle.differences([], [{ kind, subject: 'x1', categories: '', text: 'Text of x1' }]);
		};
		expect(gone('email')).toEqual([]);
		expect(gone('task')).toEqual(['only in the other system: task x1']);
	});

	it('leaves out what was restored, and of what a backup has undone where it is, not how often and what it is', () => {
		expect(oracleOf((each) => each.restored('x1')).differences([thing(), thing('C9')], [])).toEqual([]);
		const oracle = oracleOf((each) => each.undone('x1', 1));
		expect(oracle.differences([thing()], [])).toEqual([]);
		expect(oracle.differences([], [])).toEqual([]);
		expect(oracle.differences([thing(), thing()], [thing('C9')])).toEqual(['nobody made it so: task x1 is C9 in the other system', '2 times in Exchange: task x1 (1 times when Exchange was put back)']);
		expect(oracle.counts()).toMatchObject({ created: 1, 'undone by the backup': 1, 'must be on both sides': 0 });
	});
});
