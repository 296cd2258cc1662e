/**
 * Names, addresses and identifiers that cross module borders, each checked once when it is made.
 *
 * <p>What is here may be used by every module and uses none. No parsing of files, no system calls.
 */
package io.myriapod.types;
