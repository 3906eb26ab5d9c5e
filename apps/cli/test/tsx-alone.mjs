/** What any TypeScript program costs: Node itself and tsx. */
import { register } from 'tsx/esm/api';

register();
process.exit(0);
