#!/usr/bin/env node
import { run } from '@tcppipe/cli';
import { main } from '../connect.js';
import { command } from '../connect-command.js';

await run(command, main);
