/** Importing this file adds tasks to the server. */
import './task-kind.mts';
