import { foundAnswer, type AutodiscoverAnswer } from './autodiscover-answer';

/** Autodiscover v2, which needs no logon. [MS-OXDSCLI] */
export function jsonAddress(origin: string, mailbox: string): string {
	return `${origin}/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(mailbox)}?Protocol=EWS`;
}

/** Reads `{ "Protocol": "EWS", "Url": "…" }`, or an error in the same place. */
export function readJsonAnswer(text: string): AutodiscoverAnswer {
	let answer: unknown;
	try {
		answer = JSON.parse(text);
	} catch {
		return { kind: 'nothing', reason: 'no JSON' };
	}
	const read = (name: string): unknown => (typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined);
	const url = read('Url');
	if (typeof url === 'string') return foundAnswer(url, undefined);
	const code = read('ErrorCode');
	return { kind: 'nothing', reason: typeof code === 'string' ? code : 'no EWS address' };
}
