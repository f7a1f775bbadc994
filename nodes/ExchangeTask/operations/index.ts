import { diagnoseOperation } from '../../shared/operations/diagnose-operation';
import type { Operation } from '../../shared/operations/operation';
import { complete } from './complete';
import { create } from './create';
import { deleteTask } from './delete';
import { get } from './get';
import { getMany } from './getMany';
import { sync } from './sync';
import { update } from './update';

/** Operations of the node Exchange Task. */
export const taskOperations: readonly Operation[] = [sync, deleteTask, get, getMany, create, update, complete, diagnoseOperation];
