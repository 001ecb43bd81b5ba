/** What one file that takes the place of another makes: the other goes, it comes. */
const eventsOfEach = 2;
/** Turns of the event loop after which all is heard of: the first may be one whose events have been read already. */
const quietTurns = 2;

/**
 * Knows, by counting, whether a file has come to a path and gone without having been opened. Counts from one time that all is
 * quiet to the next. A file moved over another makes one event only, so that there fewer are known of.
 */
export class Occupants {
  private events = 0;
  private opened = 0;
  private isThere = false;
  /** Whether a file was there when all was quiet. */
  private wasThere = false;
  /** How many turns ended since the last news. */
  private turns = 0;

  /** Something came to the path, or went. */
  noteEvent(): void {
    this.events++;
    this.turns = 0;
  }

  /** A file was opened that had not been there before. */
  noteOpened(): void {
    this.opened++;
    this.turns = 0;
  }

  /** A look found a file, be it a new one, the same again, or one that may not be opened yet; or none. */
  noteLook(isThere: boolean): void {
    if (isThere !== this.isThere) this.turns = 0;
    this.isThere = isThere;
  }

  /** Whether something has happened of which not all may have been heard yet: another turn is to be ended. */
  get isUnsettled(): boolean {
    return this.events > 0 || this.opened > 0 || this.isThere !== this.wasThere;
  }

  /** To be called at the end of a turn. Whether it is certain now that there were other files than those that were opened. */
  endTurn(): boolean {
    if (!this.isUnsettled || ++this.turns < quietTurns) return false;
    const known = Math.max(this.opened, Number(this.isThere));
    const explained = known * eventsOfEach + Number(this.wasThere) - Number(this.isThere);
    const haveMissed = this.events - explained >= eventsOfEach;
    this.begin();
    return haveMissed;
  }

  /** Counts from here on. */
  begin(): void {
    this.events = 0;
    this.opened = 0;
    this.wasThere = this.isThere;
  }
}
