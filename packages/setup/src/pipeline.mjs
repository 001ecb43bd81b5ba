import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROOT } from './run.mjs';

/**
 * The path of a command's program, relative to the repository's top.
 * @param {string} command
 */
export function program(command) {
  return `packages/${command}/dist/bin.js`;
}

/**
 * A line for the shell: the stages' words, quoted where needed, joined by pipes.
 * @param {string[][]} stages
 */
export function commandLine(stages) {
  return stages.map(words => words.map(quoted).join(' ')).join(' | ');
}

/** @param {string} word */
function quoted(word) {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Runs a command line to its end on this terminal, with the kernel's own pipes between its stages. Ctrl-C reaches every
 * stage from the terminal, so this process only waits; SIGTERM does not, so it is passed on.
 * @param {string} line
 * @returns {Promise<number>} exit code of the last stage
 */
export function runPipeline(line) {
  return new Promise((resolve, reject) => {
    // With a trap of its own the shell outlives Ctrl-C until its stages have written what they hold.
    const shell = spawn('/bin/sh', ['-c', `trap : INT; ${line}`], { cwd: ROOT, stdio: 'inherit' });
    const wait = () => {};
    const passOn = () => terminateChildren(shell.pid);
    process.on('SIGINT', wait);
    process.on('SIGTERM', passOn);
    shell.on('error', reject);
    shell.on('exit', code => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', passOn);
      resolve(code ?? 1);
    });
  });
}

/** @param {number | undefined} pid */
function terminateChildren(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  for (const child of children) {
    try {
      process.kill(Number(child), 'SIGTERM');
    } catch (error) {
      // A stage under sudo is not ours to signal, another may be gone: both end when the last one closes its pipe.
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code !== 'EPERM' && code !== 'ESRCH') throw error;
    }
  }
}
