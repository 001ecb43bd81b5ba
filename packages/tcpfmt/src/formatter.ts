import { type AnyRecord, type Path, recordTypes, valueAt } from '@tcppipe/events';
import { hasRow, type Layout, type LayoutOptions, layoutColumns, layoutFields, layoutOf } from './layout.js';
import { fieldColumns } from './layouts/index.js';
import { jsonRenderer, machineColumns, machineRenderer, type Renderer, tableRenderer } from './renderer.js';

export const formats = ['table', 'csv', 'tsv', 'json', 'markdown'] as const;

export interface FormatOptions extends LayoutOptions {
  readonly format: (typeof formats)[number];
  readonly layout: Layout | 'auto';
  /** Chosen instead of a layout. */
  readonly fields: readonly Path[] | undefined;
  readonly color: boolean;
  readonly header: boolean;
}

/** Turns records into lines. The first record that can be printed settles what the options leave open. */
export class Formatter {
  private renderer: Renderer | undefined;
  private layout: Layout | undefined;
  private readonly unfit = new Map<string, number>();

  constructor(private readonly options: FormatOptions) {
    if (options.layout !== 'auto') this.layout = options.layout;
  }

  /** The row of a record, after the header if it is the first; nothing for a record that has no row. */
  lines(record: AnyRecord, text: string): readonly string[] {
    if (!this.fits(record)) {
      this.countUnfit(record);
      return [];
    }
    if (this.renderer) return [this.renderer.row(record, text)];
    return [...this.start(record), this.renderer!.row(record, text)];
  }

  /** The header, where it is known without any record and there was none. */
  end(): readonly string[] {
    const known = this.options.fields !== undefined || this.layout !== undefined;
    return this.renderer || !known ? [] : this.start({});
  }

  /** One line on what was not printed, or undefined when everything was. */
  summary(): string | undefined {
    const total = [...this.unfit.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return undefined;
    const types = [...this.unfit].map(([type, count]) => `${count} ${type}`).join(', ');
    return `${total} ${total === 1 ? 'record' : 'records'} not printed (${types}): ${this.reason()}`;
  }

  private reason(): string {
    if (this.options.fields) return 'none of the chosen fields in them';
    return this.layout ? `no row for them in layout ${this.layout}` : 'no layout has a row for them';
  }

  private fits(record: AnyRecord): boolean {
    const { fields, format } = this.options;
    if (format === 'json' && !fields) return true;
    if (record.type === 'lost') return false;
    if (fields) return fields.some(path => valueAt(record, path) !== undefined);
    return this.layout ? hasRow(this.layout, record) : layoutOf(record) !== undefined;
  }

  /** Lost records are told at once, and so do not count here; names of unknown types are not worth keeping. */
  private countUnfit({ type }: AnyRecord): void {
    if (type === 'lost') return;
    const name = recordTypes.find(known => known === type) ?? 'of another type';
    this.unfit.set(name, (this.unfit.get(name) ?? 0) + 1);
  }

  private start(first: AnyRecord): readonly string[] {
    if (!this.options.fields && this.options.format !== 'json') this.layout ??= layoutOf(first);
    this.renderer = this.rendererFor(first);
    return this.options.header ? this.renderer.header : [];
  }

  private rendererFor(first: AnyRecord): Renderer {
    const { options, layout } = this;
    const { fields, format, color } = options;
    if (format === 'json') return jsonRenderer(fields);
    if (format !== 'table') {
      return machineRenderer(format, machineColumns(fields ?? layoutFields(layout!, first), options));
    }
    return tableRenderer(
      fields ? fieldColumns(fields, options) : layoutColumns(layout!, options, first),
      color,
    );
  }
}
