#!/usr/bin/env node
import { run } from '@tcppipe/cli';
import { command } from './command.js';
import { main } from './main.js';
import { keepHeapSmall } from './small-heap.js';

keepHeapSmall();
await run(command, context => main(context));
