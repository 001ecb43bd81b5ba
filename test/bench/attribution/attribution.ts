import type { Figure, Question } from '../question.js';
import { measured } from './measure.js';
import { decidable, type Score, scoreOf, untrue } from './score.js';
import { attributionTable } from './table.js';

export const attribution: Question = {
  name: 'attribution',
  asks: 'how often the name given for a connect is the one its process used, beside the rule of bcc',
  isLive: true,
  async run({ quick, scope, directory, tell }) {
    const { cases, differingReplays, overtaken, warnings } = await measured(
      scope,
      quick ? 4 : 100,
      directory,
    );
    tell(attributionTable(cases));
    if (warnings !== '') process.stderr.write(warnings);
    const ours = scoreOf(decidable(cases), ({ query }) => query);
    const bccs = scoreOf(decidable(cases), ({ bcc }) => bcc);
    const beside = (what: 'precision' | 'recall' | 'abstention', of: Score, peer: Score): Figure => ({
      what: `${what} where there is one right answer`,
      value: 100 * (of[what] ?? 0),
      unit: '%',
      peer: { name: "bcc's rule", value: 100 * (peer[what] ?? 0) },
    });
    return [
      { what: 'connects', value: cases.length, unit: 'connects' },
      beside('precision', ours, bccs),
      beside('recall', ours, bccs),
      beside('abstention', ours, bccs),
      {
        what: 'evidence that is not true',
        value: untrue(cases).length,
        unit: 'connects',
      },
      { what: 'answers that came too late for the slack', value: overtaken, unit: 'answers' },
      { what: 'replays that differ from the live run', value: differingReplays.length, unit: 'of 4' },
    ];
  },
};
