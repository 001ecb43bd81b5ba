import type { Line, LineSink } from '@tcppipe/cli';
import { type AnyRecord, evidenceFields, fields, type Path, valueAt } from '@tcppipe/events';
import { Boots } from './boots.js';
import { hasRow, type Layout, type LayoutOptions, layoutColumns, layoutFields, layoutOf } from './layout.js';
import { fieldColumns, keyOf, ownKeyOf } from './layouts/index.js';
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

/** Characters of counts that settle together which columns there are, as not all need have the same. */
const maxHeldChars = 256 * 1024;
/** From so many on they wait for no more: each row has all of them. */
const enoughColumns = 64;

/** Turns records into lines, and writes them. The first record settles what the options leave open; the columns of counts, the first counts. */
export class Formatter {
  private renderer: Renderer | undefined;
  private layout: Layout | undefined;
  /** Fields that counts have a column for. */
  private key = new Set<string>();
  /** Counts that wait for their columns, which all of them decide on, and what their fields are together. */
  private held: AnyRecord[] = [];
  private heldChars = 0;
  private readonly sample: AnyRecord = Object.create(null);
  private readonly missing = new Missing();
  /** Chosen fields that no source or filter writes, and no record has had: misspelt perhaps. */
  private readonly strange: Set<Path>;
  private readonly boots = new Boots();

  constructor(
    private readonly options: FormatOptions,
    private readonly out: LineSink,
  ) {
    this.strange = new Set(options.fields?.filter(path => !isKnown(path)));
    if (this.usesLayout() && options.layout !== 'auto') this.layout = options.layout;
  }

  /** Whether there are counts whose rows `settle` or more counts would have written. */
  get isHolding(): boolean {
    return this.held.length > 0;
  }

  /** Writes the row of a record, after the header if it is the first; nothing for a record that has no row. */
  add(line: Line): void {
    const { record } = line;
    if (record.type === 'ready') this.boots.learn(record);
    for (const path of this.strange) if (valueAt(record, path) !== undefined) this.strange.delete(path);
    if (!this.fits(record)) {
      this.missing.add(record);
      return;
    }
    if (!this.renderer && this.usesLayout()) this.layout ??= layoutOf(record);
    if (!this.renderer && this.layout === 'count') {
      this.hold(line);
    } else {
      this.renderer ??= this.start({ query: record.query });
      this.write(line, this.renderer);
    }
  }

  /** Has the counts that have come so far decide on the columns, if they have not yet, and writes their rows. */
  settle(): void {
    if (!this.isHolding) return;
    this.renderer = this.start(this.sample);
    // No layout shows the text of a line.
    for (const record of this.held) this.write({ record, text: '' }, this.renderer);
    this.held = [];
  }

  /** Writes the header, where it is known without any record and there was none. */
  end(): void {
    this.settle();
    const known = this.layout !== undefined || !this.usesLayout();
    if (known) this.renderer ??= this.start({});
  }

  /** What was not printed, a line for each reason. */
  summary(): string[] {
    if (this.options.fields) {
      const strange = this.renderer ? [...this.strange] : [];
      return [
        ...this.missing.summary('none of the chosen fields in them'),
        ...strange.map(path => `no record has ${path.join('.')}`),
      ];
    }
    if (!this.layout) return this.missing.summary('no layout has a row for them');
    const other = this.missing.layout();
    const advice = other ? `; try --layout ${other}` : '';
    const hint = this.options.layout === 'auto' ? `, which the first record chose${advice}` : '';
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
    return ownKeyOf(record).every(path => this.key.has(path.join('.')));
  }

  /** Until its columns are known. */
  private hold({ text, record, bytes }: Line): void {
    // The record of a line that was never parsed is gone with it.
    const own: AnyRecord = bytes ? JSON.parse(text) : record;
    this.held.push(own);
    this.heldChars += text.length;
    merge(this.sample, own);
    if (this.heldChars >= maxHeldChars || ownKeyOf(this.sample).length >= enoughColumns) this.settle();
  }

  private write(line: Line, renderer: Renderer): void {
    const { record } = line;
    if (this.layout === 'count' && !this.showsKeyOf(record)) this.missing.partly++;
    if (line.bytes && renderer.weave) renderer.weave(this.out, record, line.bytes);
    else this.out.write(renderer.row(line));
  }

  private start(sample: AnyRecord): Renderer {
    if (this.layout === 'count') this.key = new Set(keyOf(sample).map(path => path.join('.')));
    const renderer = this.rendererFor(sample);
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

/** Whether a field is one of those that commands of this project write. */
function isKnown([name, member, ...deeper]: Path): boolean {
  if (member === undefined) return Object.hasOwn(fields, name!);
  return name === 'dns' && Object.hasOwn(evidenceFields, member) && deeper.length === 0;
}

const stamp = new Set(['type', 'ts', 'mono_us', 'run', 'seq']);

/** What a ready record has in common with events makes no row of it. */
function isStampOfReady(record: AnyRecord, [name]: Path): boolean {
  return record.type === 'ready' && stamp.has(name!);
}

/** Adds what `from` has, objects member by member. `into` is without prototype: any text can be a key. */
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
