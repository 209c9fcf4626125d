// node --experimental-transform-types --import <this file> script.ts: runs our TypeScript in a process of its own,
// to be killed. Our imports say `.js`, as they will once built; here the file beside it is `.ts`.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return nextResolve(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});
