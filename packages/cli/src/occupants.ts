/** What one file that takes the place of another makes: the other goes, it comes. */
const eventsOfEach = 2;

/**
 * Knows, by counting, whether a file has come to a path and gone without having been opened. An event may be heard after the
 * file it tells of was opened; a file moved over another makes one event only, so that there fewer are known of.
 */
export class Occupants {
  /**
   * Events at the path that no opened file explains; negative while those of an opened file are still to come. In the
   * beginning nobody is there, as if one had gone.
   */
  private unexplained = 1;

  changed(): void {
    this.unexplained++;
  }

  opened(): void {
    this.unexplained = Math.max(this.unexplained - eventsOfEach, -eventsOfEach);
  }

  /** Whether there were others than those that were opened, since it was asked last. */
  takeUnseen(): boolean {
    if (this.unexplained < eventsOfEach) return false;
    this.unexplained = 0;
    return true;
  }
}
