import type { EmailFlag } from './email';

/**
 * Whether a flag in Exchange is what a record says. What the record leaves open is Exchange's: the day of completion, and the other of the two days of a flag, as
 * Exchange has both or none.
 */
export function isFlagAsSaid(stored: EmailFlag, said: EmailFlag): boolean {
	if (stored.status !== said.status) return false;
	switch (said.status) {
		case 'notFlagged':
			return true;
		case 'complete':
			return said.completeDate === undefined || said.completeDate === stored.completeDate;
		case 'flagged': {
			const { startDate, dueDate } = said;
			if (startDate === undefined && dueDate === undefined) return stored.startDate === undefined && stored.dueDate === undefined;
			return (startDate ?? stored.startDate) === stored.startDate && (dueDate ?? stored.dueDate) === stored.dueDate;
		}
	}
}
