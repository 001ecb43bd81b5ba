#!/usr/bin/env node
import { run } from '@tcppipe/cli';
import { main } from '../tracer.js';
import { command } from '../tracer-command.js';

await run(command, main);
