/**
 * Plugins that are executables of the node: finding them, what they get, what their output means.
 * How a process is started and killed is behind the {@link io.myriapod.cni.foreign.Launcher} port.
 */
package io.myriapod.cni.foreign;
