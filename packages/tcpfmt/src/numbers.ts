/** Numbers below 1000. */
const upToThree = Array.from({ length: 1000 }, (_, number) => String(number));
/** The same with all their digits, as they stand within a longer number. */
const threeDigits = upToThree.map(digits => digits.padStart(3, '0'));
/** The same as the end of a fraction. */
const lastDigits = threeDigits.map(digits => digits.replace(/0+$/, ''));

/** Last three digits of a whole number below 1000, zeros included. */
export function milliText(number: number): string {
  return threeDigits[number]!;
}

/** Times below this number of seconds are more than a microsecond from the next double. */
const maxSeconds = 2 ** 31;

/**
 * What String gives, without V8's cache of texts of numbers: that has room for some thousands, and what it drops is garbage
 * of the old generation, 15 MB of it in a table with a column of ports.
 */
export function numberText(number: number): string {
  return Number.isInteger(number) ? wholeText(number) : fractionText(number);
}

function wholeText(number: number): string {
  if (number < 0 || number >= 1e6) return String(number);
  const thousands = Math.floor(number / 1000);
  const rest = number - thousands * 1000;
  return thousands === 0 ? upToThree[rest]! : upToThree[thousands]! + threeDigits[rest]!;
}

/** Whole microseconds, as times have, need no search for the shortest text. */
function fractionText(number: number): string {
  const us = Math.round(number * 1e6);
  if (us / 1e6 !== number || number < 0 || number >= maxSeconds) return String(number);
  const seconds = Math.floor(number);
  const fraction = us - seconds * 1e6;
  const ms = Math.floor(fraction / 1000);
  const rest = fraction - ms * 1000;
  return `${seconds}.${rest === 0 ? lastDigits[ms] : threeDigits[ms]! + lastDigits[rest]}`;
}

/** Microseconds as seconds with three decimals, as printf gives them; only what differs from the time before is made anew. */
export function secondsText(): (us: number) => string {
  let lastMs: number | undefined;
  let lastText = '';
  return us => {
    // Half a millisecond goes up or down as its double is above or below it; above 10^15 doubles are too far apart.
    if (us % 1000 === 500 || us < 0 || us >= 1e15) return printed(us / 1e6);
    const ms = Math.round(us / 1000);
    if (ms !== lastMs) {
      const seconds = Math.floor(ms / 1000);
      lastText = `${seconds}.${milliText(ms - seconds * 1000)}`;
      lastMs = ms;
    }
    return lastText;
  };
}

/** What is half a millisecond exactly goes to the even one, where toFixed takes the larger. */
function printed(seconds: number): string {
  const isHalf = Math.abs((seconds * 16) % 2) === 1;
  return (isHalf ? (2 * Math.round(seconds * 500)) / 1000 : seconds).toFixed(3);
}
