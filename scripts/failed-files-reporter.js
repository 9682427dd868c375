// A reporter of node:test: the file of each test that failed, one per line, each once.
export default async function* failedFiles(events) {
  const told = new Set();
  for await (const { type, data } of events) {
    if (type !== 'test:fail') continue;
    // A file that ended before its tests did fails under its own name.
    const file = data.file ?? data.name;
    if (told.has(file)) continue;
    told.add(file);
    yield `${file}\n`;
  }
}
