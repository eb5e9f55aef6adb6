import type { SuiteResult } from '../suite.ts';

export const about = 'x';
export const whyMissed: SuiteResult['whyMissed'] = {};
