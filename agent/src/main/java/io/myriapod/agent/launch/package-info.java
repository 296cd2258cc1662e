/**
 * How executables of the node are run: through the shim's second mode (docs/shim-protocol.md,
 * "exec-host"), as a process group of their own that can be ended as a whole.
 */
package io.myriapod.agent.launch;
