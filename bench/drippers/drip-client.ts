/** The process that drips: takes its plan as its argument, sends its figures twice a second, and ends with its parent. */
import { Drippers } from './drippers.js';

const FIGURES_MS = 500;

const drippers = new Drippers(JSON.parse(process.argv[2]!));
drippers.start();
setInterval(() => process.send?.(drippers.figures()), FIGURES_MS);
process.on('disconnect', () => process.exit());
