import { describePush, WRITES } from './push-under-faults.mts';

describePush(WRITES);
