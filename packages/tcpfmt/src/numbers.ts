/** Numbers below 1000 with all their digits, as they stand within a longer number. */
const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));
/** The same as the end of a fraction. */
const lastDigits = threeDigits.map(digits => digits.replace(/0+$/, ''));

/** Last three digits of a whole number below 1000, zeros included. */
export function milliText(number: number): string {
  return threeDigits[number]!;
}

/** Times below this number of seconds are more than a microsecond from the next double. */
const maxSeconds = 2 ** 31;

/** What String gives. Fractions that are whole microseconds, as those of times are, need no search for the shortest text. */
export function numberText(number: number): string {
  if (Number.isInteger(number) || !(number > 0 && number < maxSeconds)) return String(number);
  const us = Math.round(number * 1e6);
  if (us / 1e6 !== number) return String(number);
  const seconds = Math.floor(us / 1e6);
  const fraction = us - seconds * 1e6;
  const ms = Math.floor(fraction / 1000);
  const rest = fraction - ms * 1000;
  return `${seconds}.${rest === 0 ? lastDigits[ms] : threeDigits[ms]! + lastDigits[rest]}`;
}

/** Microseconds as seconds with three decimals; only what differs from the time before is made anew. */
export function secondsText(): (us: number) => string {
  let lastMs: number | undefined;
  let lastText = '';
  return us => {
    // Half a millisecond goes up or down as its double is above or below it; above 10^15 doubles are too far apart.
    if (us % 1000 === 500 || us < 0 || us >= 1e15) return (us / 1e6).toFixed(3);
    const ms = Math.round(us / 1000);
    if (ms !== lastMs) {
      const seconds = Math.floor(ms / 1000);
      lastText = `${seconds}.${milliText(ms - seconds * 1000)}`;
      lastMs = ms;
    }
    return lastText;
  };
}
