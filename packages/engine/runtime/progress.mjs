const WIDTH = 16;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;

/**
 * Shows what takes long: a line a task, drawn over, on a terminal, whole lines elsewhere.
 * `task(label)` gives `update(fraction)`, with a fraction from 0 to 1, and `end(result)`.
 */
export function createProgress(stream, clock = Date.now) {
  return stream.isTTY ? terminalProgress(stream, clock) : plainProgress(stream, clock);
}

function plainProgress(stream, clock) {
  const say = (line) => stream.write(`${line}\n`);
  return {
    say,
    task(label) {
      const start = clock();
      let last = start;
      say(`${label} …`);
      return {
        update(fraction) {
          if (clock() - last < PLAIN_LINE_MS) return;
          last = clock();
          say(`${label}: ${percent(fraction)} after ${seconds(last - start)}`);
        },
        end: (result = 'done') => say(`${label}: ${result} in ${seconds(clock() - start)}`),
      };
    },
  };
}

function terminalProgress(stream, clock) {
  const running = new Set();
  let lines = 0;
  let drawn = 0;
  const clear = () => stream.write(`\r${lines > 1 ? `\x1b[${lines - 1}A` : ''}\x1b[0J`);
  const draw = () => {
    clear();
    drawn = clock();
    lines = running.size;
    const line = ({ label, fraction }) => `${label} ${bar(fraction)} ${percent(fraction)}`;
    stream.write([...running].map((task) => line(task).slice(0, (stream.columns ?? 80) - 1)).join('\n'));
  };
  const say = (text) => {
    clear();
    lines = 0;
    stream.write(`${text}\n`);
    if (running.size > 0) draw();
  };
  return {
    say,
    task(label) {
      const start = clock();
      const task = { label, fraction: 0 };
      running.add(task);
      draw();
      return {
        update(fraction) {
          task.fraction = fraction;
          if (clock() - drawn >= REDRAW_MS) draw();
        },
        end(result = 'done') {
          running.delete(task);
          say(`${label}: ${result} in ${seconds(clock() - start)}`);
        },
      };
    },
  };
}

function bar(fraction) {
  const full = Math.round(Math.min(1, fraction) * WIDTH);
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
}

const percent = (fraction) => `${Math.floor(Math.min(1, fraction) * 100)} %`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** 273829956 → "274 MB". */
export function megabytes(bytes) {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
