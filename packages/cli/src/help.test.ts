import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from './help.js';
import { flag, value } from './options.js';

test('help starts with examples, then names every option with what it does', async () => {
  const text = await helpText({
    name: 'tcpexample',
    kind: 'filter',
    summary: 'shows help',
    synopsis: '[OPTION…]',
    examples: [['tcpexample -t', 'with time']],
    options: {
      time: flag({ short: 't', help: 'the time' }),
      port: value({ arg: 'PORT', parse: Number, help: 'the port' }),
    },
    notes: ['A note.'],
  });
  const places = [
    'tcpexample: shows help',
    'Examples:',
    'tcpexample -t  with time',
    'Usage: tcpexample [OPTION…]',
  ];
  assert.deepEqual(
    places.map(place => text.indexOf(place)).toSorted((a, b) => a - b),
    places.map(place => text.indexOf(place)),
  );
  assert.ok(!places.some(place => !text.includes(place)));
  assert.match(text, /-t, --time +the time/);
  assert.match(text, /--port +PORT: the port/);
  assert.match(text, /A note\./);
});
