/** Importing this file adds calendar items, their occurrences, meetings and time zones to the server. */
import './calendar-kind.mts';
import './meeting-kinds.mts';
import './occurrence-operations.mts';
import './calendar-view.mts';
import './meeting-responses.mts';
import './calendar-attendant.mts';
