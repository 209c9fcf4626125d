import { registerHooks } from 'node:module';

// Lets a child process of a test run our TypeScript as it is: `./x.js` in an import means `./x.ts`.
registerHooks({
  resolve(specifier, context, next) {
    const fromSource = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier);
    return next(fromSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
