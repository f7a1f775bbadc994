import type { FaultEffect } from './fault.mts';

/** Spoils the text of an answer as a fault says; answers of other faults stay as they are. */
export function spoil(answer: string, effect: FaultEffect): string {
	switch (effect.effect) {
		case 'truncate':
			return answer.slice(0, Math.floor(answer.length * (effect.after ?? 0.5)));
		case 'illegal-characters': {
			const reference = effect.reference ?? '&#x1;';
			return (effect.elements ?? ['Subject']).reduce((text, name) => text.replaceAll(new RegExp(`(<t:${name}>)`, 'g'), `$1${reference}`), answer);
		}
		case 'fewer-responses': {
			let spoilt = answer;
			for (let missing = effect.missing ?? 1; missing > 0; missing -= 1) {
				spoilt = spoilt.replace(/<m:(\w+ResponseMessage) (?:(?!<m:\1 ).)*<\/m:\1>(?=<\/m:ResponseMessages>)/s, '');
			}
			return spoilt;
		}
		case 'rewrite':
			return answer.replaceAll(effect.replace, effect.by);
		default:
			return answer;
	}
}
