import { type AnyRecord, type RecordType, recordTypes } from '@tcppipe/events';

/**
 * How many connections a record stands for: 1 of the type that is counted, as many as it says for a count;
 * undefined for everything else.
 */
export function weightOf(record: AnyRecord, counted: RecordType): number | undefined {
  if (record.type === counted) return 1;
  const { type, connects } = record;
  return type === 'count' && Number.isSafeInteger(connects) && (connects as number) >= 0
    ? (connects as number)
    : undefined;
}

/** Whether a record that is not counted passes: all but the events, which were not asked for. */
export function passes({ type }: AnyRecord): boolean {
  return ['lost', 'ready', 'count'].includes(type as string) || !recordTypes.includes(type as RecordType);
}
