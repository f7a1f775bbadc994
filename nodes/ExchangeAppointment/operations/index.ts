import { diagnoseOperation } from '../../shared/operations/diagnose-operation';
import type { Operation } from '../../shared/operations/operation';
import { create } from './create';
import { deleteAppointment } from './delete';
import { get } from './get';
import { getMany } from './getMany';
import { sendMeetingInvitation } from './sendMeetingInvitation';
import { sync } from './sync';
import { update } from './update';

/** Operations of the node Exchange Appointment. */
export const appointmentOperations: readonly Operation[] = [sync, deleteAppointment, get, getMany, create, update, sendMeetingInvitation, diagnoseOperation];
