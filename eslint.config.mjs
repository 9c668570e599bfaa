// The rules for the widgets' JavaScript: ESLint's recommended ones, and no function longer than a screen.
//
// To run them: npm install, then npm run lint. The tests of a browser alone need npm too, for Pyodide; the widgets have
// no build step.

import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { "max-lines-per-function": ["error", 60] },
  },
  { files: ["mrkit/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    files: ["mrkit/site/workers/*.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.serviceworker, FILES: false, VERSION: false } },
  },
  { files: ["mrkit/site/*.mjs"], languageOptions: { globals: globals.nodeBuiltin } },
  { files: ["tests/**/*.js"], languageOptions: { globals: globals.nodeBuiltin } },
  { files: ["tests/browser/**/*.js"], languageOptions: { globals: globals.browser } },
];
