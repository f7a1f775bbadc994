import { describePush, READS } from './push-under-faults.mts';

describePush(READS);
