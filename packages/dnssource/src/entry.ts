#!/usr/bin/env node
import { run } from '@tcppipe/cli';
import { command } from './command.js';
import { main } from './main.js';

await run(command, main);
