/**
 * A node as files: what of a node's sysfs and links tells of its devices, written to a directory
 * and read back on another machine. Knows nothing of the node that it is read on.
 */
package io.myriapod.deviceplugin.snapshot;
