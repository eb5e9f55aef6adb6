import type { Notice } from '../../errors.ts';

/** What a report that is published warns of. */
export const reportNotices = {
  identifierNotKept: {
    code: 'identifier-not-kept',
    text: 'The EHR does not keep the identifier of the report. Sent again, it would be there a second time.',
  },
  copiesLeft: {
    code: 'duplicate-left',
    text: 'The EHR holds several copies of what this report rests on, and does not let the report be updated.',
  },
  copyLeft: (type: string): Notice => ({
    code: 'duplicate-left',
    text: `The EHR holds a second copy of a ${type} of this report and does not let it be withdrawn. Delete it there.`,
  }),
  documentLeft: (why: string): Notice => ({
    code: 'document-not-published',
    text: `The report is published, but its document is not: ${why}`,
  }),
  /** Why a document is left as it is. */
  takenOver: 'a human has taken over the one that was there.',
  documentsNotAdded: {
    code: 'document-not-published',
    text: 'The report is published, but the EHR does not let its documents be added.',
  },
} as const;
