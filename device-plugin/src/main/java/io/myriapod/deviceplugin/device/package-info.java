/**
 * Devices of the node as the kernel shows them: all that may be offered to pods, with what
 * selectors ask for. Reads sysfs and netlink, changes nothing, and judges nothing.
 */
package io.myriapod.deviceplugin.device;
