/** `npm run build`: compiles `src/` to `dist/`. */
import { ensureBuilt, ensureInstalled } from './common.mjs';

await ensureInstalled();
await ensureBuilt();
