/** What the codes of an Analysis are called. */
export const decisionTexts = {
  'covid-19': 'Pattern of COVID-19',
  'other-infection': 'Pattern of another infection',
  'no-imaging-signs': 'No imaging signs of infection',
} as const;

export const lobeTexts = {
  RUL: 'Right upper',
  RML: 'Right middle',
  RLL: 'Right lower',
  LUL: 'Left upper',
  LLL: 'Left lower',
} as const;

/** Cannot be switched off. */
export const statusLine =
  'Preliminary, made by software, not verified by a radiologist. For research use; not for patients.';

const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const percentText = (percent: number) => `${oneDecimal.format(percent)} %`;
export const mlText = (ml: number) => whole.format(ml);
export const mlTextFine = (ml: number) => oneDecimal.format(ml);
