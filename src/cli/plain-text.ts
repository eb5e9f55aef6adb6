/** Control characters, marks that turn the direction of writing, and line ends that are no control characters. */
const steering = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** One line. Descriptions come from anywhere: none may steer the terminal or begin a line of its own. */
export function plainLine(text: string): string {
  return text.replace(steering, ' ');
}

/** The same of a text of ours that has lines of its own. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainLine).join('\n');
}
