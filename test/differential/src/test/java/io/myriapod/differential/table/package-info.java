/**
 * The tables of cases: what is called, and which differences are known. README.md of this module.
 */
package io.myriapod.differential.table;
