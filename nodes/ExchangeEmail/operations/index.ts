import { diagnoseOperation } from '../../shared/operations/diagnose-operation';
import type { Operation } from '../../shared/operations/operation';
import { createDraft } from './createDraft';
import { deleteEmail } from './delete';
import { forward } from './forward';
import { get } from './get';
import { getAttachments } from './getAttachments';
import { getMany } from './getMany';
import { mark } from './mark';
import { move } from './move';
import { reply } from './reply';
import { send } from './send';
import { sendDraft } from './sendDraft';
import { sync } from './sync';

/** Operations of the node Exchange Email. */
export const emailOperations: readonly Operation[] = [
	sync,
	deleteEmail,
	get,
	getMany,
	send,
	reply,
	forward,
	move,
	mark,
	createDraft,
	sendDraft,
	getAttachments,
	diagnoseOperation,
];
