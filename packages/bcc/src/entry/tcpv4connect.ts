#!/usr/bin/env node
import { run } from '@tcppipe/cli';
import { main } from '../v4connect.js';
import { command } from '../v4connect-command.js';

await run(command, main);
