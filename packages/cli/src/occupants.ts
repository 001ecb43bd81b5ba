/** What one file that takes the place of another makes: the other goes, it comes. */
const eventsOfEach = 2;

/**
 * Knows, by counting, whether a file has come to a path and gone without having been opened. Counts from one time that all is
 * quiet to the next. A file moved over another makes one event only, so that there fewer are known of.
 */
export class Occupants {
  private events = 0;
  private opened = 0;
  /** Events when the path was looked at last. */
  private heard = 0;
  /** Whether a file was there when all was quiet. */
  private wasThere = false;

  /** Something came to the path, or went. */
  noteEvent(): void {
    this.events++;
  }

  /** A file was opened that had not been there before. */
  noteOpened(): void {
    this.opened++;
  }

  /**
   * To be told after each look at the path whether a file `isThere`, be it a new one, the same again, or one that may not be
   * opened yet. Undefined where events may still be on their way, so that the path is to be looked at in the next turn of the
   * event loop; else whether there were files besides those that were opened.
   */
  haveMissed(isThere: boolean): boolean | undefined {
    const { events, wasThere } = this;
    if (events !== this.heard) {
      this.heard = events;
      return undefined;
    }
    const known = Math.max(this.opened, Number(isThere));
    const explained = known * eventsOfEach + Number(wasThere) - Number(isThere);
    this.events = 0;
    this.heard = 0;
    this.opened = 0;
    this.wasThere = isThere;
    return events - explained >= eventsOfEach;
  }
}
