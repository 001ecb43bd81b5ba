import type { Command } from './command.js';

/** Help of a command, examples first. Loads yargs, which lays it out: 60 ms that only help needs to pay. */
export async function helpText(command: Command): Promise<string> {
  const { default: yargs } = await import('yargs/yargs');
  // The folder that this stands in may be gone, and only its own words are translated.
  const parser = yargs([], '/')
    .locale('en')
    .scriptName(command.name)
    .usage('')
    .help(false)
    .version(false)
    .wrap(Math.min(process.stdout.columns ?? 100, 110));
  for (const [name, spec] of Object.entries(command.options)) {
    parser.option(name, {
      ...(spec.short ? { alias: spec.short } : {}),
      description: spec.arg ? `${spec.arg}: ${spec.help}` : spec.help,
    });
  }
  return `${introduction(command)}\n\n${withShortDigits(await parser.getHelp()).trim()}`;
}

/** yargs takes a digit for a long option. */
function withShortDigits(help: string): string {
  return help.replace(/^ {6}(--[\w-]+), --(\d)/gm, '  -$2, $1     ');
}

function introduction({ name, summary, synopsis, examples, notes }: Command): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  return [
    `${name}: ${summary}`,
    '',
    'Examples:',
    ...examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`),
    '',
    `Usage: ${name} ${synopsis}`,
    ...(notes ? ['', ...notes] : []),
  ].join('\n');
}
