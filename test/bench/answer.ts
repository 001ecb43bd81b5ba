import { spawnSync } from 'node:child_process';
import { programOf, sources } from '../lib/command.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import type { Bench, Question } from './question.js';
import type { Answered } from './report.js';
import { staged } from './stage.js';

/** Answers one question; where it is live and this machine cannot be traced, says so instead. */
export async function answered(question: Question, scale: Pick<Bench, 'quick' | 'large'>): Promise<Answered> {
  const { name, asks } = question;
  const skipped = question.isLive ? refusal() : undefined;
  if (skipped !== undefined) return { question: name, asks, figures: [], skipped };
  return staged(async scope => {
    const told: string[] = [];
    const tell = (markdown: string) => void told.push(markdown);
    const bench = { ...scale, scope, directory: temporaryDirectory(scope), tell };
    return { question: name, asks, figures: await question.run(bench), told };
  });
}

/** Why the sources cannot trace here, as the first that cannot says it. */
function refusal(): string | undefined {
  for (const source of sources) {
    const { status, stderr } = spawnSync(process.execPath, [programOf(source), '--duration', '0'], {
      encoding: 'utf8',
    });
    if (status !== 0) return stderr.trim();
  }
  return undefined;
}
