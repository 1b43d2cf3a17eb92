// Stops with a clear message on a Node that is too old: below it the SQLite driver crashes without one.
import process from 'node:process'

const required = [22, 18]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [needMajor = 0, needMinor = 0] = required

if (major < needMajor || (major === needMajor && minor < needMinor)) {
  console.error(
    [
      `Holdfast's scripts need Node ${needMajor}.${needMinor} or newer; this is Node ${process.versions.node} (${process.execPath}).`,
      'The repository brings its own Node 24. To use it, run scripts through pnpm: npx -y pnpm@12 test',
      'If you did, its download failed: run npx -y pnpm@12 install --force, or install a newer Node.',
    ].join('\n'),
  )
  process.exit(1)
}
