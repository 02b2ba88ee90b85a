// Build the page into a folder: node build.mjs FOLDER
// The result depends on the sources and on package-lock.json alone, so that a test can compare it.

import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
if (!folder) throw new Error("which folder?");
const outdir = resolve(folder);

await mkdir(outdir, { recursive: true });
await build({
  absWorkingDir: web,
  entryPoints: { app: "src/main.tsx" },
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  target: ["chrome109", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
await build({
  absWorkingDir: web,
  entryPoints: ["src/app.css"],
  outdir,
  bundle: true,
  minify: true,
  target: ["chrome109", "firefox115", "safari16.4"],
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) {
  await copyFile(join(web, "src", name), join(outdir, name));
}
