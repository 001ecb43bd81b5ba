import { runFiles } from './init.js';

/** Seconds in which a guest begins its script: twenty times what it takes on a quiet host. */
const bootTimeout = 120;
/** Seconds in which it powers off once the script is over. */
const offTimeout = 60;

/** The script of a guest as seen from the host: hands on what it writes, and knows when it is too late. */
export class ScriptWatch {
  private handedOn = 0;
  private over: number | undefined;

  /**
   * @param text what the guest has written into one of `runFiles` so far; undefined if there is no such file
   * @param timeout seconds that the guest may take
   * @param heard called with what the script writes, as it comes
   */
  constructor(
    private readonly text: (name: string) => string | undefined,
    private readonly timeout: number,
    private readonly heard: (text: string) => void = () => {},
  ) {}

  /** @returns why the guest, which started so many seconds ago, is to be ended now; undefined if it may go on */
  look(seconds: number): string | undefined {
    const output = this.text(runFiles.output);
    if (output === undefined) {
      return seconds > bootTimeout ? `did not begin its script within ${bootTimeout} s` : undefined;
    }
    if (output.length > this.handedOn) {
      this.heard(output.slice(this.handedOn));
      this.handedOn = output.length;
    }
    if (this.text(runFiles.code)) this.over ??= seconds;
    if (this.over !== undefined && seconds > this.over + offTimeout)
      return `did not power off within ${offTimeout} s`;
    return seconds > this.timeout ? `was ended after ${this.timeout} s` : undefined;
  }
}
