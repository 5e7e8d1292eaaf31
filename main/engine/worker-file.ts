/**
 * The file that a worker runs. The bundle has all its entries in one folder; the sources are run as they are.
 *
 * @param importer `import.meta.url` of the file that starts the worker
 * @param name the worker's file beside it, without an extension
 */
export const workerFile = (importer: string, name: string): URL =>
  new URL(`./${name}.${importer.endsWith('.ts') ? 'ts' : 'js'}`, importer);
