/** {@code make bench}: our agent and shim beside the reference plugins, on this machine. */
package io.myriapod.bench;
