import type { Line, LineSink } from '@tcppipe/cli';
import { type AnyRecord, type Path, valueAt } from '@tcppipe/events';
import { Boots } from './boots.js';
import { hasRow, type Layout, type LayoutOptions, layoutColumns, layoutFields, layoutOf } from './layout.js';
import { fieldColumns, keyOf } from './layouts/index.js';
import { Missing } from './missing.js';
import { jsonRenderer, machineColumns, machineRenderer, type Renderer, tableRenderer } from './renderer.js';

export const formats = ['table', 'csv', 'tsv', 'json', 'markdown'] as const;

export interface FormatOptions extends LayoutOptions {
  readonly format: (typeof formats)[number];
  /** Without effect where fields are chosen, and in json. */
  readonly layout: Layout | 'auto';
  /** Chosen instead of a layout. */
  readonly fields: readonly Path[] | undefined;
  readonly color: boolean;
  readonly header: boolean;
}

/** Turns records into lines, and writes them. The first records settle what the options leave open. */
export class Formatter {
  private renderer: Renderer | undefined;
  private layout: Layout | undefined;
  /** Fields that counts have a column for. */
  private key = new Set<string>();
  /** What decides on columns: the query of the first record that is printed, the keys of all counts of the first batch. */
  private readonly sample: AnyRecord = Object.create(null);
  private readonly missing = new Missing();
  private readonly boots = new Boots();

  constructor(
    private readonly options: FormatOptions,
    private readonly out: LineSink,
  ) {
    if (this.usesLayout() && options.layout !== 'auto') this.layout = options.layout;
  }

  /** Records that are about to come: counts of one report settle together which columns there are, as not all need have the same. */
  expect(lines: Iterable<Line>): void {
    if (this.renderer) return;
    for (const { record } of lines) if (record.type === 'count') merge(this.sample, record);
  }

  /** Writes the row of a record, after the header if it is the first; nothing for a record that has no row. */
  add(line: Line): void {
    const { record } = line;
    if (record.type === 'ready') this.boots.learn(record);
    if (!this.fits(record)) {
      this.missing.add(record);
      return;
    }
    this.renderer ??= this.start(record);
    if (this.layout === 'count' && !this.showsKeyOf(record)) this.missing.partly++;
    if (line.bytes && this.renderer.weave) this.renderer.weave(this.out, record, line.bytes);
    else this.out.write(this.renderer.row(line));
  }

  /** Writes the header, where it is known without any record and there was none. */
  end(): void {
    const known = this.layout !== undefined || !this.usesLayout();
    if (known) this.renderer ??= this.start({});
  }

  /** What was not printed, a line for each reason. */
  summary(): string[] {
    if (this.options.fields) return this.missing.summary('none of the chosen fields in them');
    if (!this.layout) return this.missing.summary('no layout has a row for them');
    const hint = this.options.layout === 'auto' ? ', which the first record chose; --layout has others' : '';
    return this.missing.summary(`no row for them in layout ${this.layout}${hint}`);
  }

  private usesLayout(): boolean {
    return !this.options.fields && this.options.format !== 'json';
  }

  private fits(record: AnyRecord): boolean {
    const { fields, format } = this.options;
    if (format === 'json' && !fields) return true;
    if (record.type === 'lost') return false;
    if (fields)
      return fields.some(path => valueAt(record, path) !== undefined && !isStampOfReady(record, path));
    return this.layout ? hasRow(this.layout, record) : layoutOf(record) !== undefined;
  }

  private showsKeyOf(record: AnyRecord): boolean {
    return record.other === true || keyOf(record).every(path => this.key.has(path.join('.')));
  }

  private start(first: AnyRecord): Renderer {
    if (this.usesLayout()) this.layout ??= layoutOf(first);
    if (first.type === 'count') merge(this.sample, first);
    else if (first.query !== undefined) this.sample.query = first.query;
    if (this.layout === 'count') this.key = new Set(keyOf(this.sample).map(path => path.join('.')));
    const renderer = this.rendererFor(this.sample);
    if (this.options.header) for (const line of renderer.header) this.out.write(line);
    return renderer;
  }

  private rendererFor(first: AnyRecord): Renderer {
    const { layout } = this;
    const options = { ...this.options, boots: this.boots };
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

const stamp = new Set(['type', 'ts', 'mono_us', 'run', 'seq']);

/** What a ready record has in common with events makes no row of it. */
function isStampOfReady(record: AnyRecord, [name]: Path): boolean {
  return record.type === 'ready' && stamp.has(name!);
}

/** Adds what `from` has, objects member by member. Both are without prototype: any text can be a key. */
function merge(into: AnyRecord, from: AnyRecord): void {
  for (const [key, value] of Object.entries(from)) {
    const before = into[key];
    into[key] = isObject(value)
      ? Object.assign(Object.create(null), isObject(before) ? before : {}, value)
      : value;
  }
}

function isObject(value: unknown): value is AnyRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
