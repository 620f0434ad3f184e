/** The `.sir` text form of the IR: printing and parsing, see docs/ir.md. */
export { parseGraph, parseModel } from './parse.ts';
export { printGraph, printModel } from './print.ts';
