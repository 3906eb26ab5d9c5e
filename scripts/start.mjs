/** The first thing every command of this project runs: checks Node, then sets up what is missing, then does the work. */
const WANTED = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1])) {
  import('./main.mjs').then(({ main }) => main(process.argv.slice(2), process.env));
} else {
  console.error(
    `Node ${WANTED.join('.')} or newer is needed, this is ${process.version}: see https://nodejs.org`,
  );
  process.exitCode = 1;
}
